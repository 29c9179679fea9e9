import { type DropRule, type Ending, type RowSink, rowFlags } from './rows.ts'

/** Lines that wait to see whether they go on with the event. */
const maxDoubtful = 8

/**
 * How a line stands to the event before it: it begins another, goes on with it, or goes on with it if the next line does
 * too.
 */
export const joins = { starts: 0, continues: 1, perhaps: 2 } as const
export type Joins = (typeof joins)[keyof typeof joins]

/** Knows which lines belong together. Is asked about each line in turn, from the beginning of an event on. */
export interface EventRules {
  /** Nothing is known of what came before. */
  reset(): void
  /** Whether a line goes on with nothing, nor anything with it: then it is not judged, and costs next to nothing. */
  isAlone(bytes: Buffer, start: number): boolean
  judge(bytes: Buffer, start: number, end: number): Joins
  /** Whether more may follow that belongs to the event whose last line this is. */
  awaitsMore(bytes: Buffer, start: number, end: number): boolean
}

export interface EventLimits {
  maxLines: number
  maxBytes: number
}

/**
 * Joins lines that belong together into one row, before a sink. All lines of a chunk are ranges of one buffer, so an
 * event is a range as well, line ends within. An event that is not known to be whole at the chunk's end is left for the
 * next read.
 */
export class EventJoiner implements RowSink {
  readonly #rules: EventRules
  readonly #limits: EventLimits
  readonly #doubtful: number[] = []
  #sink: RowSink | undefined
  #bytes: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0
  #lastStart = 0
  #lines = 0
  #flags = 0

  constructor(rules: EventRules, limits: EventLimits) {
    this.#rules = rules
    this.#limits = limits
  }

  begin(sink: RowSink): void {
    this.#sink = sink
    this.#lines = 0
    this.#doubtful.length = 0
    this.#rules.reset()
  }

  row(bytes: Buffer, start: number, end: number, flags: number): void {
    if (flags === 0 && this.#rules.isAlone(bytes, start)) {
      if (this.#lines > 0) this.#settle()
      this.#sink?.row(bytes, start, end, 0)
      return
    }
    if ((flags & (rowFlags.cut | rowFlags.continued)) !== 0) {
      this.#settle()
      this.#sink?.row(bytes, start, end, flags)
      return
    }
    const joined = this.#rules.judge(bytes, start, end)
    if (this.#lines === 0 || joined === joins.starts || this.#isFull(end)) {
      this.#settle()
      this.#open(bytes, start, end)
    } else if (joined === joins.continues) this.#extend(start, end)
    else this.#doubt(bytes, start, end)
    this.#flags |= flags
  }

  drop(rule: DropRule, start: number, end: number): void {
    this.#settle()
    this.#sink?.drop(rule, start, end)
  }

  /** The chunk ends: answers where the event begins that is left for the next read, -1 where none is. */
  end(ending: Ending): number {
    if (ending === 'open' && this.awaitsMore) return this.#start
    this.#settle()
    return -1
  }

  /** Whether an event is open that more may belong to. */
  get awaitsMore(): boolean {
    if (this.#lines === 0) return false
    return this.#doubtful.length > 0 || this.#rules.awaitsMore(this.#bytes, this.#lastStart, this.#end)
  }

  /** Its lines stand so many bytes earlier now, in a buffer of the same content. */
  moved(bytes: Buffer, by: number): void {
    this.#bytes = bytes
    this.#start -= by
    this.#end -= by
    this.#lastStart -= by
    for (const [i, place] of this.#doubtful.entries()) this.#doubtful[i] = place - by
  }

  #isFull(end: number): boolean {
    return this.#lines >= this.#limits.maxLines || end - this.#start > this.#limits.maxBytes
  }

  #open(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes
    this.#start = this.#lastStart = start
    this.#end = end
    this.#lines = 1
    this.#flags = 0
  }

  #extend(start: number, end: number): void {
    this.#lines += 1 + this.#doubtful.length / 2
    this.#doubtful.length = 0
    this.#lastStart = start
    this.#end = end
  }

  #doubt(bytes: Buffer, start: number, end: number): void {
    if (this.#doubtful.length < maxDoubtful * 2) {
      this.#doubtful.push(start, end)
      return
    }
    this.#settle()
    this.#open(bytes, start, end)
  }

  /** The event is whole; doubtful lines behind it did not go on with it. */
  #settle(): void {
    if (this.#lines === 0) return
    const doubtful = this.#doubtful
    this.#sink?.row(this.#bytes, this.#start, this.#end, doubtful.length === 0 ? this.#flags : 0)
    for (let i = 0; i < doubtful.length; i += 2) {
      const isLast = i === doubtful.length - 2
      this.#sink?.row(this.#bytes, doubtful[i] ?? 0, doubtful[i + 1] ?? 0, isLast ? this.#flags : 0)
    }
    doubtful.length = 0
    this.#lines = 0
  }
}
