import { basename, extname } from 'node:path'
import { assert, type Clock, type Counter } from '../../../lib/base/index.ts'
import { LineParser, type ParseMode } from '../../lines/line-parser.ts'
import { localZone } from '../../lines/time.ts'
import { encodeAttribute, RecordDraft } from '../../records/draft.ts'
import { originOf } from '../../records/origin.ts'
import { RequestWriter } from '../../records/request-writer.ts'
import type { Lane } from '../../spool/lane.ts'
import { withoutArchiveEnding } from './archive/archive.ts'
import { shownPath } from './file-path.ts'
import { identityHeaders } from './position.ts'
import type { Positions } from './positions.ts'
import type { TrackedFile } from './tracked-file.ts'

/** Requests handed to the spool and not yet durable; reading waits beyond. */
const maxOutstanding = 4

export interface LineBatchOptions {
  agentId: string
  hostName: string
  service: string | null
  parse: ParseMode
  laneOf: (source: string) => Lane
  positions: Positions
  clock: Clock
  lines: Counter
  bytes: Counter
}

/**
 * Gathers the lines of one file into OTLP requests and hands them to the spool with the range of bytes they came from.
 * Serves one file at a time: between `begin` and `hand`.
 */
export class LineBatch {
  readonly #options: LineBatchOptions
  readonly #draft = new RecordDraft()
  readonly #out = new RequestWriter()
  readonly #parser: LineParser
  /** What was handed over and is not durable yet, oldest first. */
  readonly #outstanding: Promise<void>[] = []
  /** Where each file's next range begins: the ledger has no gap and no overlap. */
  readonly #handed = new WeakMap<TrackedFile, number>()
  /** Whose lines are being gathered. */
  #file: TrackedFile | undefined
  #isOpen = false

  constructor(options: LineBatchOptions) {
    this.#options = options
    this.#parser = new LineParser(this.#draft, options.parse, localZone(), () => options.clock.nowMs())
  }

  /** What was gathered and not handed over, of this file or another, is read again. */
  begin(file: TrackedFile): void {
    if (!this.#handed.has(file)) this.#handed.set(file, file.offset)
    this.#file = file
    this.#isOpen = false
  }

  /** A request is of one file and of the moment in which its first line is added. */
  #open(): void {
    const file = this.#file
    assert(file !== undefined, 'lines are added to a batch that was begun')
    this.#isOpen = true
    const service = this.#options.service ?? serviceOf(shownPath(file.source))
    this.#draft.origin = originOf({ service, host: this.#options.hostName, scope: 'millrace.file' })
    this.#out.open(encodeAttribute('log.file.path', shownPath(file.source)), this.#options.clock.nowMs())
  }

  add(bytes: Buffer, start: number, end: number, valid: boolean, cut: boolean): void {
    if (!this.#isOpen) this.#open()
    this.#parser.read(bytes, start, end, valid, cut)
    this.#out.add(this.#draft)
  }

  /** Hands over what was added, with everything up to the file's position; waits while too much is outstanding. */
  async hand(file: TrackedFile): Promise<void> {
    if (!this.#isOpen) return
    assert(file === this.#file, 'a batch is handed over for the file whose lines are in it')
    this.#isOpen = false
    const from = this.#handed.get(file) ?? file.offset
    const lines = this.#out.count
    const value = this.#out.close()
    const position = file.position()
    const { agentId, laneOf, positions } = this.#options
    const { source, generation, offset: to } = position
    const entry = { agent: agentId, source: shownPath(source), generation, from, to, lines, dropped: {} }
    this.#handed.set(file, to)
    this.#options.lines.add(lines)
    this.#options.bytes.add(to - from)
    const durable = laneOf(source).append({
      value,
      entry,
      headers: identityHeaders(position),
      release: () => this.#out.reuse(value),
      onDurable: () => positions.note(position),
    })
    // a refusal is met where it is awaited, in order
    durable.catch(() => undefined)
    this.#outstanding.push(durable)
    while (this.#outstanding.length > maxOutstanding) await this.#outstanding.shift()
  }

  /** Resolves when everything handed over is durable. */
  async settled(): Promise<void> {
    while (this.#outstanding.length > 0) await this.#outstanding.shift()
  }
}

/** `/var/log/shop.log` is the log of `shop`. */
function serviceOf(path: string): string {
  const name = basename(withoutArchiveEnding(path))
  return basename(name, extname(name)) || name
}
