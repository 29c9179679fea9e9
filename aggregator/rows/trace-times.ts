import type { SpanReader } from '../../lib/otlp/index.ts'
import type { Column } from '../native/column.ts'
import { UInt16Column, UInt64Column } from '../native/fixed.ts'
import { FixedStringColumn } from '../native/fixed-string.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'

const idBytes = 16

/** A moment in nanoseconds, in two halves. */
interface Moment {
  low: number
  high: number
}

/**
 * Rows of `trace_times`: one for each run of spans of one trace, since the spans of a trace mostly come one after another and
 * the table's engine joins the rest. Hot: no string or object per span. A run ends with its request at the latest, so that
 * what is rolled back leaves nothing.
 */
export class TraceTimeRows {
  readonly columns = {
    Tenant: new LowCardinalityColumn(),
    TraceIdBytes: new FixedStringColumn(idBytes),
    FirstStart: new UInt64Column('DateTime64(9)'),
    LastStart: new UInt64Column('DateTime64(9)'),
    LastEnd: new UInt64Column('DateTime64(9)'),
    RetentionDays: new UInt16Column(),
    IngestedOn: new UInt16Column('Date'),
  }
  readonly #all: Column[] = Object.values(this.columns)
  readonly #id = Buffer.alloc(idBytes)
  readonly #first: Moment = { low: 0, high: 0 }
  readonly #last: Moment = { low: 0, high: 0 }
  readonly #end: Moment = { low: 0, high: 0 }
  #isOpen = false
  #tenant = ''
  #retentionDays = 0
  #day = 0

  clear(): void {
    this.#isOpen = false
    for (const column of this.#all) column.clear()
  }
  mark(): void {
    for (const column of this.#all) column.mark()
  }
  rollback(): void {
    this.#isOpen = false
    for (const column of this.#all) column.rollback()
  }

  /** The spans from here on are of this resource. */
  begin(tenant: string, retentionDays: number, day: number): void {
    this.endRun()
    this.#tenant = tenant
    this.#retentionDays = retentionDays
    this.#day = day
  }

  /** One span that started at a moment; its end counts where it lies after that. Spans without an id are left out. */
  add(request: Buffer, { traceId, endLow, endHigh }: SpanReader, startLow: number, startHigh: number): void {
    if (traceId.end - traceId.start !== idBytes) return
    if (!this.#isOpen || !this.#isOfRun(request, traceId.start)) {
      this.endRun()
      this.#isOpen = true
      for (let i = 0; i < idBytes; i++) this.#id[i] = request[traceId.start + i] as number
      set(this.#first, startLow, startHigh)
      set(this.#last, startLow, startHigh)
      set(this.#end, startLow, startHigh)
    }
    if (isBefore(startLow, startHigh, this.#first)) set(this.#first, startLow, startHigh)
    raise(this.#last, startLow, startHigh)
    raise(this.#end, startLow, startHigh)
    raise(this.#end, endLow, endHigh)
  }

  /** The last bytes first, since ids that begin alike are common; a call of Buffer's would cost more. */
  #isOfRun(request: Buffer, start: number): boolean {
    for (let i = idBytes - 1; i >= 0; i--) if (request[start + i] !== this.#id[i]) return false
    return true
  }

  endRun(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const { columns } = this
    columns.Tenant.pushText(this.#tenant)
    columns.TraceIdBytes.push(this.#id, 0, idBytes)
    columns.FirstStart.push(this.#first.low, this.#first.high)
    columns.LastStart.push(this.#last.low, this.#last.high)
    columns.LastEnd.push(this.#end.low, this.#end.high)
    columns.RetentionDays.push(this.#retentionDays)
    columns.IngestedOn.push(this.#day)
  }
}

function set(moment: Moment, low: number, high: number): void {
  moment.low = low
  moment.high = high
}

function isBefore(low: number, high: number, moment: Moment): boolean {
  return high < moment.high || (high === moment.high && low < moment.low)
}

function raise(moment: Moment, low: number, high: number): void {
  if (high > moment.high || (high === moment.high && low > moment.low)) set(moment, low, high)
}
