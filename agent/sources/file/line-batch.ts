import { basename, extname } from 'node:path'
import { assert, type Clock, type Counter } from '../../../lib/base/index.ts'
import { LineParser, type ParseMode } from '../../lines/line-parser.ts'
import { localZone } from '../../lines/time/zone.ts'
import { encodeAttribute, RecordDraft } from '../../records/draft.ts'
import type { RecordFilter } from '../../records/filter.ts'
import { originOf, type RecordOrigin } from '../../records/origin.ts'
import { RequestWriter } from '../../records/request-writer.ts'
import type { Lane } from '../../spool/lane.ts'
import { withoutArchiveEnding } from './archive/archive.ts'
import { shownPath } from './file-path.ts'
import { identityHeaders } from './position.ts'
import type { Positions } from './positions.ts'
import { RoutedRows } from './routed-rows.ts'
import { type DropRule, type RowSink, rowFlags, type Stamp } from './split/rows.ts'
import type { TrackedFile } from './tracked-file.ts'

/** Requests handed to the spool and not yet durable; reading waits beyond. */
const maxOutstanding = 4
/** Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/log/ */
const streamKey = Buffer.from('log.iostream')
const streamNames = { stdout: Buffer.from('stdout'), stderr: Buffer.from('stderr') } as const
const partialKey = Buffer.from('millrace.partial')
const continuedKey = Buffer.from('millrace.continued')

export interface LineBatchOptions {
  agentId: string
  hostName: string
  service: string | null
  parse: ParseMode
  laneOf: (source: string, topic?: string) => Lane
  originFor?: (source: string) => RecordOrigin | undefined
  positions: Positions
  filter: RecordFilter
  clock: Clock
  lines: Counter
  bytes: Counter
}

/**
 * Gathers the rows of one file into OTLP requests and hands them to the spool with the range of bytes they came from.
 * Serves one file at a time: between `begin` and `hand`.
 */
export class LineBatch implements RowSink {
  readonly #options: LineBatchOptions
  readonly #draft = new RecordDraft()
  readonly #out = new RequestWriter()
  readonly #routed = new RoutedRows()
  readonly #parser: LineParser
  /** What was handed over and is not durable yet, oldest first. */
  readonly #outstanding: Promise<void>[] = []
  /** What was passed over since `begin`. */
  readonly #dropped = new Map<DropRule, number>()
  /** Whose lines are being gathered. */
  #file: TrackedFile | undefined
  #isOpen = false
  #origin: RecordOrigin | undefined
  #originSource = ''
  /** Whether the bytes of the rows that come are known to be UTF-8. */
  isValid = false

  constructor(options: LineBatchOptions) {
    this.#options = options
    const nowMs = () => options.clock.nowMs()
    const namesService = options.service === null
    this.#parser = new LineParser(this.#draft, options.parse, localZone(nowMs), nowMs, namesService)
  }

  /** What was gathered and not handed over, of this file or another, is read again. */
  begin(file: TrackedFile): void {
    this.#file = file
    this.#isOpen = false
    if (this.#dropped.size > 0) this.#dropped.clear()
  }

  /** The same for as long as one file is read: it knows the resources that lines name. */
  #originOf(source: string): RecordOrigin {
    if (this.#origin === undefined || source !== this.#originSource) {
      const service = this.#options.service ?? serviceOf(source)
      const own = { service, host: this.#options.hostName, scope: 'millrace.file' }
      this.#origin = this.#options.originFor?.(source) ?? originOf(own)
      this.#originSource = source
    }
    return this.#origin
  }

  /** A request is of one file and of the moment in which its first row is added. */
  #open(): void {
    const file = this.#file
    assert(file !== undefined, 'rows are added to a batch that was begun')
    this.#isOpen = true
    const source = shownPath(file.source)
    this.#draft.origin = this.#originOf(source)
    this.#out.open(encodeAttribute('log.file.path', source), this.#options.clock.nowMs())
  }

  row(bytes: Buffer, start: number, end: number, flags: number, stamp?: Stamp): void {
    if (!this.#isOpen) this.#open()
    const draft = this.#draft
    this.#parser.read(bytes, start, end, this.isValid, (flags & rowFlags.cut) !== 0)
    if (stamp !== undefined) takeStamp(draft, stamp)
    if ((flags & rowFlags.partial) !== 0) trueAttribute(draft, partialKey)
    if ((flags & rowFlags.continued) !== 0) trueAttribute(draft, continuedKey)
    if (this.#options.filter.apply(draft)) this.#add(draft)
  }

  #add(draft: RecordDraft): void {
    if (draft.topic === '') this.#out.add(draft)
    else this.#routed.add(draft, this.#options.clock.nowMs())
  }

  drop(rule: DropRule, bytes: number): void {
    this.#dropped.set(rule, (this.#dropped.get(rule) ?? 0) + bytes)
  }

  /** Hands over what was added, with everything up to the file's position; waits while too much is outstanding. */
  async hand(file: TrackedFile): Promise<void> {
    assert(file === this.#file, 'a batch is handed over for the file whose rows are in it')
    if (this.#dropped.size > 0) this.#book(file)
    if (this.#isOpen) await this.#append(file)
  }

  /** Hands over the account of what was passed over, though no row came of it. */
  async settleAccount(file: TrackedFile): Promise<void> {
    if (file.dropped === undefined) return
    this.begin(file)
    this.#open()
    await this.#append(file)
  }

  #book(file: TrackedFile): void {
    file.dropped ??= new Map()
    for (const [rule, bytes] of this.#dropped) file.dropped.set(rule, (file.dropped.get(rule) ?? 0) + bytes)
    this.#dropped.clear()
  }

  async #append(file: TrackedFile): Promise<void> {
    this.#isOpen = false
    const { agentId, laneOf, positions, filter } = this.#options
    while (filter.flush?.(this.#draft)) this.#add(this.#draft)
    const lines = this.#out.count
    const value = this.#out.close()
    const position = file.position()
    const { generation, offset: to } = position
    const { handed: from } = file
    const source = shownPath(position.source)
    const dropped = { ...Object.fromEntries(file.dropped ?? []), ...filter.takeDropped() }
    file.handed = to
    file.dropped = undefined
    this.#options.lines.add(lines)
    this.#options.bytes.add(to - from)
    const range = { agent: agentId, source, generation, from, to }
    // what rules send elsewhere is durable before the position moves on
    for (const { topic, value: other, lines: count } of this.#routed.take())
      await laneOf(source, topic).append({ value: other, entry: { ...range, lines: count, dropped: {} } })
    const durable = laneOf(source).append({
      value,
      entry: { ...range, lines, dropped },
      headers: identityHeaders(position),
      release: () => this.#out.reuse(value),
      onDurable: () => positions.note(position),
    })
    // a refusal is met where it is awaited, in order
    durable.catch(() => undefined)
    this.#outstanding.push(durable)
    while (this.#outstanding.length > maxOutstanding) await this.#outstanding.shift()
  }

  /** Since the start. */
  read(): { lines: number; bytes: number } {
    return { lines: this.#options.lines.value, bytes: this.#options.bytes.value }
  }

  /** Resolves when everything handed over is durable. */
  async settled(): Promise<void> {
    while (this.#outstanding.length > 0) await this.#outstanding.shift()
  }
}

/** The line's own time wins. */
function takeStamp(draft: RecordDraft, { seconds, nanos, stream }: Stamp): void {
  if (draft.seconds < 0) {
    draft.seconds = seconds
    draft.nanos = nanos
  }
  draft.stringAttribute(streamKey, 0, streamKey.length, streamNames[stream], 0, streamNames[stream].length)
}

function trueAttribute(draft: RecordDraft, key: Buffer): void {
  const at = draft.openAttribute(key, 0, key.length, 2)
  draft.attributes.bytes[at] = 0x10
  draft.attributes.bytes[at + 1] = 1
  draft.attributes.position = at + 2
}

/** `/var/log/shop.log` is the log of `shop`. */
function serviceOf(path: string): string {
  const name = basename(withoutArchiveEnding(path))
  return basename(name, extname(name)) || name
}
