/**
 * The programs in the lab's images: a few lines of shell each, for busybox. What they print on failure is what the real
 * program prints (the texts are those of the official images); what Kubernetes and the runtime say about them is real.
 */
const script = (text: string): Buffer => Buffer.from(`#!/bin/sh\n${text}`)

export const MYSQL = script(`
ts() { date -u +"%Y-%m-%d %H:%M:%S+00:00"; }
echo "$(ts) [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.0.39-1.el9 started."
if [ -z "$MYSQL_ROOT_PASSWORD" ] && [ -z "$MYSQL_ALLOW_EMPTY_PASSWORD" ] && [ -z "$MYSQL_RANDOM_ROOT_PASSWORD" ] && [ -z "$MYSQL_ROOT_PASSWORD_FILE" ]; then
  echo "$(ts) [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD" >&2
  exit 1
fi
echo "$(ts) [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. port: 3306"
exec nc -ll -p 3306 -e cat
`)

/** The client of the lab's protocol sends its user and password in one line. */
export const POSTGRES = script(`
if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
  cat >&2 <<E
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.
E
  exit 1
fi
echo "LOG:  database system is ready to accept connections"
cat > /tmp/h <<E
#!/bin/sh
read user password
if [ "\\$password" = "$POSTGRES_PASSWORD" ]; then echo OK; else echo "FATAL:  password authentication failed for user \\"\\$user\\""; fi
E
chmod 755 /tmp/h
exec nc -ll -p 5432 -e /tmp/h
`)

export const NGINX = script(`
PORT=\${NGINX_PORT:-80}
mkdir -p /usr/share/nginx/html; [ -f /usr/share/nginx/html/index.html ] || echo "<h1>Welcome to nginx!</h1>" > /usr/share/nginx/html/index.html
echo "/docker-entrypoint.sh: Configuration complete; ready for start up"
exec httpd -f -v -p $PORT -h /usr/share/nginx/html
`)

/** An application: needs the variables that REQUIRE names, dials its database, then serves. Every failure is told as its runtime would. */
export const API = script(`
log() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $*"; }
log INFO api starting version=$VERSION
[ -n "$REQUIRE" ] && for key in $REQUIRE; do
  eval value=\\$$key
  [ -z "$value" ] && { log FATAL "environment variable \\"$key\\" is not set" >&2; exit 1; }
done
if [ -n "$DB_HOST" ]; then
  host=$DB_HOST; port=\${DB_PORT:-5432}
  answer=$(printf '%s %s\\n' "\${DB_USER:-app}" "$DB_PASSWORD" | timeout 4 nc $host $port 2>&1)
  case $answer in OK) log INFO connected to $host:$port;;
    *"bad address"*) log ERROR "could not translate host name \\"$host\\" to address: Name or service not known" >&2; exit 1;;
    *refused*) log ERROR "dial tcp $host:$port: connect: connection refused" >&2; exit 1;;
    *authentication*) log ERROR "pq: \${answer#FATAL:  }" >&2; exit 1;;
    *) log ERROR "dial tcp $host:$port: i/o timeout: $answer" >&2; exit 1;; esac
fi
log INFO listening on :\${PORT:-8080}
mkdir -p /tmp/www; echo ok > /tmp/www/healthz; echo ok > /tmp/www/index.html
exec httpd -f -p \${PORT:-8080} -h /tmp/www
`)

/** Sleeps, and ends at once on SIGTERM, which the kernel keeps from a process 1 that has no handler for it. */
export const WORKER = script(`
trap 'exit 0' TERM
echo "waiting for jobs"
sleep 2147483647 & wait
`)

export const NO_SHEBANG = Buffer.from('echo starting\nexec sleep 1000\n')
export const CARRIAGE_RETURNS = Buffer.from('#!/bin/sh\r\necho starting\r\nsleep 1000\r\n')
export const SLEEPER = Buffer.from('#!/bin/sh\nsleep 1000\n')

/** A static ELF program of a few bytes of machine code: a true SIGSEGV of process 1, which a shell could not send to itself. */
function elf(code: number[], machine = 62): Buffer {
  const head = 64 + 56
  const start = 0x400000n
  const size = BigInt(head + code.length)
  const program = Buffer.alloc(head)
  program.write('\x7FELF\x02\x01\x01', 'latin1')
  const put16 = (at: number, ...values: number[]) => values.forEach((value, i) => program.writeUInt16LE(value, at + 2 * i))
  const put64 = (at: number, ...values: bigint[]) => values.forEach((value, i) => program.writeBigUInt64LE(value, at + 8 * i))
  put16(16, 2, machine)
  program.writeUInt32LE(1, 20)
  put64(24, start + BigInt(head), 64n, 0n)
  put16(52, 64, 56, 1)
  program.writeUInt32LE(1, 64)
  program.writeUInt32LE(5, 68)
  put64(72, 0n, start, start, size, size, 0x1000n)
  return Buffer.concat([program, Buffer.from(code)])
}

/** xor eax, eax; mov rax, [rax] */
export const SEGV = elf([0x31, 0xC0, 0x48, 0x8B, 0x00])
/** ud2 */
export const ILL = elf([0x0F, 0x0B])
/** div by a zero ecx */
export const FPE = elf([0x31, 0xD2, 0x31, 0xC9, 0xB8, 0x01, 0x00, 0x00, 0x00, 0xF7, 0xF1])
/** exit(0) for arm64 */
export const ARM = elf([0x00, 0x00, 0x80, 0xD2, 0xA8, 0x0B, 0x80, 0xD2, 0x01, 0x00, 0x00, 0xD4], 183)
