import { ContainerLine, unwrapCri, unwrapDocker } from '../../../lines/container.ts'
import { ContainerStream } from './container-stream.ts'
import type { EventLimits, EventRules } from './event-joiner.ts'
import { behindLine, type DropRule, type Ending, type RowSink } from './rows.ts'

export type ContainerFormat = 'cri' | 'docker'

const unwraps = { cri: unwrapCri, docker: unwrapDocker } as const

/** The format of a file whose first line this is; undefined where it is no container's. */
export function containerFormatOf(bytes: Buffer, start: number, end: number): ContainerFormat | undefined {
  const line = new ContainerLine()
  if (unwrapCri(bytes, start, end, line)) return 'cri'
  return unwrapDocker(bytes, start, end, line) ? 'docker' : undefined
}

/**
 * Takes the lines of a container runtime's file and makes rows of what the container wrote: the parts of a line joined,
 * and lines that belong together, for each of its two streams apart. A line that is none of the runtime's is a row as it
 * is.
 */
export class ContainerRows implements RowSink {
  readonly #line = new ContainerLine()
  readonly #stdout: ContainerStream
  readonly #stderr: ContainerStream
  #sink: RowSink | undefined
  #format: ContainerFormat = 'cri'
  /** Where the last line began that was a row as it is, or what is in none. */
  #lastPlainAt = -1

  constructor(maxLineBytes: number, events: () => (EventLimits & { rules: EventRules }) | undefined) {
    this.#stdout = new ContainerStream('stdout', maxLineBytes, events())
    this.#stderr = new ContainerStream('stderr', maxLineBytes, events())
  }

  begin(sink: RowSink, format: ContainerFormat): void {
    this.#sink = sink
    this.#format = format
    this.#lastPlainAt = -1
    this.#stdout.begin(sink)
    this.#stderr.begin(sink)
  }

  row(bytes: Buffer, start: number, end: number, flags: number): void {
    const stop = end > start && bytes[end - 1] === 0x0d ? end - 1 : end
    const line = this.#line
    if (flags === 0 && unwraps[this.#format](bytes, start, stop, line)) {
      const isOut = line.stream === 'stdout'
      const other = isOut ? this.#stderr : this.#stdout
      other.yield()
      const stream = isOut ? this.#stdout : this.#stderr
      stream.take(line, start, behindLine(bytes, end))
      return
    }
    this.#stdout.yield()
    this.#stderr.yield()
    this.#lastPlainAt = start
    this.#sink?.row(bytes, start, end, flags)
  }

  /** Nothing goes on behind a hole: what waits is whole, so that its bytes stand before it. */
  drop(rule: DropRule, start: number, end: number): void {
    this.#stdout.end('finished')
    this.#stderr.end('finished')
    this.#lastPlainAt = start
    this.#sink?.drop(rule, start, end)
  }

  /**
   * The chunk ends: answers where the first line begins that is left for the next read, -1 where none is. Where rows
   * were made of lines behind it, it is for the caller to take the chunk again, up to there: see `isAhead`.
   */
  end(ending: Ending): number {
    const [out, error] = [this.#stdout.end(ending), this.#stderr.end(ending)]
    if (out < 0 || error < 0) return Math.max(out, error)
    return Math.min(out, error)
  }

  /** Whether a row was made of a line behind a place. */
  isAhead(place: number): boolean {
    return Math.max(this.#stdout.lastRowAt, this.#stderr.lastRowAt, this.#lastPlainAt) > place
  }
}
