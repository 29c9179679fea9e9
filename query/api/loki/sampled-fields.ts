import { type LineScope, type LogQuery, labelOf, lineFields, scopeLabels } from '../../../lib/logql/index.ts'
import { pushedScope } from '../../logql/row-labels.ts'
import { toSql, whereSql } from '../../logql-sql.ts'
import { rangeParams, timeRange } from '../../range.ts'
import { shapesFor } from '../../read-shapes.ts'
import type { StoreReader } from '../../store-reader.ts'
import { typeOf, type ValueType } from './field-type.ts'
import type { Range } from './parameters.ts'
import { streamColumnOf } from './stream-labels.ts'

export interface SampledLine extends LineScope {
  body: string
  level: string
  attributes: Record<string, string>
  resource: Record<string, string>
}

/** A field that lines of a sample have. */
export interface SampledField {
  values: Set<string>
  type: ValueType
  /** What brings it out of a line; none for structured metadata. */
  parsers: Set<'json' | 'logfmt'>
  /** Where it stands in a JSON line. */
  jsonPath: string[] | undefined
}

/** The newest lines of a selection. */
export async function sampleLines(
  reader: StoreReader,
  search: { query: LogQuery; tenant: string } & Range,
  lines: number,
  signal: AbortSignal,
): Promise<SampledLine[]> {
  if (search.startNs >= search.endNs) return []
  const condition = toSql(search.query, await shapesFor(reader, search, signal))
  const { rows } = await reader.rows<SampledLine>(
    `SELECT substring(Body, 1, 20000) AS body, Level AS level, AllAttributes AS attributes, ResourceAttributes AS resource,
       ScopeName AS scope, ScopeVersion AS scopeVersion
     FROM otel_logs ${whereSql(timeRange, condition)}
     ORDER BY toStartOfFiveMinutes(Timestamp) DESC, Timestamp DESC LIMIT {lines:UInt32}`,
    { ...condition.params, ...rangeParams(search), lines },
    signal,
  )
  return rows
}

/**
 * Fields by their labels: a line's attributes and its resource's are structured metadata; of a line that is JSON or logfmt
 * itself those fields that are no attributes. Labels of streams are left out, but for `detected_level`; a field named like a
 * label that its line was pushed with is `…_extracted`, as parsers name it.
 */
export function detectFields(lines: readonly SampledLine[]): Map<string, SampledField> {
  const fields = new Map<string, SampledField>()
  for (const line of lines) {
    const pushed = pushedLabels(line)
    const own = addBeside(fields, line, pushed)
    if (line.level !== '') fieldOf(fields, 'detected_level', line.level)
    for (const { label, value, parser, path } of lineFields(line.body)) {
      if (isKnown(label, value, own, pushed)) continue
      const field = fieldOf(fields, pushed?.has(label) ? `${label}_extracted` : label, value)
      field.parsers.add(parser)
      field.jsonPath ??= path
    }
  }
  return fields
}

/** What a line was pushed with to Loki's API; undefined where it came in another way. */
function pushedLabels({ scope, resource }: SampledLine): ReadonlySet<string> | undefined {
  if (scope !== pushedScope) return undefined
  return new Set(['service_name', ...Object.keys(resource).filter(key => /^\w+$/.test(key))])
}

/** What came as a field is not shown again as one of the line; what was pushed has both where they differ. */
function isKnown(
  label: string,
  value: string,
  own: ReadonlyMap<string, string>,
  pushed: ReadonlySet<string> | undefined,
): boolean {
  if (pushed === undefined) return own.has(label) || streamColumnOf(label) !== undefined
  return own.get(label) === value
}

/** Adds a line's structured metadata; gives all of it. What a line says itself goes before what its scope does. */
function addBeside(
  fields: Map<string, SampledField>,
  line: SampledLine,
  pushed: ReadonlySet<string> | undefined,
): Map<string, string> {
  const own = new Map<string, string>()
  const add = (label: string, value: string) => {
    if (!own.has(label) && value !== '') fieldOf(fields, label, value)
    own.set(label, value)
  }
  const isOfStream = (label: string) => pushed === undefined && streamColumnOf(label) !== undefined
  for (const [key, value] of Object.entries(line.attributes)) {
    const label = labelOf(key)
    if (!isOfStream(label)) add(pushed?.has(label) ? `${label}_extracted` : label, value)
  }
  // of what was pushed it is the labels of the stream
  for (const [key, value] of pushed === undefined ? Object.entries(line.resource) : [])
    if (!isOfStream(labelOf(key))) add(labelOf(key), value)
  for (const [label, value] of Object.entries(scopeLabels(line))) add(label, value)
  return own
}

function fieldOf(fields: Map<string, SampledField>, label: string, value: string): SampledField {
  const found = fields.get(label)
  if (found === undefined) {
    const made: SampledField = {
      values: new Set([value]),
      type: typeOf(value),
      parsers: new Set(),
      jsonPath: undefined,
    }
    fields.set(label, made)
    return made
  }
  if (!found.values.has(value)) {
    found.values.add(value)
    if (found.type !== typeOf(value)) found.type = widened(found.type, typeOf(value))
  }
  return found
}

/** What values of two types are together. */
function widened(a: ValueType, b: ValueType): ValueType {
  return (a === 'int' && b === 'float') || (a === 'float' && b === 'int') ? 'float' : 'string'
}
