/** All that was ever written to one generation of a file, wherever it stands now. */
export class Stream {
  readonly id: number
  content = Buffer.alloc(0)
  /** Bytes at its beginning that nobody wrote. */
  holeBytes = 0
  /** Where it is: its own path, and what it was renamed or copied to; undefined once it is gone. */
  place: string | undefined
  /** Every path that matches at which it has ever stood. */
  readonly matched = new Set<string>()
  /** Where a running agent first saw it. */
  seenAt: string | undefined
  /** Nothing of it was taken when it was copied, or a beginning: either path is right. */
  isEitherWay = false
  /** Bytes that stood in it when an agent last read all there was, and made it durable. */
  readBytes = 0
  /** It went while the agent had it open: what is left must be read before the agent stops. */
  isDraining = false
  /** What is behind may have gone before anybody could read it. */
  surely = Number.POSITIVE_INFINITY
  #lines = 0

  constructor(id: number, place: string) {
    this.id = id
    this.place = place
  }

  get hasPartial(): boolean {
    return this.content.length > this.holeBytes && this.content.at(-1) !== 0x0a
  }

  /** A line that is like no other. */
  nextLine(padding: number): string {
    return `s${this.id} l${this.#lines++} ${'x'.repeat(padding)}`
  }

  append(bytes: Buffer): void {
    this.content = Buffer.concat([this.content, bytes])
  }

  /** What was not read by now is not sure to be. */
  mayLose(from = this.readBytes): void {
    this.surely = Math.min(this.surely, from)
  }

  /** The lines of the first so many bytes; the last may have no end. */
  lines(bytes: number): string[] {
    const lines = this.content.toString('latin1', Math.min(bytes, this.holeBytes), bytes).split('\n')
    if (lines.at(-1) === '') lines.pop()
    return lines
  }

  /** Bytes up to the last line end before a place. */
  wholeLines(before: number): number {
    if (before <= 0) return 0
    return this.content.lastIndexOf(0x0a, Math.min(before, this.content.length) - 1) + 1
  }
}
