import { isUtf8 } from 'node:buffer'
import type { LineBatch } from '../line-batch.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { type ContainerFormat, ContainerRows, containerFormatOf } from './container-rows.ts'
import { type Encoding, encodingOf, markLength, unitBytesOf } from './encoding.ts'
import { EventJoiner, type EventRules } from './event-joiner.ts'
import { LineSplitter } from './line-splitter.ts'
import type { Ending } from './rows.ts'
import { Transcoder } from './transcoder.ts'

/** A runtime divides lines at 16 KiB; escapes and what it writes around them fit besides. */
export const containerLineBytes = 262_144
/** A file whose first line is longer is no container's. */
export const formatReach = 65_536
/** Times a chunk is taken again since the two streams of a container wait for one another. */
const maxRounds = 8

export interface RowFinderOptions {
  maxLineBytes: number
  /** Which lines belong together; undefined: each line is an event. */
  events: { newRules: () => EventRules; maxLines: number } | undefined
  format: 'auto' | 'none' | ContainerFormat
  encoding: 'auto' | Encoding
}

/** Finds the rows in chunks of files: decodes, splits into lines, unwraps what a container wrote, joins what belongs together. */
export class RowFinder {
  readonly #options: RowFinderOptions
  readonly #splitter: LineSplitter
  readonly #containerSplitter: LineSplitter
  readonly #joiner: EventJoiner | undefined
  readonly #transcoder = new Transcoder()
  /** Made when the first container's file is met. */
  #containers: ContainerRows | undefined

  constructor(options: RowFinderOptions) {
    const { maxLineBytes } = options
    this.#options = options
    this.#splitter = new LineSplitter(maxLineBytes)
    this.#containerSplitter = new LineSplitter(Math.max(maxLineBytes, containerLineBytes))
    const events = this.#events()
    this.#joiner = events && new EventJoiner(events.rules, events)
  }

  #events() {
    const { events, maxLineBytes: maxBytes } = this.#options
    return events && { rules: events.newRules(), maxLines: events.maxLines, maxBytes }
  }

  /** Learns from a file's beginning how it is written; false while that cannot be told. */
  learn(file: TrackedFile, head: Buffer, ending: Ending): boolean {
    const isAll = ending !== 'open' && ending !== 'quiet'
    file.encoding ??= this.#options.encoding === 'auto' ? encodingOf(head, isAll) : this.#options.encoding
    if (file.encoding === undefined && isAll && head.length > 0) file.encoding = 'utf-8'
    if (file.encoding === undefined) return false
    if (file.format === undefined) file.format = this.#formatOf(head, file.encoding, isAll)
    return true
  }

  #formatOf(head: Buffer, encoding: Encoding, isAll: boolean): TrackedFile['format'] {
    const { format } = this.#options
    if (format !== 'auto') return format
    // runtimes write UTF-8
    if (encoding !== 'utf-8') return 'none'
    const start = markLength(head, encoding)
    const end = head.indexOf(0x0a, start)
    if (end >= 0) return containerFormatOf(head, start, end) ?? 'none'
    return isAll || head.length >= formatReach ? 'none' : undefined
  }

  /**
   * Hands the rows of `bytes` from `from` on to a batch that was begun for the file, and sets what the file stands in
   * behind them; answers where that is.
   */
  find(file: TrackedFile, bytes: Buffer, from: number, ending: Ending, batch: LineBatch): number {
    const encoding = file.encoding ?? 'utf-8'
    const start = file.offset === 0 ? from + markLength(bytes.subarray(from), encoding) : from
    if (encoding === 'utf-8') {
      batch.reads(bytes, from, isUtf8(start === 0 ? bytes : bytes.subarray(start)))
      return this.#accounted(file, bytes, start, ending, batch)
    }
    const coder = this.#transcoder
    const text = this.#decoded(bytes, start, restOfUnit(file, start - from), encoding, ending)
    batch.reads(bytes, from, true, place => coder.placeOf(place))
    const done = coder.placeOf(this.#accounted(file, text, 0, ending, batch))
    // a mark alone is not worth a position
    return done === start ? from : done
  }

  #decoded(bytes: Buffer, start: number, rest: number, encoding: Encoding, ending: Ending): Buffer {
    const coder = this.#transcoder
    if (rest > 0 && start < bytes.length) return coder.decode(bytes, start, start + rest, encoding, true)
    const text = coder.decode(bytes, start, bytes.length, encoding, ending === 'finished')
    // nothing but a character that is not whole is left
    if (text.length > 0 || ending !== 'partial') return text
    return coder.decode(bytes, start, bytes.length, encoding, true)
  }

  /** Each byte up to where it answers is of a row, or was dropped. */
  #accounted(file: TrackedFile, text: Buffer, start: number, ending: Ending, batch: LineBatch): number {
    const done = this.#inText(file, text, start, ending, batch)
    const place = batch.textPlace
    if (place >= done) return done
    if (done > start && (ending === 'partial' || ending === 'finished')) {
      batch.lineEnd(done)
      return done
    }
    // a line was taken without its end, and that is all there is yet: it goes with what follows
    file.continuing ||= done > start
    return place
  }

  #inText(file: TrackedFile, text: Buffer, start: number, ending: Ending, batch: LineBatch): number {
    const { format } = file
    if (format === 'cri' || format === 'docker')
      return this.#inContainers(file, format, text, start, ending, batch)
    const splitter = this.#splitter
    enter(splitter, file)
    const done = this.#joined(splitter, text, start, ending, batch)
    leave(splitter, file)
    return done
  }

  #joined(splitter: LineSplitter, text: Buffer, start: number, ending: Ending, batch: LineBatch): number {
    const joiner = this.#joiner
    if (joiner === undefined) return splitter.split(text, start, text.length, ending, batch)
    joiner.begin(batch)
    const done = splitter.split(text, start, text.length, ending, joiner)
    const open = joiner.end(ending)
    if (open < 0) return done
    // what the splitter stands in began behind the event
    splitter.skipping = splitter.continuing = false
    return open
  }

  /**
   * Rows of one stream may have been made of lines behind the one that the other stream waits with: then a position
   * cannot stand before both, and the chunk is taken again, up to where the other waits.
   */
  #inContainers(
    file: TrackedFile,
    format: ContainerFormat,
    text: Buffer,
    start: number,
    ending: Ending,
    batch: LineBatch,
  ): number {
    this.#containers ??= new ContainerRows(this.#options.maxLineBytes, () => this.#events())
    const containers = this.#containers
    const splitter = this.#containerSplitter
    let end = text.length
    let endingHere = ending
    for (let round = 1; ; round++) {
      batch.begin(file)
      enter(splitter, file)
      containers.begin(batch, format)
      const done = splitter.split(text, start, end, endingHere, containers)
      const open = containers.end(endingHere)
      if (open < 0 || !containers.isAhead(open)) {
        if (open >= 0) splitter.skipping = splitter.continuing = false
        leave(splitter, file)
        return open < 0 ? done : open
      }
      end = open
      endingHere = round < maxRounds ? 'open' : 'partial'
    }
  }
}

/** Bytes of a unit of which a part was taken as it was, since nothing followed it. */
function restOfUnit({ encoding, offset }: TrackedFile, ahead: number): number {
  const unitBytes = unitBytesOf(encoding)
  return (unitBytes - ((offset + ahead) % unitBytes)) % unitBytes
}

function enter(splitter: LineSplitter, file: TrackedFile): void {
  splitter.skipping = file.skipping
  splitter.continuing = file.continuing
}

function leave(splitter: LineSplitter, file: TrackedFile): void {
  file.skipping = splitter.skipping
  file.continuing = splitter.continuing
}
