/**
 * An operating failure: something outside the program is not as it must be (a port, a folder, a peer, the input).
 * `code` is stable and for machines, the message is for people and says what to do, lowercase, without a full stop.
 * Protocol outcomes are returned codes and bugs are assertions; neither is an `OperatingError`.
 */
export class OperatingError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'OperatingError'
    this.code = code
  }
}

/** The message of anything that was thrown, with the system's code where there is one. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = codeOf(error)
  return code !== undefined && !error.message.includes(code) && !(error instanceof OperatingError)
    ? `${error.message} (${code})`
    : error.message
}

/** The stable code of an error: Node's (`EADDRINUSE`) or our own; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** States an invariant. A failure is a bug in Millrace: it ends the process rather than going on with wrong data. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}
