import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {run} from './processes.js'

export interface Certificates {
  /** Our own authority, as a file and as base64. */
  authority: string
  authorityBase64: string
  /** The certificate of every server of the lab. */
  certificate: string
  key: string
  /** Signs the tokens of ServiceAccounts. */
  tokenKey: string
}

/** Makes an authority, and one certificate for all names and addresses that the lab's servers have. Elliptic keys: RSA would take a second. */
export async function makeCertificates(folder: string, names: string[], addresses: string[]): Promise<Certificates> {
  const file = (name: string) => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  writeFileSync(file('names'), `subjectAltName=${[...names.map(name => `DNS:${name}`), ...addresses.map(address => `IP:${address}`)].join(',')}\n`)
  await run(['openssl', 'req', '-x509', ...key, '-days', '30', '-keyout', file('ca.key'), '-out', file('ca.crt'), '-subj', '/CN=lab-ca'])
  await run(['openssl', 'req', ...key, '-keyout', file('server.key'), '-out', file('server.csr'), '-subj', '/CN=lab'])
  await run(['openssl', 'x509', '-req', '-in', file('server.csr'), '-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '30', '-extfile', file('names'), '-out', file('server.crt')])
  await run(['openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('tokens.key')])
  return {
    authority: file('ca.crt'), authorityBase64: readFileSync(file('ca.crt')).toString('base64'),
    certificate: file('server.crt'), key: file('server.key'), tokenKey: file('tokens.key'),
  }
}
