import assert from 'node:assert/strict'
import {shortened, tellingLine} from '../src/doctor/telling-line.js'

/** [what, log, what is quoted] */
const logs: [string, string, string][] = [
  ['zap', '{"level":"info","ts":1.7,"msg":"starting"}\n{"level":"fatal","ts":1.7,"caller":"app/main.go:31","msg":"cannot open store","error":"dial tcp 10.0.0.1:5432: connect: connection refused"}\n{"level":"info","msg":"bye"}',
    'cannot open store: dial tcp 10.0.0.1:5432: connect: connection refused'],
  ['pino', '{"level":30,"time":1,"msg":"listening"}\n{"level":60,"time":2,"err":{"type":"Error","message":"connect ECONNREFUSED 10.0.0.1:6379","stack":"Error: connect\\n    at TCP"},"msg":"no cache"}', 'no cache: Error: connect ECONNREFUSED 10.0.0.1:6379'],
  ['a level that is lower decides, whatever the words', '{"level":"info","msg":"failed to warm the cache, going on"}\n{"level":"error","message":"PORT must be a number"}', 'PORT must be a number'],
  ['JSON without a level', '{"message":"up"}\n{"error":"unknown tenant \\"acme\\""}', 'unknown tenant "acme"'],
  ['MongoDB', '{"t":{"$date":"2024"},"s":"I","c":"CONTROL","msg":"Options set"}\n{"t":{"$date":"2024"},"s":"E","c":"STORAGE","msg":"WiredTiger error","attr":{"error":13,"message":"x"}}', 'WiredTiger error'],
  ['logfmt', 'ts=2024-01-01T00:00:00Z caller=main.go:1 level=info msg="Starting"\nts=2024-01-01T00:00:00Z caller=main.go:9 level=error msg="Error loading config" file=/etc/p.yml err="parsing YAML file /etc/p.yml: yaml: line 5: field foo not found"',
    'Error loading config: parsing YAML file /etc/p.yml: yaml: line 5: field foo not found'],
  ['logrus', 'time="2024-01-01T00:00:00Z" level=fatal msg="missing flag --config"', 'missing flag --config'],
  ['klog', 'I1121 10:00:00.000001       1 main.go:20] starting, 0 errors\nE1121 10:00:00.000001       1 reflector.go:20] "Unhandled Error" err="configmaps is forbidden"\nF1121 10:00:01.000001       1 main.go:50] unable to load kubeconfig: no such file',
    'unable to load kubeconfig: no such file'],
  ['log4j', '2024-01-01 10:00:00,123 INFO  [main] c.e.App - up\n2024-01-01 10:00:00,124 ERROR [main] c.e.App - Missing property db.url', 'ERROR [main] c.e.App - Missing property db.url'],
  ['Java, wrapped', 'Exception in thread "main" java.lang.RuntimeException: boot\n\tat a.B.c(B.java:1)\nCaused by: java.lang.IllegalArgumentException: bad port: 80x8\n\t... 1 more', 'Caused by: java.lang.IllegalArgumentException: bad port: 80x8'],
  ['Java, where the first cause does not say whom', 'ERROR o.s.b.SpringApplication : Application run failed\norg.postgresql.util.PSQLException: x\n\tat a.B.c(B.java:1)\nCaused by: org.postgresql.util.PSQLException: Connection to db:5432 refused.\n\tat a\nCaused by: java.net.ConnectException: Connection refused\n\tat b',
    'Caused by: org.postgresql.util.PSQLException: Connection to db:5432 refused.'],
  ['Spring Boot', '2024-01-01 INFO Error starting ApplicationContext.\n2024-01-01 ERROR 1 --- [main] o.s.b.d.LoggingFailureAnalysisReporter   :\n\n***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\nWeb server failed to start. Port 8080 was already in use.\n\nAction:\n\nIdentify and stop the process',
    'Web server failed to start. Port 8080 was already in use.'],
  ['Python', 'INFO:root:up\nTraceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    os.environ["DB"]\nKeyError: \'DB\'', 'KeyError: \'DB\''],
  ['Python, chained: the last one ended the program', 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nConnectionRefusedError: [Errno 111] Connection refused\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File "a.py", line 3, in g\nredis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.',
    'redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.'],
  ['pydantic', 'Traceback (most recent call last):\n  File "a.py", line 1, in f\npydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing]', 'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings database_url Field required [type=missing]'],
  ['Python logging', 'WARNING:root:no error handler\nCRITICAL:root:license expired', 'CRITICAL:root:license expired'],
  ['Node.js', '/app/index.js:4\n    throw new Error("DB_HOST is not set")\n    ^\n\nError: DB_HOST is not set\n    at Object.<anonymous> (/app/index.js:4:11)\n\nNode.js v20.1.0', 'Error: DB_HOST is not set'],
  ['Node.js, an error that was thrown on', 'node:internal/modules/cjs/loader:1080\n  throw err;\n  ^\n\nError: Cannot find module \'/app/server.js\'\n    at Module._resolveFilename\n  code: \'MODULE_NOT_FOUND\',', 'Error: Cannot find module \'/app/server.js\''],
  ['ruby', 'app.rb:3:in `fetch\': key not found: "DB_HOST" (KeyError)\n\tfrom app.rb:3:in `<main>\'', 'app.rb:3:in `fetch\': key not found: "DB_HOST" (KeyError)'],
  ['.NET', 'info: Microsoft.Hosting[14]\n      Now listening\nUnhandled exception. System.InvalidOperationException: The ConnectionString property has not been initialized.\n   at Program.<Main>$', 'Unhandled exception. System.InvalidOperationException: The ConnectionString property has not been initialized.'],
  ['PHP', 'PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/a.php:3\nStack trace:\n#0 x', 'PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/a.php:3'],
  ['nginx', '/docker-entrypoint.sh: Configuration complete\n2024/01/01 10:00:00 [emerg] 1#1: host not found in upstream "api" in /etc/nginx/conf.d/a.conf:3\nnginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/a.conf:3', '[emerg] 1#1: host not found in upstream "api" in /etc/nginx/conf.d/a.conf:3'],
  ['Rust', 'thread \'main\' panicked at src/main.rs:4:5:\ncalled `Result::unwrap()` on an `Err` value: NotPresent\nnote: run with `RUST_BACKTRACE=1`', 'thread \'main\' panicked at src/main.rs:4:5: called `Result::unwrap()` on an `Err` value: NotPresent'],
  ['Elixir', '10:00:00.000 [info] up\n** (RuntimeError) environment variable DATABASE_URL is missing.\n    lib/app.ex:3', '** (RuntimeError) environment variable DATABASE_URL is missing.'],
  ['Go', 'panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x2c', 'panic: assignment to entry in nil map'],
  ['Go, log.Fatal', '2024/01/01 10:00:00 starting\n2024/01/01 10:00:00 listen tcp :80: bind: permission denied', 'listen tcp :80: bind: permission denied'],
  ['a fatal line without words gives way to the error before it', 'ERROR cannot reach db.shop:5432\nFATAL exiting', 'ERROR cannot reach db.shop:5432'],
  ['redis', '*** FATAL CONFIG FILE ERROR (Redis 7.2.0) ***\nReading the configuration file, at line 3\n>>> \'maxmemory 100mega\'\nargument must be a memory value', '*** FATAL CONFIG FILE ERROR (Redis 7.2.0) *** Reading the configuration file, at line 3 >>> \'maxmemory 100mega\' argument must be a memory value'],
  ['PostgreSQL', '2024-01-01 10:00:00.000 UTC [1] LOG:  starting\n2024-01-01 10:00:00.000 UTC [1] FATAL:  database files are incompatible with server', '[1] FATAL:  database files are incompatible with server'],
  ['MySQL: the first error', '2024-01-01T10:00:00.1Z 0 [System] starting\n2024-01-01T10:00:00.1Z 0 [ERROR] [MY-012574] [InnoDB] Unable to lock ./ibdata1 error: 11\n2024-01-01T10:00:00.2Z 0 [ERROR] [MY-010119] [Server] Aborting', '0 [ERROR] [MY-012574] [InnoDB] Unable to lock ./ibdata1 error: 11'],
  ['a heading', 'The following settings are missing:\n  - API_KEY\n', 'The following settings are missing: - API_KEY'],
  ['nothing that looks like an error', 'up\nlost lease', 'lost lease'],
]

describe('the line of a log that tells', () => {
  for (const [what, text, quoted] of logs) {
    it(what, () => {
      const line = tellingLine({namespace: 'shop', pod: 'api', container: 'api', previous: false, text})
      assert.equal(shortened(line?.text ?? ''), quoted)
    })
  }
})
