import http from 'node:http'
import https from 'node:https'
import type {Readable} from 'node:stream'
import {pipeline} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'
import {createGunzip} from 'node:zlib'
import {ClusterError} from './errors.js'
import {unreachable} from './refusal.js'

/** Requests in flight over the whole run: a diagnosis must not be a burden to a cluster that is in trouble already. */
export const IN_FLIGHT = 8
const CONNECT_MS = 30_000
const HANDSHAKE_MS = 10_000
const RETRIES = 4
const LONGEST_WAIT_MS = 10_000

export interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
  /** Decompressed. Ends with a ClusterError when the connection breaks or the time is up. */
  body: Readable
}

export interface TransportOptions {
  server: URL
  agent: http.Agent
  headers: () => Promise<Record<string, string | string[]>>
  compression: boolean
  /** For one request, its body included; 0 for no limit. */
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** Sends GETs: eight at a time, again where the server asks for patience (429 and 5xx with Retry-After), never for longer than half a minute. */
export class Transport {
  private free = IN_FLIGHT
  private readonly waiting: (() => void)[] = []

  constructor(private readonly options: TransportOptions) {}

  /** Runs `use` on the answer and gives the place to the next request when it is done with it. */
  async get<T>(path: string, headers: Record<string, string>, use: (answer: Answer) => Promise<T>): Promise<T> {
    await this.enter()
    try {
      for (let tries = 0; ; tries++) {
        const answer = await this.send(path, headers, tries).catch((error: Error) => {
          throw error instanceof ClusterError || error.name === 'AbortError' ? error : unreachable(error, this.options.server)
        })
        const pause = Number(answer.headers['retry-after'])
        if (tries >= RETRIES || (answer.status !== 429 && answer.status < 500) || !Number.isInteger(pause)) {
          try {
            return await use(answer)
          } finally {
            answer.body.destroy()
          }
        }
        answer.body.destroy()
        await sleep(Math.min(pause * 1000, LONGEST_WAIT_MS), undefined, {signal: this.options.signal})
      }
    } finally {
      this.leave()
    }
  }

  private async enter(): Promise<void> {
    if (this.free > 0) this.free--
    else await new Promise<void>(resolve => this.waiting.push(resolve))
  }

  private leave(): void {
    const next = this.waiting.shift()
    if (next) next()
    else this.free++
  }

  private async send(path: string, extra: Record<string, string>, tries: number): Promise<Answer> {
    const {server, agent, compression, timeoutMs, signal} = this.options
    const headers = {...await this.options.headers(), ...extra, 'accept-encoding': compression ? 'gzip' : 'identity'}
    const url = new URL(server.origin + server.pathname.replace(/\/$/, '') + path)
    return new Promise<Answer>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      let dial: NodeJS.Timeout | undefined
      let body: Readable | undefined
      const request = (server.protocol === 'http:' ? http : https).request(url, {agent, headers, signal}, response => {
        clearTimeout(dial)
        const gzip = response.headers['content-encoding'] === 'gzip'
        body = gzip ? pipeline(response, createGunzip(), () => {}) as unknown as Readable : response
        body.once('close', () => { clearTimeout(timer); if (gzip) response.destroy() })
        resolve({status: response.statusCode ?? 0, headers: response.headers, body})
      })
      const give = (message: string) => {
        const error = new ClusterError(`Unable to connect to the server: ${message}`)
        body?.destroy(error)
        request.destroy(error)
      }
      if (timeoutMs > 0) timer = setTimeout(give, timeoutMs, 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)')
      request.once('socket', socket => {
        if (!socket.connecting) return
        dial = setTimeout(give, CONNECT_MS, `dial tcp ${server.host}: i/o timeout`)
        socket.once('connect', () => {
          clearTimeout(dial)
          if (server.protocol === 'https:') dial = setTimeout(give, HANDSHAKE_MS, 'net/http: TLS handshake timeout')
        }).once('secureConnect', () => clearTimeout(dial))
      })
      request.once('close', () => clearTimeout(dial))
      request.on('error', error => {
        clearTimeout(timer)
        clearTimeout(dial)
        // A kept connection that the server has closed meanwhile says nothing about the server.
        if (request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET' && tries < RETRIES) resolve(this.send(path, extra, RETRIES))
        else reject(error)
      })
      request.end()
    })
  }
}

/** The whole body as text. A body that breaks off is an error in kubectl's words. */
export async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of body) chunks.push(chunk as Buffer)
  } catch (error) {
    if (error instanceof ClusterError || (error as Error).name === 'AbortError') throw error
    throw new ClusterError('error: unexpected error when reading response body. Please retry. Original error: unexpected EOF')
  }
  return Buffer.concat(chunks).toString('utf8')
}
