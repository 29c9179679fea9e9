import { assert } from '../../../../lib/base/index.ts'
import type { ContainerLine } from '../../../lines/container.ts'
import { EventJoiner, type EventLimits, type EventRules } from './event-joiner.ts'
import { type DropRule, type Ending, type RowSink, rowFlags, type Stamp } from './rows.ts'
import { wholeCharacters } from './utf8-end.ts'

const lineFeed = 0x0a

/** One line of the container's: where its first part stands in the file, and what the runtime said of that. */
interface Told extends Stamp {
  /** Where its content begins in the stream's buffer. */
  at: number
  /** Where its last part stands in the file. */
  lastAt: number
  /** Where the last part ends of which anything was kept. */
  keptTo: number
}

/**
 * One of a container's two streams within a chunk: puts the parts of a line together and joins lines that belong
 * together, as a plain file's. Content is copied, since it does not stand in one piece.
 */
export class ContainerStream implements RowSink {
  readonly #name: Stamp['stream']
  readonly #maxLineBytes: number
  readonly #joiner: EventJoiner | undefined
  readonly #buffer: Buffer
  #sink: RowSink | undefined
  #length = 0
  /** Lines that are in no row yet, and at the end the one of which parts are missing. */
  #told: Told[] = []
  #hasParts = false
  #cutBytes = 0
  /** Where in the file the last part stands that is in a row. */
  lastRowAt = -1

  constructor(
    name: Stamp['stream'],
    maxLineBytes: number,
    events: (EventLimits & { rules: EventRules }) | undefined,
  ) {
    this.#name = name
    this.#maxLineBytes = maxLineBytes
    this.#joiner = events && new EventJoiner(events.rules, events)
    // an event may be of as many bytes as a line, and the line behind it as well
    this.#buffer = Buffer.allocUnsafe(4 * maxLineBytes + 1024)
  }

  begin(sink: RowSink): void {
    this.#sink = sink
    this.#length = this.#cutBytes = 0
    this.#told.length = 0
    this.#hasParts = false
    this.lastRowAt = -1
    this.#joiner?.begin(this)
  }

  /** Takes one line of the file's. */
  take(line: ContainerLine, from: number, to: number): void {
    if (!this.#hasParts) this.#open(line, from)
    this.#append(line, from, to)
    this.#hasParts = line.partial
    if (!line.partial) this.#close(0)
  }

  /** Something else follows in the file: an event that waits for nothing is whole, so that rows keep the file's order. */
  yield(): void {
    this.#joiner?.end('open')
  }

  /** Where in the file the first line begins that waits for more; -1 where none does. Else they are made rows of. */
  end(ending: Ending): number {
    if (this.#hasParts && (ending === 'open' || ending === 'quiet')) {
      this.#joiner?.end('open')
      // an event before it that waits is left as well: it may go on
      return this.#told[0]?.from ?? -1
    }
    if (this.#hasParts) this.#close(rowFlags.partial)
    this.#hasParts = false
    const open = this.#joiner?.end(ending) ?? -1
    return open < 0 ? -1 : (this.#told.find(({ at }) => at === open)?.from ?? -1)
  }

  /** From the joiner: a row of the lines up to `end`. */
  row(bytes: Buffer, start: number, end: number, flags: number): void {
    const told = this.#told
    const first = told.find(({ at }) => at === start)
    const rest = told.findIndex(({ at }) => at > end)
    const last = told[(rest < 0 ? told.length : rest) - 1]
    this.lastRowAt = last?.lastAt ?? this.lastRowAt
    if (first !== undefined && last !== undefined) {
      first.to = (flags & rowFlags.cut) === 0 ? last.to : last.keptTo
      first.own = told.slice(0, rest < 0 ? undefined : rest).reduce((sum, { own }) => sum + own, 0)
    }
    if (rest < 0) told.length = 0
    else told.splice(0, rest)
    this.#sink?.row(bytes, start, end, flags, first)
  }

  drop(rule: DropRule, start: number, end: number): void {
    this.#sink?.drop(rule, start, end)
  }

  #open({ seconds, nanos, attrs }: ContainerLine, from: number): void {
    this.#makeRoom()
    const at = this.#length
    const stamp = { seconds, nanos, attrs, stream: this.#name, from, to: from, own: 0 }
    this.#told.push({ ...stamp, at, lastAt: from, keptTo: from })
  }

  #append({ bytes, start, end }: ContainerLine, from: number, to: number): void {
    const told = this.#told.at(-1)
    assert(told !== undefined, 'a line is open while its parts are taken')
    const room = told.at + this.#maxLineBytes - this.#length
    const taken = Math.min(end - start, room)
    told.lastAt = from
    told.to = to
    told.own += to - from
    if (room > 0) told.keptTo = to
    bytes.copy(this.#buffer, this.#length, start, start + taken)
    this.#length += taken
    this.#cutBytes += end - start - taken
  }

  /** The line is whole. */
  #close(flags: number): void {
    const { at = 0, keptTo = 0, to: lineTo = 0 } = this.#told.at(-1) ?? {}
    const isCut = this.#cutBytes > 0
    const end = isCut ? wholeCharacters(this.#buffer, at, this.#length) : this.#length
    this.#cutBytes = 0
    this.#buffer[end] = lineFeed
    this.#length = end + 1
    const to = this.#joiner ?? this
    to.row(this.#buffer, at, end, flags | (isCut ? rowFlags.cut : 0))
    if (isCut) to.drop('cut', keptTo, lineTo)
  }

  /** What is in rows already makes room for the next line. */
  #makeRoom(): void {
    const first = this.#told[0]
    if (first === undefined) {
      this.#length = 0
      return
    }
    if (this.#length + this.#maxLineBytes < this.#buffer.length) return
    const by = first.at
    this.#buffer.copy(this.#buffer, 0, by, this.#length)
    this.#length -= by
    for (const told of this.#told) told.at -= by
    this.#joiner?.moved(this.#buffer, by)
    if (this.#length + this.#maxLineBytes < this.#buffer.length) return
    this.#joiner?.end('finished')
    this.#length = 0
  }
}
