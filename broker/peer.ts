import type { Session } from './access/session.ts'

/** Where a request came in, as its handler sees it. */
export interface Peer {
  /** `/127.0.0.1`, as Kafka shows the host of a group's member. */
  readonly host: string
  /** Address the client reached us at. */
  readonly localAddress: string
  /** True once the client is gone: an answer would reach nobody. */
  readonly isClosed: boolean
  /** Who it is, as far as it has proved that. */
  readonly session: Session
  /** Whether an answer may carry ranges of files: not where it is encrypted on its way. */
  readonly takesFileRanges: boolean
  /** Takes no more requests, and ends the connection when those at hand are answered. */
  closeAfterAnswers(): void
  /**
   * Runs once the client is gone, at once where it already is, unless the returned function is called before. For what
   * is bounded by itself and takes this back at its own end: there are as many as the connection has of such things.
   */
  onClose(run: () => void): () => void
}
