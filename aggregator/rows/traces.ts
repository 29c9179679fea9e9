import { ItemReader, type Range, SpanEventReader, SpanLinkReader, SpanReader } from '../../lib/otlp/index.ts'
import { ArrayColumn } from '../native/array.ts'
import type { Column } from '../native/column.ts'
import { UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { MapColumn } from '../native/map.ts'
import { StringColumn } from '../native/string.ts'
import { AttributeWriter } from './attributes.ts'
import type { RecordPosition } from './position.ts'
import { type ResourceFacts, readResourceFacts } from './resource.ts'
import type { RetentionRules } from './retention.ts'
import { TraceTimeRows } from './trace-times.ts'

/** Names as the OpenTelemetry ClickHouse exporter writes them, by the enum's number. */
const spanKinds = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']
const statusCodes = ['Unset', 'Ok', 'Error']

/** Rows of `otel_traces`, and of `trace_times` beside them. */
export class TraceRows {
  readonly columns = {
    Timestamp: new UInt64Column('DateTime64(9)'),
    TraceId: new StringColumn(),
    SpanId: new StringColumn(),
    ParentSpanId: new StringColumn(),
    TraceState: new StringColumn(),
    SpanName: new LowCardinalityColumn(),
    SpanKind: new LowCardinalityColumn(),
    ServiceName: new LowCardinalityColumn(),
    ResourceAttributes: new MapColumn(),
    ScopeName: new LowCardinalityColumn(),
    ScopeVersion: new LowCardinalityColumn(),
    ScopeAttributes: new MapColumn(),
    SpanAttributes: new MapColumn(),
    Duration: new UInt64Column(),
    StatusCode: new LowCardinalityColumn(),
    StatusMessage: new StringColumn(),
    'Events.Timestamp': new ArrayColumn(new UInt64Column('DateTime64(9)')),
    'Events.Name': new ArrayColumn(new LowCardinalityColumn()),
    'Events.Attributes': new ArrayColumn(new MapColumn()),
    'Links.TraceId': new ArrayColumn(new StringColumn()),
    'Links.SpanId': new ArrayColumn(new StringColumn()),
    'Links.TraceState': new ArrayColumn(new StringColumn()),
    'Links.Attributes': new ArrayColumn(new MapColumn()),
    Tenant: new LowCardinalityColumn(),
    Host: new LowCardinalityColumn(),
    Topic: new LowCardinalityColumn(),
    TopicPartition: new UInt32Column(),
    TopicOffset: new UInt64Column(),
    TopicIndex: new UInt32Column(),
    IngestedAt: new UInt64Column('DateTime64(3)'),
    RetentionDays: new UInt16Column(),
  }
  readonly times = new TraceTimeRows()
  readonly #all: Column[] = Object.values(this.columns)
  readonly #tenant: string
  readonly #retention: RetentionRules
  readonly #items = new ItemReader()
  readonly #span = new SpanReader()
  readonly #event = new SpanEventReader()
  readonly #link = new SpanLinkReader()
  readonly #attributes = new AttributeWriter()

  constructor(tenant: string, retention: RetentionRules) {
    this.#tenant = tenant
    this.#retention = retention
  }

  get rows(): number {
    return this.columns.TopicIndex.rows
  }
  clear(): void {
    for (const column of this.#all) column.clear()
    this.times.clear()
  }
  mark(): void {
    for (const column of this.#all) column.mark()
    this.times.mark()
  }
  rollback(): void {
    for (const column of this.#all) column.rollback()
    this.times.rollback()
  }

  /** Adds the spans of one ExportTraceServiceRequest. Throws a WireError where it is invalid: then roll back. */
  add(request: Buffer, position: RecordPosition): void {
    const items = this.#items
    items.reset(request)
    let resourceNumber = 0
    let facts: ResourceFacts | undefined
    for (let index = 0; items.next(); index++) {
      if (items.resourceNumber !== resourceNumber || facts === undefined) {
        facts = this.#facts(request, position)
        this.times.begin(facts.tenant, facts.retentionDays, position.day)
      }
      resourceNumber = items.resourceNumber
      this.#span.read(request, items.itemStart, items.itemEnd)
      this.#origin(request, facts, position)
      this.#spanColumns(request)
      this.#events(request)
      this.#links(request)
      this.columns.TopicIndex.push(index)
    }
    this.times.endRun()
  }

  /** With what the configuration says where the resource says nothing. */
  #facts(request: Buffer, position: RecordPosition): ResourceFacts {
    const facts = readResourceFacts(request, this.#items.resourceAttributes)
    const tenant = position.tenant || facts.tenant || this.#tenant
    const { service, host } = facts
    return {
      ...facts,
      tenant,
      retentionDays: facts.retentionDays || this.#retention.ofResource(service, host, tenant),
    }
  }

  #origin(request: Buffer, facts: ResourceFacts, position: RecordPosition): void {
    const { columns } = this
    const items = this.#items
    columns.ServiceName.pushText(facts.service)
    columns.Host.pushText(facts.host)
    columns.RetentionDays.push(facts.retentionDays)
    this.#attributes.row(columns.ResourceAttributes, request, items.resourceAttributes)
    columns.ScopeName.push(request, items.scopeName.start, items.scopeName.end)
    columns.ScopeVersion.push(request, items.scopeVersion.start, items.scopeVersion.end)
    this.#attributes.row(columns.ScopeAttributes, request, items.scopeAttributes)
    columns.Tenant.pushText(facts.tenant)
    columns.Topic.pushText(position.topic)
    columns.TopicPartition.push(position.partition)
    columns.TopicOffset.pushNumber(position.offset)
    columns.IngestedAt.pushNumber(position.timestampMs)
    const span = this.#span
    const isTimed = span.startHigh > 0
    const low = isTimed ? span.startLow : position.nanosLow
    const high = isTimed ? span.startHigh : position.nanosHigh
    columns.Timestamp.push(low, high)
    this.times.add(request, span, low, high)
  }

  #spanColumns(request: Buffer): void {
    const { columns } = this
    const span = this.#span
    pushHex(columns.TraceId, request, span.traceId)
    pushHex(columns.SpanId, request, span.spanId)
    pushHex(columns.ParentSpanId, request, span.parentSpanId)
    columns.TraceState.push(request, span.traceState.start, span.traceState.end)
    columns.SpanName.push(request, span.name.start, span.name.end)
    columns.SpanKind.pushText(spanKinds[span.kind] ?? 'Unspecified')
    columns.StatusCode.pushText(statusCodes[span.statusCode] ?? 'Unset')
    columns.StatusMessage.push(request, span.statusMessage.start, span.statusMessage.end)
    this.#attributes.row(columns.SpanAttributes, request, span.attributes)
    this.#duration()
  }

  /** End minus start in two halves; 0 where the span ends before it starts. */
  #duration(): void {
    const { startLow, startHigh, endLow, endHigh } = this.#span
    const borrow = endLow < startLow ? 1 : 0
    const high = endHigh - startHigh - borrow
    if (high < 0) this.columns.Duration.push(0, 0)
    else this.columns.Duration.push((endLow - startLow) >>> 0, high)
  }

  #events(request: Buffer): void {
    const { columns } = this
    const event = this.#event
    const { events } = this.#span
    for (let i = 0; i < events.count; i++) {
      event.read(request, events.starts[i] as number, events.ends[i] as number)
      columns['Events.Timestamp'].elements.push(event.timeLow, event.timeHigh)
      columns['Events.Name'].elements.push(request, event.name.start, event.name.end)
      this.#attributes.row(columns['Events.Attributes'].elements, request, event.attributes)
    }
    columns['Events.Timestamp'].endRow()
    columns['Events.Name'].endRow()
    columns['Events.Attributes'].endRow()
  }

  #links(request: Buffer): void {
    const { columns } = this
    const link = this.#link
    const { links } = this.#span
    for (let i = 0; i < links.count; i++) {
      link.read(request, links.starts[i] as number, links.ends[i] as number)
      pushHex(columns['Links.TraceId'].elements, request, link.traceId)
      pushHex(columns['Links.SpanId'].elements, request, link.spanId)
      columns['Links.TraceState'].elements.push(request, link.traceState.start, link.traceState.end)
      this.#attributes.row(columns['Links.Attributes'].elements, request, link.attributes)
    }
    columns['Links.TraceId'].endRow()
    columns['Links.SpanId'].endRow()
    columns['Links.TraceState'].endRow()
    columns['Links.Attributes'].endRow()
  }
}

function pushHex(column: StringColumn, bytes: Buffer, range: Range): void {
  column.pushHex(bytes, range.start, range.end)
}
