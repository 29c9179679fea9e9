import {
  KeyValueReader,
  type LogRecordReader,
  messageKeys,
  ValueReader,
  valueKinds,
} from '../../lib/otlp/index.ts'
import { UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import type { MapColumn } from '../native/map.ts'
import { StringColumn } from '../native/string.ts'
import { PatternTable } from '../patterns/table.ts'

/** The template of each line's message: see lib/otlp/message.ts for what the message is. */
export class PatternColumns {
  readonly columns = { PatternId: new UInt64Column() }
  /** The template of each row, by its number in the table. */
  readonly places = new UInt32Column()
  readonly table = new PatternTable()
  readonly #entry = new KeyValueReader()
  readonly #value = new ValueReader()

  /** The keys of messages come first in the dictionary of attributes' keys, so that a row's is found by its number. */
  clear(attributes: MapColumn): void {
    this.table.clear()
    for (const key of messageKeys) attributes.keys.dictionary.internText(key)
  }

  /** Adds the row whose attributes were added just now. Hot: once per line. */
  add(request: Buffer, record: LogRecordReader, attributes: MapColumn): void {
    const at = attributes.firstOf(messageKeys.length)
    if (at >= 0 && at < record.attributes.count && this.#readMessage(request, record, at, attributes)) return
    this.#value.read(request, record.body.start, record.body.end)
    this.#push(request)
  }

  addText(message: string): void {
    const bytes = Buffer.from(message)
    this.#pushPlace(this.table.intern(bytes, 0, bytes.length))
  }

  #readMessage(request: Buffer, { attributes }: LogRecordReader, at: number, map: MapColumn): boolean {
    // a key that was given twice has changed the order: then the line itself is looked at
    if (map.lastRowLength !== attributes.count) return false
    this.#entry.read(request, attributes.starts[at] as number, attributes.ends[at] as number)
    this.#value.read(request, this.#entry.valueStart, this.#entry.valueEnd)
    if (this.#value.kind !== valueKinds.string || this.#value.start === this.#value.end) return false
    this.#push(request)
    return true
  }

  #push(request: Buffer): void {
    const { kind, start, end } = this.#value
    const isText = kind === valueKinds.string
    this.#pushPlace(isText ? this.table.intern(request, start, end) : this.table.intern(request, 0, 0))
  }

  #pushPlace(place: number): void {
    this.columns.PatternId.push(this.table.low(place), this.table.high(place))
    this.places.push(place)
  }
}

const templateSpan = 2 ** 24
/** Distinct services in one block are fewer. */
const serviceSpan = 2 ** 18

/** Rows of `log_patterns`: the templates of a block's lines, once for each tenant and service. */
export function patternRows(
  { places, table }: PatternColumns,
  {
    ServiceName: services,
    Tenant: tenants,
  }: { ServiceName: LowCardinalityColumn; Tenant: LowCardinalityColumn },
  day: number,
) {
  const columns = {
    Tenant: new LowCardinalityColumn(),
    ServiceName: new LowCardinalityColumn(),
    PatternId: new UInt64Column(),
    Template: new StringColumn(),
    IngestedOn: new UInt16Column('Date'),
  }
  const seen = new Set<number>()
  let last = -1
  for (let row = 0; row < places.rows; row++) {
    const place = places.at(row)
    const key = (tenants.place(row) * serviceSpan + services.place(row)) * templateSpan + place
    if (key === last || seen.has(key)) continue
    last = key
    seen.add(key)
    columns.Tenant.pushText(tenants.dictionary.text(tenants.place(row)))
    columns.ServiceName.pushText(services.dictionary.text(services.place(row)))
    columns.PatternId.push(table.low(place), table.high(place))
    columns.Template.pushText(table.template(place))
    columns.IngestedOn.push(day)
  }
  return columns
}
