/**
 * The cluster, a file, or the way to them, said no. The message is kubectl's own, so that people know it and can search
 * for it; it is printed as it is, and the program ends with exit code 3.
 */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'

  /**
   * `status` is the HTTP status, when a server has answered; `detail` its own words, without kubectl's "Error from server";
   * `reason` the API's (`NotFound`), which a proxy's error page does not have.
   */
  constructor(message: string, readonly status?: number, readonly detail?: string, readonly reason?: string) {
    super(message)
  }
}
