import type {
  AggregateName,
  Expression,
  Field,
  Pipeline,
  Relation,
  Scalar,
  SpansetExpression,
  SpansetOperator,
  Stage,
} from './ast.ts'
import {
  compile,
  compileCondition,
  compileNumber,
  computed,
  holds,
  type Value,
} from './evaluate-expression.ts'
import { relate } from './relate.ts'
import type { Span } from './span.ts'
import type { Trace } from './trace.ts'

/** Spans of a trace that a query took together, by start. */
export interface Spanset {
  spans: readonly Span[]
  /** What `by()` parted them by. */
  by: readonly Value[]
}

/** What a pipeline takes of a trace: none where it does not match. */
export type EvaluatePipeline = (trace: Trace) => Spanset[]

type EvaluateSpansets = (trace: Trace, among: readonly Span[]) => readonly Span[]

/**
 * What a pipeline means: the reference for all that is asked of the store. Source: TraceQL documentation, and Tempo's
 * pkg/traceql/ast_execute.go for what it leaves open.
 *
 * @example
 * compilePipeline(parseTraceQl('{ status = error }').pipeline)(new Trace(spans)) // => [{ spans: [...], by: [] }]
 */
export function compilePipeline({ first, stages }: Pipeline): EvaluatePipeline {
  const evaluate = evaluatePipeline({ first, stages })
  return trace => evaluate(trace, [{ spans: trace.spans, by: [] }])
}

type EvaluateStage = (trace: Trace, sets: readonly Spanset[]) => Spanset[]

function evaluatePipeline({ first, stages }: Pipeline): EvaluateStage {
  const all = [spansetStage(first), ...stages.map(compileStage)]
  return (trace, sets) => all.reduce<Spanset[]>((now, stage) => stage(trace, now), [...sets])
}

function compileStage(stage: Stage): EvaluateStage {
  switch (stage.kind) {
    case 'spansets':
      return spansetStage(stage.of)
    case 'scalar':
      return scalarStage(stage)
    case 'by':
      return byStage(stage.of)
    case 'coalesce':
      return coalesce
    case 'select':
      return (_, sets) => [...sets]
  }
}

function spansetStage(expression: SpansetExpression): EvaluateStage {
  const evaluate = compileSpansets(expression)
  return (trace, sets) =>
    sets.flatMap(({ spans, by }) => {
      const taken = evaluate(trace, spans)
      return taken.length === 0 ? [] : [{ spans: taken, by }]
    })
}

function compileSpansets(expression: SpansetExpression): EvaluateSpansets {
  if (expression.kind === 'spans') {
    const condition = compileCondition(expression.condition)
    return (trace, among) => among.filter(span => condition(span, trace))
  }
  if (expression.kind === 'pipeline') {
    const evaluate = evaluatePipeline(expression.pipeline)
    return (trace, among) => {
      const taken = new Set(evaluate(trace, [{ spans: among, by: [] }]).flatMap(({ spans }) => spans))
      return among.filter(span => taken.has(span))
    }
  }
  const [left, right] = [compileSpansets(expression.left), compileSpansets(expression.right)]
  return (trace, among) => {
    const taken = combine(expression.operator, trace, left(trace, among), right(trace, among))
    return among.filter(span => taken.has(span))
  }
}

function combine(
  operator: SpansetOperator,
  trace: Trace,
  left: readonly Span[],
  right: readonly Span[],
): ReadonlySet<Span> {
  if (operator === '||') return new Set([...left, ...right])
  if (operator === '&&') return left.length > 0 && right.length > 0 ? new Set([...left, ...right]) : new Set()
  const relation = operator.replace(/^[!&]/, '') as Relation
  const found = relate(relation, trace, new Set(left), new Set(right))
  if (operator.startsWith('&')) return new Set([...found.left, ...found.right])
  return operator.startsWith('!') ? new Set(right.filter(span => !found.right.has(span))) : found.right
}

function scalarStage({ operator, left, right }: Extract<Stage, { kind: 'scalar' }>): EvaluateStage {
  const [one, other] = [compileScalar(left), compileScalar(right)]
  return (trace, sets) =>
    sets.filter(({ spans }) => {
      const [a, b] = [one(trace, spans), other(trace, spans)]
      return a !== undefined && b !== undefined && holds(operator, a, b)
    })
}

type EvaluateScalar = (trace: Trace, spans: readonly Span[]) => number | undefined

function compileScalar(scalar: Scalar): EvaluateScalar {
  if (scalar.kind === 'number') return () => scalar.value
  if (scalar.kind === 'computed') {
    const [left, right] = [compileScalar(scalar.left), compileScalar(scalar.right)]
    return (trace, spans) => computed(scalar.operator, left(trace, spans), right(trace, spans))
  }
  if (scalar.of === undefined) return (_, spans) => spans.length
  const { name } = scalar
  const of = compileNumber(scalar.of)
  return (trace, spans) => {
    const numbers = spans.map(span => of(span, trace)).filter(value => value !== undefined)
    return numbers.length === 0 ? undefined : aggregated(name, numbers)
  }
}

function aggregated(name: AggregateName, numbers: readonly number[]): number {
  const sum = () => numbers.reduce((total, value) => total + value, 0)
  if (name === 'sum') return sum()
  if (name === 'avg') return sum() / numbers.length
  const isMin = name === 'min'
  return numbers.reduce((best, value) => (isMin === value < best ? value : best))
}

function byStage(of: Expression): EvaluateStage {
  const value = compile(of)
  return (trace, sets) =>
    sets.flatMap(({ spans, by }) =>
      [...Map.groupBy(spans, span => value(span, trace))].map(([key, group]) => ({
        spans: group,
        by: [...by, key],
      })),
    )
}

function coalesce(trace: Trace, sets: readonly Spanset[]): Spanset[] {
  if (sets.length === 0) return []
  const taken = new Set(sets.flatMap(({ spans }) => spans))
  return [{ spans: trace.spans.filter(span => taken.has(span)), by: [] }]
}

/** The fields that a pipeline selects, and those that its conditions ask for: what is shown of each span. */
export function shownFields({ first, stages }: Pipeline): Field[] {
  const fields = [
    ...fieldsOfSpansets(first),
    ...stages.flatMap(stage => {
      if (stage.kind === 'select') return stage.fields
      if (stage.kind === 'by') return fieldsOf(stage.of)
      return stage.kind === 'spansets' ? fieldsOfSpansets(stage.of) : []
    }),
  ]
  return [...new Map(fields.map(field => [JSON.stringify(field), field])).values()]
}

function fieldsOfSpansets(expression: SpansetExpression): Field[] {
  if (expression.kind === 'spans') return fieldsOf(expression.condition)
  if (expression.kind === 'pipeline') return shownFields(expression.pipeline)
  return [...fieldsOfSpansets(expression.left), ...fieldsOfSpansets(expression.right)]
}

function fieldsOf(expression: Expression): Field[] {
  switch (expression.kind) {
    case 'attribute':
    case 'intrinsic':
      return [expression]
    case 'not':
    case 'negate':
      return fieldsOf(expression.of)
    case 'literal':
    case 'text':
      return []
    default:
      return [...fieldsOf(expression.left), ...fieldsOf(expression.right)]
  }
}
