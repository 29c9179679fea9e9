import { type Range, ValueReader, valueKinds } from '../../lib/otlp/index.ts'
import { UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { StringColumn } from '../native/string.ts'
import { PatternTable } from '../patterns/table.ts'
import type { MessageColumns } from './message.ts'

/** The template of each line's message: see lib/otlp/message.ts for what the message is. */
export class PatternColumns {
  readonly columns = { PatternId: new UInt64Column() }
  /** The template of each row, by its number in the table. */
  readonly places = new UInt32Column()
  readonly table = new PatternTable()
  readonly #value = new ValueReader()

  /** Adds the row whose message was taken just now. Hot: once per line. */
  add(request: Buffer, body: Range, { bytes, start, end }: MessageColumns): void {
    this.#pushPlace(start < end ? this.table.intern(bytes, start, end) : this.#ofBody(request, body))
  }

  addText(message: string): void {
    const bytes = Buffer.from(message)
    this.#pushPlace(this.table.intern(bytes, 0, bytes.length))
  }

  #ofBody(request: Buffer, body: Range): number {
    const value = this.#value
    value.read(request, body.start, body.end)
    const isText = value.kind === valueKinds.string
    return this.table.intern(request, isText ? value.start : 0, isText ? value.end : 0)
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
