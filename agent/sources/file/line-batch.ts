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
import { ContainerStamps } from './container-stamps.ts'
import { shownPath } from './file-path.ts'
import { identityHeaders } from './position.ts'
import type { Positions } from './positions.ts'
import { RoutedRows } from './routed-rows.ts'
import { RowAccount } from './row-account.ts'
import { type DropRule, endOfRow, type RowSink, rowFlags, type Stamp } from './split/rows.ts'
import type { TrackedFile } from './tracked-file.ts'

/** Handed to the spool and not yet durable; reading waits beyond. Many small files make many small requests. */
const maxOutstandingBytes = 2_097_152
const maxOutstanding = 512
const partialKey = Buffer.from('millrace.partial')
const continuedKey = Buffer.from('millrace.continued')
const none = Buffer.alloc(0)

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
  readonly #outstanding: { durable: Promise<void>; bytes: number }[] = []
  #outstandingBytes = 0
  /** What was passed over since `begin`. */
  readonly #dropped = new Map<DropRule, number>()
  /** Of this batch alone: several sources may count under one name. */
  readonly #handed = { lines: 0, bytes: 0 }
  /** Whose lines are being gathered. */
  #file: TrackedFile | undefined
  #isOpen = false
  #origin: RecordOrigin | undefined
  #originSource = ''
  /** Whether the bytes of the rows that come are known to be UTF-8. */
  #isValid = false
  readonly #account = new RowAccount()
  readonly #stamps = new ContainerStamps()

  constructor(options: LineBatchOptions) {
    this.#options = options
    const nowMs = () => options.clock.nowMs()
    const namesService = options.service === null
    this.#parser = new LineParser(this.#draft, options.parse, localZone(nowMs), nowMs, namesService)
  }

  /** What was gathered and not handed over, of this file or another, is read again. */
  begin(file: TrackedFile): void {
    this.#file = file
    if (this.#isOpen) this.#forget()
    this.#isOpen = false
    if (this.#dropped.size > 0) this.#dropped.clear()
    this.#account.bytes.clear()
  }

  /** Also what rules kept back of it, counted and sent elsewhere. */
  #forget(): void {
    const { filter } = this.#options
    while (filter.flush?.(this.#draft));
    filter.takeDropped()
    this.#routed.take()
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
    this.#parser.read(bytes, start, end, this.#isValid, (flags & rowFlags.cut) !== 0)
    if (stamp !== undefined) this.#stamps.take(draft, stamp)
    if ((flags & rowFlags.partial) !== 0) trueAttribute(draft, partialKey)
    if ((flags & rowFlags.continued) !== 0) trueAttribute(draft, continuedKey)
    this.#found(bytes, start, end, flags, stamp)
    this.#judge(draft)
  }

  #found(bytes: Buffer, start: number, end: number, flags: number, stamp: Stamp | undefined): void {
    const hasRules = !this.#options.filter.isEmpty
    const account = this.#account
    if (stamp !== undefined) account.foundInContainer(stamp, flags, hasRules)
    else if (this.#file?.format === 'none') account.found(bytes, end, flags)
    else {
      const to = endOfRow(bytes, end, flags)
      account.foundInContainer({ from: start, to, own: to - start }, flags, hasRules)
    }
  }

  #judge(draft: RecordDraft): void {
    if (this.#options.filter.apply(draft)) this.#add(draft)
    else this.#account.refused(draft, this.#rows)
  }

  #add(draft: RecordDraft): void {
    if (draft.topic !== '') {
      this.#account.routed(draft, this.#rows)
      this.#routed.add(draft, this.#options.clock.nowMs())
      return
    }
    this.#account.kept(draft, this.#rows)
    this.#out.add(draft)
  }

  /** Rows in the record so far. */
  get #rows(): number {
    return this.#isOpen ? this.#out.count : 0
  }

  drop(rule: DropRule, start: number, end: number): void {
    if (this.textPlace < start && this.#options.filter.isEmpty) this.lineEnd(start)
    if (this.textPlace < start) this.#account.waitTo(start)
    this.#passed(rule, this.#account.dropped(end, this.#rows, rule))
  }

  /** So many bytes were not looked at. */
  passOver(rule: DropRule, bytes: number): void {
    this.#account.bytes.gap(this.#rows, bytes, rule)
    this.#passed(rule, bytes)
  }

  #passed(rule: DropRule, bytes: number): void {
    if (bytes > 0) this.#dropped.set(rule, (this.#dropped.get(rule) ?? 0) + bytes)
  }

  /** A chunk is read next, from `from` on; `toSource` says where in it a place of its text stands, where it was decoded. */
  reads(source: Buffer, from: number, isValid: boolean, toSource?: (place: number) => number): void {
    this.#isValid = isValid
    this.#account.read(source, from, isValid, toSource)
  }

  /** Up to which place of the chunk's text each byte is accounted for. */
  get textPlace(): number {
    return this.#account.bytes.textPlace
  }

  /** The end of a line that was taken without one, and nothing behind it that could have it as its own. */
  lineEnd(at: number): void {
    if (!this.#isOpen) this.#open()
    this.#parser.read(none, 0, 0, true, false)
    trueAttribute(this.#draft, continuedKey)
    this.#account.foundRest(at)
    this.#judge(this.#draft)
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
    // without a row there is nothing else to be said of the chunk
    if (!this.#isOpen) file.gaps.push(...this.#account.bytes.take().gaps)
  }

  async #append(file: TrackedFile): Promise<void> {
    const { agentId, laneOf, positions, filter } = this.#options
    while (filter.flush?.(this.#draft)) this.#add(this.#draft)
    this.#account.settle(this.#out.count, this.#draft.droppedBy)
    this.#isOpen = false
    const lines = this.#out.count
    const value = this.#out.close()
    const position = file.position()
    const { generation, offset: to } = position
    const { handed: from } = file
    const source = shownPath(position.source)
    const dropped = { ...Object.fromEntries(file.dropped ?? []), ...filter.takeDropped() }
    const proof = this.#account.bytes.take()
    const gaps = [...file.gaps, ...proof.gaps]
    const services = this.#out.services()
    file.handed = to
    file.dropped = undefined
    file.gaps = []
    this.#count(lines, to - from)
    const range = { agent: agentId, source, generation, from, to }
    // what rules send elsewhere is durable before the position moves on
    for (const { topic, value: other, ...rest } of this.#routed.take())
      await laneOf(source, topic).append({ value: other, entry: { ...range, ...rest, dropped: {} } })
    const durable = laneOf(source).append({
      value,
      entry: { ...range, lines, dropped, crc32c: proof.crc32c, services, gaps },
      headers: identityHeaders(position),
      release: () => this.#out.reuse(value),
      onDurable: () => positions.note(position),
    })
    // a refusal is met where it is awaited, in order
    durable.catch(() => undefined)
    this.#outstanding.push({ durable, bytes: value.length })
    this.#outstandingBytes += value.length
    while (this.#outstandingBytes > maxOutstandingBytes || this.#outstanding.length > maxOutstanding)
      await this.#oldest()
  }

  #count(lines: number, bytes: number): void {
    this.#handed.lines += lines
    this.#handed.bytes += bytes
    this.#options.lines.add(lines)
    this.#options.bytes.add(bytes)
  }

  /** Since the start. */
  read(): { lines: number; bytes: number } {
    return { ...this.#handed }
  }

  /** Resolves when everything handed over is durable. */
  async settled(): Promise<void> {
    while (this.#outstanding.length > 0) await this.#oldest()
  }

  async #oldest(): Promise<void> {
    const oldest = this.#outstanding.shift()
    if (oldest === undefined) return
    this.#outstandingBytes -= oldest.bytes
    await oldest.durable
  }
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
