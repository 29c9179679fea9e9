import { LineParser, type ParseMode } from '../../lines/line-parser.ts'
import { localZone } from '../../lines/time/zone.ts'
import type { LogBatch } from '../../records/log-batch.ts'
import type { RecordOrigin } from '../../records/origin.ts'
import type { Intake } from '../intake.ts'

export interface LineFeedOptions {
  intake: Intake
  origin: RecordOrigin
  parse: ParseMode
  /** A line may say of which service it is. */
  namesService: boolean
  maxLineBytes: number
  nowMs: () => number
}

/**
 * Takes lines out of a stream of bytes: what stands before the last line end of a chunk is durable when `push` resolves,
 * so whoever waits for it reads no faster than the spool takes. Memory is bounded by one line: a longer one is cut.
 */
export class LineFeed {
  readonly #options: LineFeedOptions
  /** Of the line that is not whole yet. */
  #held: Buffer = Buffer.alloc(0)
  /** Within the rest of a line that was cut. */
  #skipping = false

  constructor(options: LineFeedOptions) {
    this.#options = options
  }

  /** Takes a stream to its end. Errors: SPOOL_CLOSED, and those of the stream. */
  async read(stream: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of stream) await this.push(chunk)
    await this.end()
  }

  /** Errors: SPOOL_CLOSED. */
  async push(chunk: Buffer): Promise<void> {
    const { intake } = this.#options
    await intake.attend(async hold => {
      hold(chunk.length)
      const batch = this.#batch()
      this.#lines(batch.batch, batch.parser, Buffer.concat([this.#held, chunk]))
      await intake.takeSlowly(batch.batch.finish())
    })
  }

  /** Nothing more comes: what has no line end is the last line. */
  async end(): Promise<void> {
    const { intake } = this.#options
    if (this.#held.length === 0) return
    const { batch, parser } = this.#batch()
    this.#line(batch, parser, this.#held, 0, this.#held.length, false)
    this.#held = Buffer.alloc(0)
    await intake.takeSlowly(batch.finish())
  }

  #batch(): { batch: LogBatch; parser: LineParser } {
    const { intake, origin, parse, namesService, nowMs } = this.#options
    const batch = intake.logs()
    batch.draft.origin = origin
    return { batch, parser: new LineParser(batch.draft, parse, localZone(nowMs), nowMs, namesService) }
  }

  #lines(batch: LogBatch, parser: LineParser, bytes: Buffer): void {
    const { maxLineBytes } = this.#options
    let at = 0
    for (let feed = bytes.indexOf(0x0a); feed >= 0; feed = bytes.indexOf(0x0a, at)) {
      const isLong = feed - at > maxLineBytes
      if (!this.#skipping) this.#line(batch, parser, bytes, at, isLong ? at + maxLineBytes : feed, isLong)
      this.#skipping = false
      at = feed + 1
    }
    this.#keep(batch, parser, bytes, at)
  }

  #keep(batch: LogBatch, parser: LineParser, bytes: Buffer, at: number): void {
    const { maxLineBytes } = this.#options
    const isLong = bytes.length - at > maxLineBytes
    if (isLong && !this.#skipping) this.#line(batch, parser, bytes, at, at + maxLineBytes, true)
    this.#skipping ||= isLong
    this.#held = this.#skipping ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at))
  }

  #line(batch: LogBatch, parser: LineParser, bytes: Buffer, start: number, end: number, cut: boolean): void {
    parser.read(bytes, start, end, false, cut)
    batch.add()
  }
}
