/** The person typed something that this command does not understand. Exit code 2; the message is in kubectl's words where it has them. */
export class UsageError extends Error {
  override name = 'UsageError'
}
