/**
 * The cluster, a file, or the way to them, said no. The message is kubectl's own, so that people know it and can search
 * for it; it is printed as it is, and the program ends with exit code 3.
 */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'

  constructor(message: string, /** The HTTP status, when a server has answered. */ readonly status?: number, /** The server's own words, without kubectl's "Error from server". */ readonly detail?: string) {
    super(message)
  }
}
