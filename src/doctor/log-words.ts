/** What a program complains of, as far as its words tell. Rules cross-check one each. */
export type Complaint =
  | 'name' | 'refused' | 'timeout' | 'login' | 'database' | 'variable' | 'api' | 'privileged port' | 'port in use' | 'read-only' | 'disk full' | 'permission'
  | 'module' | 'shell' | 'certificate' | 'configuration' | 'file' | 'files' | 'lock' | 'postgres password' | 'postgres root' | 'postgres directory'

/**
 * The words of programs of all kinds, the narrow ones before those that are part of many messages. Named groups are what the cross-check needs.
 * Sources: libpq and postgres (fe-connect.c, auth.c, initdb.c, docker-entrypoint.sh), mysql errmsg, redis and its clients, the MongoDB drivers, librdkafka,
 * Go's net and os, libuv, the JVM, CPython, .NET, PHP, Ruby, busybox, curl, GNU coreutils, nginx, OpenSSL, Kubernetes' authorizer.
 */
export const COMPLAINTS: [Complaint, RegExp][] = [
  ['postgres password', /Database is uninitialized and superuser password is not specified/],
  ['postgres root', /"?root"? execution of the PostgreSQL server is not permitted|initdb: (?:error: )?cannot be run as root/],
  ['postgres directory', /directory "(?<path>[^"]+)" exists but is not empty|data directory "(?<path2>[^"]+)" has (?:wrong ownership|invalid permissions|group or world access)|database files are incompatible with server|initialized by PostgreSQL version (?<old>\d+).*not compatible with this version (?<now>[\d.]+)/],
  ['api', /User "system:serviceaccount:(?<ns>[^:"\\]+):(?<sa>[^"\\]+)\\?" cannot (?<verb>\w+) resource \\?"(?<resource>[^"\\]+)\\?"(?: in API group \\?"(?<group>[^"\\]*)\\?")?(?: in the namespace \\?"(?<space>[^"\\]+)\\?")?/],
  ['login', /password authentication failed for user "(?<user>[^"]+)"|Access denied for user '(?<user2>[^']*)'@|NOAUTH Authentication required|WRONGPASS|AUTH <password> called without any password|AuthenticationFailed|MongoServerError: (?:Authentication failed|Command \w+ requires authentication)|\bAuthentication failed\.|ACCESS_REFUSED|SASL authentication (?:failed|error)|SaslAuthenticationException|no password supplied|\brole "(?<role>[^"]+)" does not exist|ERR invalid password|Invalid username or password|no pg_hba\.conf entry for/],
  ['database', /database "(?<db>[^"]+)" does not exist|Unknown database '(?<db2>[^']+)'|relation "(?<table>[^"]+)" does not exist|Table '(?<table2>[^']+)' doesn't exist|no such table: (?<table3>\S+)|InvalidCatalogName|Cannot open database "(?<db3>[^"]+)"/],
  ['certificate', /certificate has expired|x509: |CERTIFICATE_VERIFY_FAILED|unable to get (?:local )?issuer certificate|self[- ]signed certificate|PKIX path building failed|SSL certificate (?:has )?expired|tls: bad certificate|CertificateExpiredException|Hostname\/IP does not match certificate|ERR_TLS_CERT_ALTNAME_INVALID|No subject alternative names? matching|certificate verify failed|(?:private key does not match|key values mismatch)|UntrustedRoot|certificate signed by unknown authority/i],
  ['name', /getaddrinfo|could not translate host name|lookup \S+(?: on \S+)?: (?:no such host|server misbehaving|.*i\/o timeout|.*:53: .*)|bad address '|(?:[Cc]ould not|[Cc]ouldn't|[Cc]an't|unable to) resolve\b|[Ff]ailed to resolve |Name or service not known|Name does not resolve|nodename nor servname provided|Temporary failure in name resolution|UnknownHostException|Unknown (?:MySQL )?server host|host not found in upstream|No such host is known|EAI_AGAIN|NXDOMAIN|nxdomain|no servers could be reached|NameResolutionError/],
  ['privileged port', /bind\(\) to \S+?:(?<port>\d+) failed \(13: Permission denied\)|listen (?:tcp|udp)\d? \S*?:(?<port2>\d+): bind: permission denied|listen EACCES: permission denied \S*?:?(?<port3>\d+)\b|(?:^|[\s:])bind(?:\(\))?: Permission denied|could not bind to address \S+?:(?<port4>\d+).*|\(13\)Permission denied: .*could not bind to address \S+?:(?<port5>\d+)|Cannot bind to \S+:(?<port6>\d+) .*[Pp]ermission denied|java\.net\.(?:Socket|Bind)Exception: Permission denied|PermissionError: \[Errno 13\] (?:error while attempting to bind|Permission denied: .*bind)/],
  ['port in use', /[Aa]ddress (?:already )?in use|EADDRINUSE|[Pp]ort (?<port>\d+) (?:was|is) already in use|Only one usage of each socket address/],
  ['read-only', /[Rr]ead-only file ?system|EROFS/],
  ['files', /[Tt]oo many open files|EMFILE|inotify (?:instances|watches|init)|no space left on device.*inotify|System limit for number of file watchers reached/],
  ['disk full', /[Nn]o space left on device|ENOSPC|[Dd]isk quota exceeded|EDQUOT|There is not enough space on the disk/],
  ['refused', /[Cc]onnection (?:was )?refused|ECONNREFUSED|Can't connect to (?:local )?(?:MySQL|MariaDB)? ?server (?:on|through)[^(]*\((?:111|61)|Couldn't connect to server|Connection to \S+ refused|could not be established\. Broker may not be available|[Cc]onnect(?:ion)? refused/],
  ['timeout', /i\/o timeout|ETIMEDOUT|[Cc]onnect(?:ion)? timed out|(?:download|[Oo]peration|[Rr]equest) timed out|ConnectTimeout|connect timeout|No route to host|EHOSTUNREACH|Network is unreachable|ENETUNREACH|timeout expired|Can't connect to (?:MySQL|MariaDB)? ?server on[^(]*\((?:110|113)|context deadline exceeded|server selection (?:error|timeout)|ServerSelectionTimeoutError|Timed out (?:after|connecting|waiting for)|\(timed out\)/],
  ['shell', /(?:^|\s)(?:\/\S*\/)?(?:ba|da|a|k|z)?sh: (?:-c: )?(?:line )?(?:\d+: )?(?:\d+: )?[Ss]yntax error|syntax error near unexpected token|unexpected end of file|unterminated quoted string|unexpected EOF while looking for matching/],
  ['configuration', /\[emerg\](?! \d*#?\d*:? ?(?:bind|host not found))|nginx: configuration file .* test failed|yaml: line \d+|error (?:parsing|unmarshal\w*|converting YAML|reading config)|mapping values are not allowed|JSONDecodeError|Unexpected token .{0,60}JSON|invalid character '.+' (?:looking for|after)|ScannerError|ParserError|did not find expected|InvalidConfig|[Ff]atal config file error|Bad directive or wrong number of arguments|toml: |TOMLDecodeError|[Uu]nknown (?:directive|configuration|field|setting)|YAMLException|parsing (?:the )?(?:YAML|config)/],
  ['module', /Cannot find (?:module|package) '(?<module>[^']+)'|No module named '?(?<module2>[\w.]+)'?|Could not find or load main class (?<module3>\S+)|Unable to access jarfile (?<module4>\S+)|ClassNotFoundException: (?<module5>\S+)|error while loading shared libraries: (?<module6>[^:]+)|can't open file '(?<module7>[^']+)': \[Errno 2\]|cannot load such file -- (?<module8>\S+)|Could not open input file: (?<module9>\S+)|The module (?<module10>\S+) was not found|Could not execute because the application was not found|Could not locate Gemfile/],
  ['lock', /Waiting for changelog lock|Could not acquire change log lock|could not (?:obtain|acquire|lock|create lock)\b.{0,20}lock|lock file "?\S+"? (?:already exists|is locked)|database is locked|another (?:instance|process) (?:is )?(?:already )?(?:running|using)|Resource temporarily unavailable.*lock|Unable to lock|failed to obtain node locks?|LockObtainFailedException|[Pp]ending migrations?|[Mm]igrations are pending|unapplied migration/],
  ['permission', /[Pp]ermission denied|EACCES|Operation not permitted|EPERM|AccessDeniedException|UnauthorizedAccessException/],
  ['variable', /(?:[Ee]nvironment|[Ee]nv)(?:ironment)? ?[Vv]ar(?:iable)?s?:? [`'"]?(?<name>[A-Z][A-Z0-9_]+)\b|KeyError: '(?<name2>[A-Z][A-Z0-9_]{2,})'|Could not resolve placeholder '(?<name3>[^':]+)|(?:\$|[`'"(]|\b)(?<name4>[A-Z][A-Z0-9]*_[A-Z0-9_]+)[`'")]*:?(?: environment variable| env(?:ironment)? var(?:iable)?)? (?:is |was |must be |needs to be |has to be )?(?:not set|not defined|undefined|unset|missing|required|set\b|empty|parameter not set|parameter null or not set|unbound variable|not found)|(?:[Mm]issing|[Rr]equired)[^\n]{0,40}(?:env|variable|config|setting)\w*[^\n]{0,20}?[\s:`'"]+(?<name5>[A-Z][A-Z0-9]*_[A-Z0-9_]+)|\b(?<name6>[A-Z][A-Z0-9_]{2,}): (?:parameter (?:null or )?not set|unbound variable)|could not find environment variable|required key (?<name7>[A-Z][A-Z0-9_]+) missing value|key not found: "(?<name8>[A-Z][A-Z0-9_]+)"/],
  ['file', /No such file or directory|no such file or directory|ENOENT|FileNotFoundException|NoSuchFileException|(?:[Cc]onfig|[Ff]ile)[^\n]* (?:not found|does not exist)|Could not find file|open\(\) "[^"]+" failed \(2:/],
]

export interface Words {complaint: Complaint, groups: Record<string, string>}

/** What a line complains of; undefined for a line that says nothing we know. */
export function complaintIn(text: string): Words | undefined {
  for (const [complaint, pattern] of COMPLAINTS) {
    const match = pattern.exec(text)
    if (!match) continue
    const groups: Record<string, string> = {}
    for (const [name, value] of Object.entries(match.groups ?? {})) if (value !== undefined) groups[name.replace(/\d+$/, '')] ??= value
    return {complaint, groups}
  }
  return undefined
}
