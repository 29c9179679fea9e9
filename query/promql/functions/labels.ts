import { codeOf, messageOf, OperatingError } from '../../../lib/base/index.ts'
import { wholeRegex } from '../../../lib/logql/index.ts'
import { bare, type Expression } from '../ast.ts'
import { type Column, distinct, emptyColumn, put, sampleAt, type Value, vectorOf } from '../column.ts'
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
    optional: 1,
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
      const columns = evaluation.windows(of as Expression, () => 1, true)
      return vectorOf(absent(evaluation, of as Expression, columns))
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
  const regex = regexOf(pattern)
  const template = regex.template(replacement)
  const columns = evaluation.vector(of).map(column => {
    const value = column.labels[source] ?? ''
    const found = regex.exec(value)
    return found === undefined ? column : withLabel(column, target, template.expand(value, found.ranges))
  })
  return vectorOf(distinct(columns))
}

/** Errors: QUERY_EXECUTION. */
function regexOf(pattern: string): ReturnType<typeof wholeRegex> {
  try {
    return wholeRegex(pattern)
  } catch (error) {
    if (codeOf(error) !== 'RE2_SYNTAX') throw error
    throw new OperatingError(
      'QUERY_EXECUTION',
      `invalid regular expression in label_replace(): ${messageOf(error)}`,
    )
  }
}

function labelJoin(evaluation: Evaluation, given: readonly Expression[]): Value {
  const [of, ...texts] = given as [Expression, ...Expression[]]
  const [target = '', separator = '', ...sources] = texts.map(text => evaluation.text(text))
  for (const name of [target, ...sources]) checkLabel(name)
  const columns = evaluation
    .vector(of)
    .map(column =>
      withLabel(column, target, sources.map(source => column.labels[source] ?? '').join(separator)),
    )
  return vectorOf(distinct(columns))
}

/** Errors: QUERY_EXECUTION where no label can have the name. */
export function checkLabel(name: string): void {
  if (name !== '' && name.isWellFormed()) return
  const what = name === '' ? 'a label has no name' : 'the name of a label is no UTF-8'
  throw new OperatingError('QUERY_EXECUTION', `${what}: give one, as in "service"`)
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

function labelsAskedFor(given: Expression): Record<string, string> {
  const of = bare(given)
  if (of.kind !== 'selector') return {}
  const labels: Record<string, string> = {}
  const seen = new Set<string>()
  for (const { name, operator, value } of of.matchers) {
    if (name === '__name__') continue
    if (operator === '=' && !seen.has(name)) {
      labels[name] = value
      seen.add(name)
    } else delete labels[name]
  }
  return labels
}

function scalar(evaluation: Evaluation, [of]: readonly Expression[]): Value {
  const columns = evaluation.vector(of as Expression)
  const values = Float64Array.from({ length: evaluation.steps.count }, (_, step) => {
    const there = columns.flatMap(column => sampleAt(column, step) ?? [])
    const numbers = there.filter(sample => typeof sample === 'number')
    return numbers.length === 1 ? (numbers[0] as number) : Number.NaN
  })
  return { kind: 'scalar', values }
}
