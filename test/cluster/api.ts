import {request} from 'node:http'

export interface Answer {status: number, body: string}

/** Talks to the API server through a `kubectl proxy` that listens on a Unix socket: such a socket can be reached from any network namespace. */
export class Api {
  constructor(private readonly socket: string) {}

  send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const message = request({socketPath: this.socket, method, path, headers: body === undefined ? {} : {'Content-Type': type}, timeout: 30_000}, response => {
        let text = ''
        response.setEncoding('utf8').on('data', (data: string) => text += data).on('end', () => resolve({status: response.statusCode!, body: text})).on('error', reject)
      })
      message.on('error', reject).on('timeout', () => message.destroy(new Error(`no answer to ${method} ${path}`)))
      message.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  /** The object at a path; `undefined` when there is none. Throws the API server's words when it refuses. */
  async get<T = unknown>(path: string): Promise<T | undefined> {
    const {status, body} = await this.send('GET', path)
    if (status === 404) return undefined
    return accept(path, status, body) as T
  }

  async change<T = unknown>(method: string, path: string, body?: unknown, type?: string): Promise<T> {
    const answer = await this.send(method, path, body, type)
    return accept(`${method} ${path}`, answer.status, answer.body) as T
  }
}

function accept(what: string, status: number, body: string): unknown {
  if (status >= 300) throw new Error(`${what}: ${status} ${body.slice(0, 500)}`)
  return body.startsWith('{') ? JSON.parse(body) : body
}
