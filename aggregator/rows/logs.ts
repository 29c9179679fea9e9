import { originalKey } from '../../lib/ledger/index.ts'
import {
  type DecodedLog,
  decodeLogs,
  filePathKey,
  ItemReader,
  isPlausibleTime,
  LogRecordReader,
  levels,
  type Range,
  valueKinds,
} from '../../lib/otlp/index.ts'
import type { Column } from '../native/column.ts'
import { UInt8Column, UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { FixedStringColumn } from '../native/fixed-string.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { MapColumn, type SavedRow } from '../native/map.ts'
import { AttributeWriter } from './attributes.ts'
import { KnownResources } from './known-resources.ts'
import { LevelFinder } from './levels.ts'
import { LineColumns, type LineSource } from './line.ts'
import { MessageColumns } from './message.ts'
import { OwnAttribute } from './own-attribute.ts'
import { PatternColumns } from './patterns.ts'
import type { RecordPosition } from './position.ts'
import { readResourceFacts } from './resource.ts'
import { fieldsOf, type RetentionRules, type RowPlaces } from './retention.ts'

/** No place in a dictionary. */
const none = -1

/**
 * Rows of `otel_logs`, column by column, straight from the bytes of OTLP requests: no string and no object per line.
 * Guarded by the bench of the aggregator.
 */
export class LogRows {
  readonly patterns = new PatternColumns()
  readonly #lines = new LineColumns()
  readonly #message = new MessageColumns()
  readonly columns = {
    Timestamp: new UInt64Column('DateTime64(9)'),
    ObservedTimestamp: new UInt64Column('DateTime64(9)'),
    TraceIdBytes: new FixedStringColumn(16),
    SpanIdBytes: new FixedStringColumn(8),
    TraceFlags: new UInt8Column(),
    SeverityText: new LowCardinalityColumn(),
    SeverityNumber: new UInt8Column(),
    ServiceName: new LowCardinalityColumn(),
    ...this.#lines.columns,
    ResourceSchemaUrl: new LowCardinalityColumn(),
    ResourceAttributes: new MapColumn(),
    ScopeSchemaUrl: new LowCardinalityColumn(),
    ScopeName: new LowCardinalityColumn(),
    ScopeVersion: new LowCardinalityColumn(),
    ScopeAttributes: new MapColumn(),
    ...this.#message.columns,
    LogFilePath: new LowCardinalityColumn(),
    LogAttributes: new MapColumn(),
    EventName: new LowCardinalityColumn(),
    Tenant: new LowCardinalityColumn(),
    Host: new LowCardinalityColumn(),
    Level: new LowCardinalityColumn(),
    Agent: new LowCardinalityColumn(),
    Topic: new LowCardinalityColumn(),
    TopicPartition: new UInt32Column(),
    TopicOffset: new UInt64Column(),
    TopicIndex: new UInt32Column(),
    IngestedAt: new UInt64Column('DateTime64(3)'),
    RetentionDays: new UInt16Column(),
    ...this.patterns.columns,
  }
  /** Bytes of each body, for the rollups. */
  readonly bodyBytes = new UInt32Column()
  readonly #all: Column[] = [...Object.values(this.columns), this.bodyBytes, this.patterns.places]
  readonly #tenant: string
  readonly #items = new ItemReader()
  readonly #record = new LogRecordReader()
  readonly #attributes = new AttributeWriter()
  readonly #original = new OwnAttribute(originalKey, [valueKinds.string, valueKinds.bytes])
  readonly #filePath = new OwnAttribute(filePathKey, [valueKinds.string])
  readonly #own = [this.#original, this.#filePath]
  /** Filled again for each line. */
  readonly #lineSource: LineSource = {
    request: Buffer.alloc(0),
    time: this.columns.Timestamp,
    severityText: this.#record.severityText,
    traceId: this.#record.traceId,
    spanId: this.#record.spanId,
    attributes: this.columns.LogAttributes,
    attributesStart: 0,
    message: this.#message,
  }
  readonly #resources = new KnownResources()
  #resourceRow: SavedRow = { firstKey: 0, endKey: 0, startByte: 0, endByte: 0 }
  readonly #scopeRow: SavedRow = { firstKey: 0, endKey: 0, startByte: 0, endByte: 0 }
  readonly #levels = new LevelFinder()
  #serviceName = 0
  #host = 0
  #tenantPlace = 0
  /** Goes before what resources say. */
  #recordTenant = none
  #retentionDays = 0
  readonly #retention: RetentionRules
  /** Filled again for each line. */
  readonly #places: RowPlaces = { tenant: 0, service: 0, host: 0, level: 0 }
  /** The lines of the request, where a rule of retention looks into them. */
  #decoded: readonly DecodedLog[] = []
  #resourceSchemaUrl = 0
  #scopeSchemaUrl = 0
  #scopeName = 0
  #scopeVersion = 0

  constructor(tenant: string, retention: RetentionRules) {
    this.#tenant = tenant
    this.#retention = retention
    this.clear()
  }

  get rows(): number {
    return this.bodyBytes.rows
  }

  clear(): void {
    for (const column of this.#all) column.clear()
    this.#resources.clear()
    this.#retention.clear()
    this.#levels.clear()
    // the dictionary of levels is the list of levels, so a place in one is a place in the other
    for (const level of levels) this.columns.Level.dictionary.internText(level)
    this.columns.Tenant.dictionary.internText(this.#tenant)
    this.columns.EventName.dictionary.internText('')
    this.columns.LogFilePath.dictionary.internText('')
    this.patterns.table.clear()
    this.#message.clear(this.columns.LogAttributes)
    this.#lines.clear()
  }

  /** The least retention of the rows from one on; 0 where there are none. */
  leastRetention(from: number): number {
    const { RetentionDays } = this.columns
    let least = 0
    for (let row = from; row < this.rows; row++)
      if (least === 0 || RetentionDays.at(row) < least) least = RetentionDays.at(row)
    return least
  }

  mark(): void {
    for (const column of this.#all) column.mark()
  }

  rollback(): void {
    for (const column of this.#all) column.rollback()
    // rows that they point at may be gone
    this.#resources.clear()
  }

  /** Adds the lines of one ExportLogsServiceRequest. Throws a WireError where it is invalid: then roll back. */
  add(request: Buffer, position: RecordPosition): void {
    const { columns } = this
    const items = this.#items
    items.reset(request)
    this.#decoded = this.#retention.needsLines ? [...decodeLogs(request, position.timestampMs)] : []
    this.#recordTenant = position.tenant === '' ? none : columns.Tenant.dictionary.internText(position.tenant)
    const agent = columns.Agent.dictionary.internText(position.agent)
    const topic = columns.Topic.dictionary.internText(position.topic)
    let resourceNumber = 0
    let scopeNumber = 0
    for (let index = 0; items.next(); index++) {
      const isNewResource = items.resourceNumber !== resourceNumber
      const isUnknown = isNewResource && this.#enterResource(request)
      resourceNumber = items.resourceNumber
      this.#resource(request, isUnknown)
      const isNewScope = items.scopeNumber !== scopeNumber
      if (isNewScope) this.#enterScope(request)
      scopeNumber = items.scopeNumber
      this.#scope(request, isNewScope)
      this.#record.read(request, items.itemStart, items.itemEnd)
      this.#line(request, position)
      columns.RetentionDays.push(this.#retentionDays === 0 ? this.#keptDays(index) : this.#retentionDays)
      columns.Agent.pushPlace(agent)
      columns.Topic.pushPlace(topic)
      columns.TopicIndex.push(index)
    }
  }

  /** A row that stands for a record that could not be read, so that it is neither lost nor met again. */
  addNote(position: RecordPosition, note: string, error: string): void {
    const { columns } = this
    this.#position(position)
    columns.Timestamp.push(position.nanosLow, position.nanosHigh)
    columns.ObservedTimestamp.push(position.nanosLow, position.nanosHigh)
    columns.TraceIdBytes.pushEmpty()
    columns.SpanIdBytes.pushEmpty()
    columns.TraceFlags.push(0)
    columns.SeverityText.pushText('ERROR')
    columns.SeverityNumber.push(17)
    columns.ServiceName.pushText('millrace')
    this.#lines.addText(note)
    this.bodyBytes.push(Buffer.byteLength(note))
    this.patterns.addText(note)
    for (const column of [columns.ResourceSchemaUrl, columns.ScopeSchemaUrl, columns.ScopeVersion])
      column.pushText('')
    columns.ScopeName.pushText('millrace.aggregator')
    columns.ResourceAttributes.pushPair('service.name', 'millrace')
    columns.ResourceAttributes.endRow()
    columns.ScopeAttributes.endRow()
    this.#message.pushNone()
    columns.LogFilePath.pushPlace(0)
    columns.LogAttributes.pushPair('millrace.error', error)
    columns.LogAttributes.endRow()
    columns.EventName.pushText('millrace.undecodable')
    columns.Host.pushText('')
    columns.Level.pushText('error')
    columns.Agent.pushText(position.agent)
    columns.Topic.pushText(position.topic)
    columns.TopicIndex.push(0)
    columns.Tenant.pushPlace(0)
    columns.RetentionDays.push(this.#retention.days)
  }

  /** True for one that the block has no row of yet. */
  #enterResource(request: Buffer): boolean {
    const { columns } = this
    const items = this.#items
    this.#resourceSchemaUrl = place(columns.ResourceSchemaUrl, request, items.resourceSchemaUrl)
    const known = this.#resources.find(request, items.resourceAttributes)
    if (known !== undefined) {
      this.#serviceName = known.service
      this.#host = known.host
      this.#tenantPlace = known.tenant
      this.#retentionDays = known.retentionDays
      this.#resourceRow = known.row
      return false
    }
    const facts = readResourceFacts(request, items.resourceAttributes)
    this.#serviceName = columns.ServiceName.dictionary.internText(facts.service)
    this.#host = columns.Host.dictionary.internText(facts.host)
    this.#tenantPlace = facts.tenant === '' ? 0 : columns.Tenant.dictionary.internText(facts.tenant)
    this.#retentionDays = facts.retentionDays
    return true
  }

  #enterScope(request: Buffer): void {
    const { columns } = this
    const items = this.#items
    this.#scopeSchemaUrl = place(columns.ScopeSchemaUrl, request, items.scopeSchemaUrl)
    this.#scopeName = place(columns.ScopeName, request, items.scopeName)
    this.#scopeVersion = place(columns.ScopeVersion, request, items.scopeVersion)
  }

  /** The resource's share of a row: written out once, then repeated. */
  #resource(request: Buffer, isNew: boolean): void {
    const { columns } = this
    const map = columns.ResourceAttributes
    if (isNew) {
      const start = map.position
      const { resourceAttributes } = this.#items
      this.#attributes.row(map, request, resourceAttributes)
      const row = { firstKey: 0, endKey: 0, startByte: 0, endByte: 0 }
      map.saveRow(row, start)
      this.#resourceRow = row
      const [service, host, tenant] = [this.#serviceName, this.#host, this.#tenantPlace]
      const known = { service, host, tenant, retentionDays: this.#retentionDays, row }
      this.#resources.add(request, resourceAttributes, known)
    } else map.repeatRow(this.#resourceRow)
    columns.ServiceName.pushPlace(this.#serviceName)
    columns.Host.pushPlace(this.#host)
    columns.ResourceSchemaUrl.pushPlace(this.#resourceSchemaUrl)
    columns.Tenant.pushPlace(this.#rowTenant)
  }

  get #rowTenant(): number {
    return this.#recordTenant === none ? this.#tenantPlace : this.#recordTenant
  }

  /** By the rules: of the line just added, the `index`th of its request. */
  #keptDays(index: number): number {
    const retention = this.#retention
    if (retention.isEmpty) return retention.days
    const decoded = this.#decoded[index]
    const { columns } = this
    if (decoded !== undefined)
      return retention.ofLine(decoded, columns.Tenant.dictionary.text(this.#rowTenant))
    const places = this.#places
    places.tenant = this.#rowTenant
    places.service = this.#serviceName
    places.host = this.#host
    places.level = columns.Level.place(columns.Level.rows - 1)
    return retention.ofPlaces(places, this.#textsOf)
  }

  readonly #textsOf = ({ tenant, service, host, level }: RowPlaces) => {
    const { Tenant, ServiceName, Host, Level } = this.columns
    const texts = [
      ServiceName.dictionary.text(service),
      Host.dictionary.text(host),
      Level.dictionary.text(level),
    ]
    const [name = '', hostName = '', levelName = ''] = texts
    return { ...fieldsOf(name, hostName, levelName), tenant: Tenant.dictionary.text(tenant) }
  }

  #scope(request: Buffer, isNew: boolean): void {
    const { columns } = this
    const map = columns.ScopeAttributes
    if (isNew) {
      const start = map.position
      this.#attributes.row(map, request, this.#items.scopeAttributes)
      map.saveRow(this.#scopeRow, start)
    } else map.repeatRow(this.#scopeRow)
    columns.ScopeSchemaUrl.pushPlace(this.#scopeSchemaUrl)
    columns.ScopeName.pushPlace(this.#scopeName)
    columns.ScopeVersion.pushPlace(this.#scopeVersion)
  }

  #line(request: Buffer, position: RecordPosition): void {
    const { columns } = this
    const record = this.#record
    this.#position(position)
    this.#times(position)
    columns.TraceIdBytes.push(request, record.traceId.start, record.traceId.end)
    columns.SpanIdBytes.push(request, record.spanId.start, record.spanId.end)
    columns.TraceFlags.push(record.flags & 0xff)
    columns.SeverityText.push(request, record.severityText.start, record.severityText.end)
    columns.SeverityNumber.push(Math.min(record.severityNumber, 255))
    columns.Level.pushPlace(this.#levels.find(record, request, columns.SeverityText))
    this.#lineItself(request)
    const { eventName } = record
    if (eventName.start === eventName.end) columns.EventName.pushPlace(0)
    else columns.EventName.push(request, eventName.start, eventName.end)
  }

  #lineItself(request: Buffer): void {
    const record = this.#record
    const source = this.#lineSource
    source.request = request
    source.attributesStart = source.attributes.position
    for (const own of this.#own) own.clear()
    this.#attributes.pairs(source.attributes, request, record.attributes, this.#own)
    const { start, end } = this.#filePath.found
    if (start === end) this.columns.LogFilePath.pushPlace(0)
    else this.columns.LogFilePath.push(request, start, end)
    this.#message.take(source.attributes)
    source.attributes.endRow()
    this.patterns.add(request, record.body, this.#message)
    this.bodyBytes.push(this.#lines.add(source, record.body, this.#original.found))
  }

  #position(position: RecordPosition): void {
    const { columns } = this
    columns.TopicPartition.push(position.partition)
    columns.TopicOffset.pushNumber(position.offset)
    columns.IngestedAt.pushNumber(position.timestampMs)
  }

  /** A line without a time gets that of its observation, or of its record: one of them always orders it. */
  #times(position: RecordPosition): void {
    const { columns } = this
    const record = this.#record
    const isObserved = isPlausibleTime(record.observedHigh)
    const observedLow = isObserved ? record.observedLow : position.nanosLow
    const observedHigh = isObserved ? record.observedHigh : position.nanosHigh
    columns.ObservedTimestamp.push(observedLow, observedHigh)
    if (isPlausibleTime(record.timeHigh)) columns.Timestamp.push(record.timeLow, record.timeHigh)
    else columns.Timestamp.push(observedLow, observedHigh)
  }
}

function place(column: LowCardinalityColumn, bytes: Buffer, range: Range): number {
  return column.dictionary.intern(bytes, range.start, range.end)
}
