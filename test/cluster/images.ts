import {execFileSync} from 'node:child_process'
import {createCipheriv, createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {gzipSync} from 'node:zlib'
import {API, ARM, CARRIAGE_RETURNS, FPE, ILL, MYSQL, NGINX, NO_SHEBANG, POSTGRES, SEGV, SLEEPER, WORKER} from './applications.js'
import {tar, type Entry} from './tar.js'

const BUSYBOX = '/bin/busybox'
const DOCKER = 'application/vnd.docker'
/** What this machine runs, and what it does not. */
const [OURS, FOREIGN] = process.arch === 'arm64' ? ['arm64', 'amd64'] as const : ['amd64', 'arm64'] as const

export const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A manifest (or a list of manifests) as a registry serves it, and the blobs it needs, by digest. */
export interface Image {manifest: Buffer, type: string, blobs: Map<string, Buffer>}

interface Recipe {
  files?: Record<string, Buffer>
  /** Files that may not be executed. */
  plain?: Record<string, Buffer>
  cmd?: string[]
  entrypoint?: string[]
  user?: string
  env?: string[]
  workdir?: string
  arch?: string
  /** Without busybox. */
  bare?: true
}

const FOLDERS = 'bin tmp etc dev proc sys root run usr usr/bin usr/local usr/local/bin usr/share usr/share/nginx usr/share/nginx/html '
  + 'var var/log var/log/nginx var/lib var/cache srv app'

let base: Buffer | undefined
/** The lowest layer of nearly every image: Debian's busybox and what a program expects of a file system. */
function busybox(): Buffer {
  if (base) return base
  const entries: Record<string, Entry> = {}
  for (const folder of FOLDERS.split(' ')) entries[folder] = {folder: true, mode: folder === 'tmp' ? 0o1777 : 0o755}
  entries['bin/busybox'] = {bytes: readFileSync(BUSYBOX), mode: 0o755}
  for (const applet of execFileSync(BUSYBOX, ['--list'], {encoding: 'utf8'}).trim().split('\n')) if (applet !== 'busybox') entries[`bin/${applet}`] = {to: 'busybox'}
  const users = [['root', 0, '/root', '/bin/sh'], ['nginx', 101, '/', '/bin/false'], ['nobody', 65534, '/', '/bin/false']] as const
  entries['etc/passwd'] = {bytes: Buffer.from(users.map(([name, id, home, shell]) => `${name}:x:${id}:${id}:${name}:${home}:${shell}\n`).join(''))}
  entries['etc/group'] = {bytes: Buffer.from(users.map(([name, id]) => `${name}:x:${id}:\n`).join(''))}
  entries['etc/nsswitch.conf'] = {bytes: Buffer.from('hosts: files dns\n')}
  base = tar(entries)
  return base
}

const zipped = new Map<Buffer, Buffer>()
function zip(layer: Buffer): Buffer {
  const known = zipped.get(layer) ?? gzipSync(layer, {level: 1})
  zipped.set(layer, known)
  return known
}

function layersOf({files = {}, plain = {}, bare}: Recipe): Buffer[] {
  const entries: Record<string, Entry> = {}
  for (const [name, bytes] of Object.entries(files)) entries[name] = {bytes, mode: 0o755}
  for (const [name, bytes] of Object.entries(plain)) entries[name] = {bytes}
  return [...(bare ? [] : [busybox()]), ...(Object.keys(entries).length > 0 ? [tar(entries)] : [])]
}

function configOf({cmd, entrypoint, user, env = [], workdir, arch = OURS}: Recipe, layers: Buffer[]): Buffer {
  return Buffer.from(JSON.stringify({
    architecture: arch, os: 'linux', created: '2026-01-01T00:00:00Z',
    config: {Env: ['PATH=/usr/local/bin:/usr/bin:/bin', ...env], Cmd: cmd, Entrypoint: entrypoint, User: user, WorkingDir: workdir},
    rootfs: {type: 'layers', diff_ids: layers.map(digestOf)},
  }))
}

function image(recipe: Recipe): Image {
  const blobs = new Map<string, Buffer>()
  const blob = (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes)
    blobs.set(digest, bytes)
    return {mediaType, size: bytes.length, digest}
  }
  const layers = layersOf(recipe)
  const type = `${DOCKER}.distribution.manifest.v2+json`
  const config = blob(`${DOCKER}.container.image.v1+json`, configOf(recipe, layers))
  const manifest = {schemaVersion: 2, mediaType: type, config, layers: layers.map(layer => blob(`${DOCKER}.image.rootfs.diff.tar.gzip`, zip(layer)))}
  return {manifest: Buffer.from(JSON.stringify(manifest)), type, blobs}
}

/** A list of images by platform, with one platform in it. */
function listOf({manifest, type, blobs}: Image, architecture: string): Image {
  const mediaType = `${DOCKER}.distribution.manifest.list.v2+json`
  const digest = digestOf(manifest)
  const list = {schemaVersion: 2, mediaType, manifests: [{mediaType: type, size: manifest.length, digest, platform: {architecture, os: 'linux'}}]}
  return {manifest: Buffer.from(JSON.stringify(list)), type: mediaType, blobs: new Map([...blobs, [digest, manifest]])}
}

/** Bytes that do not compress and are always the same. */
const noise = (length: number): Buffer => createCipheriv('aes-256-ctr', Buffer.alloc(32), Buffer.alloc(16)).update(Buffer.alloc(length))

/** Everything the registry has, by repository and tag. */
export function catalogue(): Record<string, Record<string, Image>> {
  const entry = '/usr/local/bin/docker-entrypoint.sh'
  const daemon = (text: Buffer, rest: Recipe = {}) => image({files: {[entry.slice(1)]: text}, entrypoint: [entry], ...rest})
  const server = (bytes: Buffer) => image({files: {'app/server': bytes}, cmd: ['/app/server']})
  const runs = (bytes: Buffer) => image({files: {'app/run.sh': bytes}, cmd: ['/app/run.sh']})
  const plain = image({cmd: ['sh']})
  const nginx = daemon(NGINX)
  const api = image({files: {'app/server': API}, cmd: ['/app/server'], workdir: '/app', env: ['VERSION=1.4.2']})
  const worker = image({files: {'app/worker': WORKER}, cmd: ['/app/worker'], workdir: '/app'})
  return {
    'library/busybox': {'1.36': plain, 'latest': plain},
    'library/alpine': {'3.20': plain},
    'library/mysql': {'8.0': daemon(MYSQL, {cmd: ['mysqld']})},
    'library/postgres': {'16': daemon(POSTGRES, {cmd: ['postgres']})},
    'library/nginx': {'1.27': nginx, 'latest': nginx, '1.26': nginx},
    'library/redis': {'7.2': image({cmd: ['nc', '-ll', '-p', '6379', '-e', 'cat']})},
    'shop/api': {'1.4.2': api, '1.4.1': api},
    'shop/worker': {'dev': worker, '1.0': worker},
    'shop/web-nginx-user': {'2.0': daemon(NGINX, {user: 'nginx'})},
    'shop/reports': {'2.0': image({files: {'app/blob': noise(400_000)}, bare: true, cmd: ['/app/blob']})},
    'shop/nocmd': {'1.0': image({})},
    'shop/distroless': {'1.0': image({files: {server: readFileSync(BUSYBOX)}, bare: true, entrypoint: ['/server', 'sleep'], cmd: ['100000']})},
    'shop/armserver': {'1.0': server(ARM)},
    'shop/noshebang': {'1.0': runs(NO_SHEBANG)},
    'shop/crlf': {'1.0': runs(CARRIAGE_RETURNS)},
    'shop/noexec': {'1.0': image({plain: {'app/run.sh': SLEEPER}, cmd: ['/app/run.sh']})},
    'shop/segv': {'1.0': server(SEGV)},
    'shop/ill': {'1.0': server(ILL)},
    'shop/fpe': {'1.0': server(FPE)},
    'shop/userless': {'1.0': image({cmd: ['sleep', '1000'], user: 'appuser'})},
    'shop/armonly': {'1.0': listOf(image({cmd: ['sleep', '1000'], arch: FOREIGN}), FOREIGN)},
  }
}

/** A docker-archive for `ctr images import`, with the images that a node has before it pulls any. */
export function preloaded(): Buffer {
  const entries: Record<string, Entry> = {}
  const manifest = [
    // The real pause program only sleeps, too.
    {tags: ['registry.k8s.io/pause:3.10'], recipe: {cmd: ['sleep', '2147483647']}},
    {tags: ['docker.io/library/busybox:latest', 'docker.io/library/busybox:1.36'], recipe: {cmd: ['sh']}},
  ].map(({tags, recipe}) => {
    const layers = layersOf(recipe)
    const config = configOf(recipe, layers)
    const name = `${digestOf(config).slice(7)}.json`
    const files = layers.map(layer => {
      const file = `${digestOf(layer).slice(7)}/layer.tar`
      entries[file] = {bytes: layer}
      return file
    })
    entries[name] = {bytes: config}
    return {Config: name, RepoTags: tags, Layers: files}
  })
  entries['manifest.json'] = {bytes: Buffer.from(JSON.stringify(manifest))}
  return tar(entries)
}
