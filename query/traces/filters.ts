import { OperatingError } from '../../lib/base/index.ts'
import { parseDurationSeconds } from '../../lib/logql/index.ts'
import { type Expression, type Field, type Pipeline, parseTraceQl } from '../../lib/traceql/index.ts'

/** What can be asked of a span without TraceQL; what is left out or empty asks nothing. */
export interface SpanFilters {
  service?: string | undefined
  operation?: string | undefined
  /** As in 100ms or 1.5s. */
  minDuration?: string | undefined
  maxDuration?: string | undefined
  status?: string | undefined
  kind?: string | undefined
  text?: string | undefined
  attributes?: Readonly<Record<string, string>> | undefined
  /** The same by a part of their value, in any case. */
  attributeParts?: Readonly<Record<string, string>> | undefined
}

/** The filters as a condition of TraceQL; all spans where there are none. Errors: PARAMETER_INVALID. */
export function conditionOfFilters(filters: SpanFilters): Expression {
  const { service, operation, minDuration, maxDuration, status, kind, text } = filters
  const { attributes = {}, attributeParts = {} } = filters
  const conditions: Expression[] = [
    ...given(service).map(value => equal(attribute('resource', 'service.name'), value)),
    ...given(operation).map(value => equal({ kind: 'intrinsic', name: 'name' }, value)),
    ...given(minDuration).map(value => durationIs('>=', value, 'minDuration')),
    ...given(maxDuration).map(value => durationIs('<=', value, 'maxDuration')),
    ...given(status).map(value => wordIs('status', value)),
    ...given(kind).map(value => wordIs('kind', value)),
    ...given(text).map((value): Expression => ({ kind: 'text', text: value })),
    ...Object.entries(attributes).map(([name, value]) => attributeIs(name, value, equal)),
    ...Object.entries(attributeParts).map(([name, value]) => attributeIs(name, value, contains)),
  ]
  const [first, ...rest] = conditions
  if (first === undefined) return { kind: 'literal', type: 'boolean', value: true }
  return rest.reduce((left, right) => ({ kind: 'logic', operator: '&&', left, right }), first)
}

/** A query of TraceQL whose traces have a span that passes the filters, too. Errors: QUERY_INVALID, PARAMETER_INVALID. */
export function pipelineOf(query: string, filters: SpanFilters): Pipeline {
  const condition = conditionOfFilters(filters)
  const { pipeline, metrics, math } = parseTraceQl(query)
  if (metrics !== undefined || math !== undefined)
    throw new OperatingError(
      'PARAMETER_INVALID',
      'the query makes series: ask for those where metrics are asked for',
    )
  if (condition.kind === 'literal') return pipeline
  const filter = { kind: 'spans', condition } as const
  if (query.trim() === '') return { first: filter, stages: [] }
  const { first, stages } = pipeline
  // both of one span where that can be said
  if (first.kind === 'spans') {
    const both: Expression = { kind: 'logic', operator: '&&', left: condition, right: first.condition }
    return { first: { kind: 'spans', condition: both }, stages }
  }
  return { first: { kind: 'combined', operator: '&&', left: filter, right: first }, stages }
}

function given(value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [value]
}

function attribute(scope: 'any' | 'resource', name: string): Field {
  return { kind: 'attribute', scope, ofParent: false, name }
}

/** As OpenTelemetry names what is said of a scope where it has no place of its own. Source: its specification, mapping to non-OTLP formats. */
function ofScope(name: string): Field {
  if (name === 'name' || name === 'version') return { kind: 'intrinsic', name: `instrumentation:${name}` }
  return { kind: 'attribute', scope: 'instrumentation', ofParent: false, name }
}

function equal(left: Field, value: string): Expression {
  return { kind: 'compare', operator: '=', left, right: { kind: 'literal', type: 'string', value } }
}

function contains(left: Field, part: string): Expression {
  const value = `(?is).*${part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}.*`
  return { kind: 'compare', operator: '=~', left, right: { kind: 'literal', type: 'string', value } }
}

/** What Jaeger and Tempo ask among the tags, though it is no attribute: `error`, `span.kind`, `status.code`, `name`. */
function attributeIs(
  name: string,
  value: string,
  is: (left: Field, value: string) => Expression,
): Expression {
  if (name === 'error' && /^(?:true|false)$/i.test(value)) {
    const isError = wordIs('status', 'error')
    return value.toLowerCase() === 'true' ? isError : { kind: 'not', of: isError }
  }
  if (name === 'span.kind') return wordIs('kind', value.toLowerCase())
  if (name === 'otel.status_code' || name === 'status.code' || name === 'status')
    return wordIs('status', value.toLowerCase())
  if (name.startsWith('otel.scope.')) return is(ofScope(name.slice('otel.scope.'.length)), value)
  if (name === 'name') return is({ kind: 'intrinsic', name: 'name' }, value)
  return is(attribute('any', name), value)
}

const words = {
  status: ['error', 'ok', 'unset'],
  kind: ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'],
} as const

function wordIs(field: 'status' | 'kind', value: string): Expression {
  if (!(words[field] as readonly string[]).includes(value))
    throw invalid(field, `found '${value}', expected one of ${words[field].join(', ')}`)
  const right = { kind: 'literal', type: field, value } as const
  return { kind: 'compare', operator: '=', left: { kind: 'intrinsic', name: field }, right }
}

function durationIs(operator: '>=' | '<=', text: string, parameter: string): Expression {
  const seconds = parseDurationSeconds(text)
  if (seconds === undefined || seconds < 0)
    throw invalid(parameter, `found '${text}', expected a duration as in 100ms or 1.5s`)
  const right = { kind: 'literal', type: 'duration', value: Math.round(seconds * 1e9) } as const
  return { kind: 'compare', operator, left: { kind: 'intrinsic', name: 'duration' }, right }
}

function invalid(parameter: string, why: string): OperatingError {
  return new OperatingError('PARAMETER_INVALID', `${parameter}: ${why}`)
}
