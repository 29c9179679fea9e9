import { QueryError } from '../../lib/logql/index.ts'
import {
  type AttributeField,
  type Field,
  intrinsicNames,
  type Pipeline,
  parseTraceQl,
  readAttributeName,
} from '../../lib/traceql/index.ts'
import { selectionOf } from './candidates.ts'
import { groupSql, SqlWriter } from './field-sql.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

export const tagScopes = ['resource', 'span', 'event', 'link', 'instrumentation'] as const
export type TagScope = (typeof tagScopes)[number]

export const maxTags = 5_000

const keysSql: Readonly<Record<TagScope, string>> = {
  resource: 'mapKeys(ResourceAttributes)',
  span: 'mapKeys(SpanAttributes)',
  event: 'arrayFlatten(arrayMap(m -> mapKeys(m), Events.Attributes))',
  link: 'arrayFlatten(arrayMap(m -> mapKeys(m), Links.Attributes))',
  instrumentation: 'mapKeys(ScopeAttributes)',
}

/** Keys of attributes of one scope in a range, of spans that a query's conditions may take. */
export async function tagsOf(
  reader: TraceReader,
  scope: TagScope,
  query: string,
  range: TimeRange,
): Promise<string[]> {
  const { spanSql, params } = selectionOf(lenient(query), new SqlWriter())
  const rows = await reader.rows<{ tag: string }>(
    `SELECT arrayJoin(${keysSql[scope]}) AS tag FROM otel_traces WHERE ${spanRange} AND (${spanSql})
    GROUP BY tag ORDER BY tag LIMIT ${maxTags}`,
    { ...params, ...spanRangeParams(range) },
  )
  return rows.map(({ tag }) => tag)
}

/**
 * A tag as Tempo's addresses name it: `resource.service.name`, `.region`, `name`; without a scope, an intrinsic field or an
 * attribute of the span or its resource.
 */
export function fieldOfTag(tag: string): Field {
  const intrinsic = intrinsicNames.get(tag)
  if (intrinsic !== undefined) return { kind: 'intrinsic', name: intrinsic }
  const [, scope, rest = ''] = /^(span|resource|event|link|instrumentation)?\.(.+)$/s.exec(tag) ?? [
    tag,
    '',
    tag,
  ]
  const name = withoutQuotes(rest)
  const of = scope === undefined || scope === '' ? 'any' : (scope as AttributeField['scope'])
  return { kind: 'attribute', scope: of, ofParent: false, name }
}

/** Any part of a name may stand in quotes; what is no name in TraceQL is taken as it is. */
function withoutQuotes(text: string): string {
  try {
    const { name, end } = readAttributeName(text, 0)
    return name !== undefined && end === text.length ? name : text
  } catch (error) {
    if (error instanceof QueryError) return text
    throw error
  }
}

/** The most frequent values of a field, in spans that a query's conditions may take; a query that is not complete asks nothing. */
export async function tagValuesOf(
  reader: TraceReader,
  field: Field,
  query: string,
  range: TimeRange,
  limit: number,
): Promise<string[]> {
  const fixed = field.kind === 'intrinsic' ? fixedValues[field.name] : undefined
  if (fixed !== undefined) return [...fixed]
  const writer = new SqlWriter()
  const value = rootValue(field) ?? groupSql(field, writer)
  if (value === undefined) return []
  const { spanSql, params } = selectionOf(lenient(query), writer)
  const rows = await reader.rows<{ found: string }>(
    `SELECT assumeNotNull(${value}) AS found FROM otel_traces
    WHERE ${spanRange} AND (${spanSql}) AND isNotNull(${value}) AND found != ''
    GROUP BY found ORDER BY count() DESC, found LIMIT {limit:UInt32}`,
    {
      ...params,
      ...spanRangeParams(range),
      limit: limit === 0 ? maxTags : Math.min(limit, maxTags),
    },
  )
  return rows.map(row => row.found).sort()
}

const fixedValues: Readonly<Record<string, readonly string[]>> = {
  status: ['error', 'ok', 'unset'],
  kind: ['client', 'consumer', 'internal', 'producer', 'server', 'unspecified'],
  duration: [],
  traceDuration: [],
}

/** What is said of a trace by its root. */
function rootValue(field: Field): string | undefined {
  if (field.kind !== 'intrinsic') return undefined
  if (field.name === 'rootName') return `if(ParentSpanId = '', toNullable(toString(SpanName)), NULL)`
  return field.name === 'rootServiceName'
    ? `if(ParentSpanId = '', toNullable(toString(ServiceName)), NULL)`
    : undefined
}

/** People are still writing when they are shown values: conditions that are not complete are left out. Source: Tempo API, search tag values. */
function lenient(query: string): Pipeline {
  const whole = pipelineOf(query)
  if (whole !== undefined) return whole
  const [, inside = ''] = /^\s*\{(.*?)\}?\s*$/s.exec(query) ?? []
  const complete = inside
    .split(/&&(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .filter(condition => condition.trim() !== '' && pipelineOf(`{ ${condition} }`) !== undefined)
  return pipelineOf(complete.length === 0 ? '' : `{ ${complete.join(' && ')} }`) ?? parseTraceQl('').pipeline
}

function pipelineOf(query: string): Pipeline | undefined {
  try {
    return parseTraceQl(query).pipeline
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}
