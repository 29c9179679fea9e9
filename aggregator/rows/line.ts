import { isUtf8 } from 'node:buffer'
import { type Range, ValueReader, valueKinds, valueText } from '../../lib/otlp/index.ts'
import { UInt8Column, type UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import type { MapColumn } from '../native/map.ts'
import { StringColumn } from '../native/string.ts'
import { LineShaper } from '../shapes/shaper.ts'
import type { MessageColumns } from './message.ts'

/** Distinct shapes in a block; lines of further ones are kept whole. */
const maxShapes = 1024
const lineFeed = 0x0a
const carriageReturn = 0x0d

/** How a row's original comes of its line: see `Original` in store/migrations/0001_logs.sql. */
export const originals = { withLf: 0, withCrLf: 1, alone: 2, prefixed: 3, whole: 4 } as const

/** What else of a record the line may be made of. */
export interface LineSource {
  request: Buffer
  time: UInt64Column
  severityText: Range
  traceId: Range
  spanId: Range
  attributes: MapColumn
  /** Where the row's attributes begin in the column's bytes. */
  attributesStart: number
  message: MessageColumns
}

/** The columns of a row's line and of its original. Hot: once per line. */
export class LineColumns {
  readonly columns = {
    LineShape: new LowCardinalityColumn(),
    LineRest: new StringColumn(),
    OriginalKind: new UInt8Column(),
    OriginalText: new StringColumn(),
  }
  readonly #shaper = new LineShaper()
  readonly #value = new ValueReader()
  #line: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0
  #whole = 0

  clear(): void {
    this.#shaper.clear()
    this.#whole = this.columns.LineShape.dictionary.internText('')
  }

  /** Adds the line, an AnyValue; `original` ends at 0 where a row has none. Returns the bytes of the line as it was written. */
  add(source: LineSource, body: Range, original: Range): number {
    const { request } = source
    this.#setLine(request, body)
    if (this.#isShaped(source)) this.#pushShape()
    else this.#pushWhole()
    const kind = this.#original(request, original)
    return kind === originals.whole ? this.#bytesOf(request, original) : this.#end - this.#start
  }

  /** Of a line that was no UTF-8 those of its source, without its end: its body has escapes in their place. See `lineBytes` of the store. */
  #bytesOf(request: Buffer, { start, end }: Range): number {
    if (isUtf8(request.subarray(start, end))) return this.#end - this.#start
    if (request[end - 1] !== lineFeed) return end - start
    return end - start - (request[end - 2] === carriageReturn ? 2 : 1)
  }

  addText(line: string): void {
    this.columns.LineShape.pushPlace(this.#whole)
    this.columns.LineRest.pushText(line)
    this.columns.OriginalKind.push(originals.withLf)
    this.columns.OriginalText.pushEmpty()
  }

  #setLine(request: Buffer, body: Range): void {
    const value = this.#value
    value.read(request, body.start, body.end)
    if (value.kind === valueKinds.string) {
      this.#line = request
      this.#start = value.start
      this.#end = value.end
      return
    }
    this.#line = Buffer.from(valueText(request, body.start, body.end))
    this.#start = 0
    this.#end = this.#line.length
  }

  #isShaped({
    request,
    time,
    severityText,
    traceId,
    spanId,
    attributes,
    attributesStart,
    message,
  }: LineSource): boolean {
    const { values } = this.#shaper
    if (this.columns.LineShape.dictionary.size >= maxShapes) return false
    if (!values.setAttributes(attributes.values.sink.bytes, attributesStart, attributes.position))
      return false
    const row = time.rows - 1
    values.setSpecials(request, time.low(row), time.high(row), severityText, traceId, spanId)
    values.setMessage(message.bytes, message.start, message.end)
    return this.#shaper.take(this.#line, this.#start, this.#end, attributes)
  }

  #pushShape(): void {
    const { shape, rest, known } = this.#shaper
    const { LineShape, LineRest } = this.columns
    if (known !== undefined) {
      LineShape.pushPlace(known.place)
      LineRest.pushEmpty()
      return
    }
    LineShape.push(shape.bytes, 0, shape.length)
    LineRest.push(rest.bytes, 0, rest.length)
    this.#shaper.remember(this.#line, this.#start, this.#end, LineShape.place(LineShape.rows - 1))
  }

  #pushWhole(): void {
    this.columns.LineShape.pushPlace(this.#whole)
    this.columns.LineRest.push(this.#line, this.#start, this.#end)
  }

  #original(request: Buffer, original: Range): number {
    const { OriginalKind, OriginalText } = this.columns
    // one that is there and empty stands somewhere in the request: its bytes are those of a row before
    const kind = original.end === 0 ? originals.withLf : this.#kindOf(request, original)
    OriginalKind.push(kind)
    if (kind === originals.whole) OriginalText.push(request, original.start, original.end)
    else if (kind === originals.prefixed)
      OriginalText.push(request, original.start, original.end - 1 - (this.#end - this.#start))
    else OriginalText.pushEmpty()
    return kind
  }

  #kindOf(request: Buffer, { start, end }: Range): number {
    if (start === end) return this.#end > this.#start ? originals.whole : originals.alone
    const length = this.#end - this.#start
    if (end - start === length && this.#isLineAt(request, start)) return originals.alone
    if (request[end - 1] !== lineFeed) return originals.whole
    if (end - start === length + 2 && request[end - 2] === carriageReturn && this.#isLineAt(request, start))
      return originals.withCrLf
    const prefix = end - 1 - length
    return prefix >= start && this.#isLineAt(request, prefix) ? originals.prefixed : originals.whole
  }

  #isLineAt(request: Buffer, at: number): boolean {
    return this.#line.compare(request, at, at + this.#end - this.#start, this.#start, this.#end) === 0
  }
}
