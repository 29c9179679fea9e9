import { OperatingError } from '../../../lib/base/index.ts'
import { wholeRegex } from '../../../lib/logql/index.ts'
import type { Expression } from '../ast.ts'
import { type Column, distinct, emptyColumn, put, type Value, vectorOf } from '../column.ts'
import type { Evaluation, FunctionKind } from './kind.ts'

/** Functions of labels, and of whether there is anything. Source: Prometheus querying/functions. */
export const labels: Readonly<Record<string, FunctionKind>> = {
  label_replace: {
    args: ['vector', 'string', 'string', 'string', 'string'],
    returns: 'vector',
    evaluate: labelReplace,
  },
  label_join: {
    args: ['vector', 'string', 'string', 'string'],
    isVariadic: true,
    returns: 'vector',
    evaluate: labelJoin,
  },
  absent: {
    args: ['vector'],
    returns: 'vector',
    evaluate: (evaluation, [of]) =>
      vectorOf(absent(evaluation, of as Expression, evaluation.vector(of as Expression))),
  },
  absent_over_time: {
    args: ['matrix'],
    returns: 'vector',
    evaluate: (evaluation, [of]) => {
      const present = { numbers: () => 1, histograms: () => 1 }
      return vectorOf(
        absent(evaluation, of as Expression, evaluation.windows(of as Expression, present, false)),
      )
    },
  },
  scalar: { args: ['vector'], returns: 'scalar', evaluate: scalar },
  vector: {
    args: ['scalar'],
    returns: 'vector',
    evaluate: (evaluation, [of]) => {
      const column = emptyColumn({}, evaluation.steps.count)
      for (const [step, value] of evaluation.scalar(of as Expression).entries()) put(column, step, value)
      return vectorOf([column])
    },
  },
}

function labelReplace(evaluation: Evaluation, given: readonly Expression[]): Value {
  const [of, ...texts] = given as [Expression, ...Expression[]]
  const [target = '', replacement = '', source = '', pattern = ''] = texts.map(text => evaluation.text(text))
  checkLabel(target)
  const regex = wholeRegex(pattern)
  const template = regex.template(replacement)
  const columns = evaluation.vector(of).map(column => {
    const value = column.labels[source] ?? ''
    const found = regex.exec(value)
    return found === undefined ? column : withLabel(column, target, template.expand(value, found.ranges))
  })
  return vectorOf(distinct(columns))
}

function labelJoin(evaluation: Evaluation, given: readonly Expression[]): Value {
  const [of, ...texts] = given as [Expression, ...Expression[]]
  const [target = '', separator = '', ...sources] = texts.map(text => evaluation.text(text))
  checkLabel(target)
  const columns = evaluation
    .vector(of)
    .map(column =>
      withLabel(column, target, sources.map(source => column.labels[source] ?? '').join(separator)),
    )
  return vectorOf(distinct(columns))
}

function checkLabel(name: string): void {
  if (name !== '') return
  throw new OperatingError('QUERY_EXECUTION', 'the label to write has no name: give one, as in "service"')
}

/** An empty label is none. */
function withLabel(column: Column, name: string, value: string): Column {
  const { [name]: _, ...rest } = column.labels
  return { ...column, labels: value === '' ? rest : { ...rest, [name]: value } }
}

/** One where nothing is; its labels are those that a selector asks for by equality. */
function absent({ steps }: Evaluation, of: Expression, columns: readonly Column[]): Column[] {
  const column = emptyColumn(labelsAskedFor(of), steps.count)
  for (let step = 0; step < steps.count; step++)
    if (!columns.some(({ present }) => present[step] === 1)) put(column, step, 1)
  return column.present.includes(1) ? [column] : []
}

function labelsAskedFor(of: Expression): Record<string, string> {
  if (of.kind !== 'selector') return {}
  const named = Map.groupBy(of.matchers, ({ name }) => name)
  const single = [...named].filter(([name, matchers]) => name !== '__name__' && matchers.length === 1)
  const equal = single.flatMap(([name, [matcher]]) =>
    matcher?.operator === '=' ? [[name, matcher.value] as const] : [],
  )
  return Object.fromEntries(equal)
}

function scalar(evaluation: Evaluation, [of]: readonly Expression[]): Value {
  const columns = evaluation.vector(of as Expression)
  const values = Float64Array.from({ length: evaluation.steps.count }, (_, step) => {
    const there = columns.filter(({ present }) => present[step] === 1)
    return there.length === 1 ? ((there[0] as Column).values[step] as number) : Number.NaN
  })
  return { kind: 'scalar', values }
}
