import {
  type AttributeField,
  type Field,
  type IntrinsicName,
  numberPattern,
} from '../../lib/traceql/index.ts'

/** Parameters of a statement: nothing of a query is ever in the SQL text. */
export class SqlWriter {
  readonly params: Record<string, string | number | string[]> = {}
  #count = 0

  text(value: string): string {
    return this.#add(value, 'String')
  }

  number(value: number): string {
    return Number.isSafeInteger(value) && value >= 0
      ? this.#add(value, 'UInt64')
      : this.#add(value, 'Float64')
  }

  double(value: number): string {
    return this.#add(value, 'Float64')
  }

  #add(value: string | number, type: string): string {
    const name = `t${this.#count++}`
    this.params[name] = value
    return `{${name}:${type}}`
  }
}

/**
 * A side of a comparison in SQL. A text that is not there is ''; `there` tells, undefined where it always is. A number may be
 * NULL. Of `many`, `sql` is the array of those that are there. `unknown` is what one row does not tell.
 */
export type Operand =
  | { kind: 'text'; sql: string; there: string | undefined }
  | { kind: 'number'; sql: string }
  | { kind: 'many'; sql: string; of: 'text' | 'number' }
  | { kind: 'nestedParent' }
  | { kind: 'unknown' }

export const nameOfService = 'service.name'

export function fieldSql(field: Field, writer: SqlWriter): Operand {
  return field.kind === 'attribute' ? attributeSql(field, writer) : intrinsics[field.name]
}

function attributeSql({ scope, ofParent, name }: AttributeField, writer: SqlWriter): Operand {
  if (ofParent) return { kind: 'unknown' }
  if (scope === 'event' || scope === 'link') {
    const column = scope === 'event' ? 'Events.Attributes' : 'Links.Attributes'
    const key = writer.text(name)
    const sql = `arrayMap(m -> m[${key}], arrayFilter(m -> mapContains(m, ${key}), ${column}))`
    return { kind: 'many', sql, of: 'text' }
  }
  const resource = resourceSql(name, writer)
  if (scope === 'resource') return resource
  const key = writer.text(name)
  if (scope === 'instrumentation')
    return { kind: 'text', sql: `ScopeAttributes[${key}]`, there: `mapContains(ScopeAttributes, ${key})` }
  const inSpan = `mapContains(SpanAttributes, ${key})`
  if (scope === 'span') return { kind: 'text', sql: `SpanAttributes[${key}]`, there: inSpan }
  const sql = `if(${inSpan}, SpanAttributes[${key}], ${resource.sql})`
  return { kind: 'text', sql, there: `(${inSpan} OR ${resource.there})` }
}

function resourceSql(name: string, writer: SqlWriter) {
  // the name of the service is a column of its own, and part of the table's order
  if (name === nameOfService)
    return { kind: 'text', sql: 'toString(ServiceName)', there: `ServiceName != ''` } as const
  const key = writer.text(name)
  return {
    kind: 'text',
    sql: `ResourceAttributes[${key}]`,
    there: `mapContains(ResourceAttributes, ${key})`,
  } as const
}

const always = (sql: string): Operand => ({ kind: 'text', sql, there: undefined })
const unknown: Operand = { kind: 'unknown' }

const intrinsics: Readonly<Record<IntrinsicName, Operand>> = {
  name: always('SpanName'),
  status: always('lower(StatusCode)'),
  statusMessage: always('StatusMessage'),
  kind: always('lower(SpanKind)'),
  duration: { kind: 'number', sql: 'Duration' },
  childCount: unknown,
  'span:id': always('SpanId'),
  'span:parentID': { kind: 'text', sql: 'ParentSpanId', there: `ParentSpanId != ''` },
  'trace:id': always('TraceId'),
  traceDuration: unknown,
  rootName: unknown,
  rootServiceName: unknown,
  nestedSetLeft: unknown,
  nestedSetRight: unknown,
  nestedSetParent: { kind: 'nestedParent' },
  'event:name': { kind: 'many', sql: 'Events.Name', of: 'text' },
  'event:timeSinceStart': {
    kind: 'many',
    sql: 'arrayMap(t -> toFloat64(toUnixTimestamp64Nano(t) - toUnixTimestamp64Nano(Timestamp)), Events.Timestamp)',
    of: 'number',
  },
  'link:spanID': { kind: 'many', sql: 'Links.SpanId', of: 'text' },
  'link:traceID': { kind: 'many', sql: 'Links.TraceId', of: 'text' },
  'instrumentation:name': always('ScopeName'),
  'instrumentation:version': always('ScopeVersion'),
}

/** A text as Nullable(Float64), as `numberOfText` reads it. */
export function numberOfTextSql(sql: string): string {
  return `if(match(${sql}, '${numberPattern}'), toFloat64OrNull(${sql}), NULL)`
}

/** What a field is grouped by, as Nullable(String): NULL where it is not there. Undefined where one row does not tell. */
export function groupSql(field: Field, writer: SqlWriter): string | undefined {
  const operand = fieldSql(field, writer)
  switch (operand.kind) {
    case 'text':
      return operand.there === undefined
        ? `toNullable(toString(${operand.sql}))`
        : `if(${operand.there}, toNullable(${operand.sql}), NULL)`
    case 'number':
      return `toNullable(toString(${operand.sql}))`
    case 'many':
      return `if(empty(${operand.sql}), NULL, toNullable(toString(${operand.sql}[1])))`
    default:
      return undefined
  }
}
