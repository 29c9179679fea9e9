import { LabelName, labelOfFields } from '../lib/logql/index.ts'
import type { LogLine } from './api/schemas.ts'

/** Fields that every line has; all other names are asked of its attributes and its resource. */
const ofEveryLine = [
  'id',
  'timestamp',
  'body',
  'message',
  'level',
  'severity',
  'service',
  'host',
  'resource',
  'attributes',
  'traceId',
  'spanId',
  'source',
] as const satisfies readonly (keyof LogLine)[]
type OfEveryLine = (typeof ofEveryLine)[number]

export type PickedLine = Pick<LogLine, 'id' | 'timestamp'> & Partial<LogLine>

const none = "CAST(map(), 'Map(LowCardinality(String), String)')"

/** What is read for a line's fields: what costs most is left out where it is not asked for. undefined: everything is. */
export function columnsFor(fields: readonly string[] | undefined): string {
  const asked = new Set(fields ?? ofEveryLine)
  const hasOthers = [...asked].some(field => !isOfEveryLine(field))
  const body = asked.has('body') || asked.has('message')
  const attributes = asked.has('attributes') || asked.has('message') || hasOthers
  const resource = asked.has('resource') || hasOthers
  const scopeVersion = fields === undefined || hasOthers
  return `toString(toUnixTimestamp64Nano(Timestamp)) AS timestamp, ${body ? 'Body' : "''"} AS body, Level AS level,
  SeverityText AS severity, ServiceName AS service, Host AS host, ${resource ? 'ResourceAttributes' : none} AS resource,
  ${attributes ? 'AllAttributes' : none} AS attributes, TraceId AS traceId, SpanId AS spanId, Topic AS topic,
  TopicPartition AS partition, toString(TopicOffset) AS offset, TopicIndex AS index, ScopeName AS scope, ${scopeVersion ? 'ScopeVersion' : "''"} AS scopeVersion,
  IngestedAt > Timestamp + INTERVAL 1 MINUTE AS late`
}

/**
 * A line with the fields that are asked for, and always its id and time. Names that are no field of every line stand among
 * the attributes, spelt as asked.
 */
export function picker(fields: readonly string[]): (line: LogLine) => PickedLine {
  const own = fields.filter(isOfEveryLine)
  const labels = fields.filter(field => !isOfEveryLine(field)).map(field => new LabelName(field))
  return line => {
    const picked: PickedLine = { id: line.id, timestamp: line.timestamp }
    for (const field of own) Object.assign(picked, { [field]: line[field] })
    const found = labels.map(name => [name.text, labelOfFields(line, name)] as const)
    const present = found.filter(([, value]) => value !== '')
    if (present.length > 0) picked.attributes = { ...picked.attributes, ...Object.fromEntries(present) }
    return picked
  }
}

function isOfEveryLine(field: string): field is OfEveryLine {
  return (ofEveryLine as readonly string[]).includes(field)
}
