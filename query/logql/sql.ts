import type { LabelExpression, LineFilter, LogQuery, MatchOperator, Stage } from './ast.ts'
import { attributeKeys, sqlColumnOf } from './fields.ts'
import { labelUnits } from './units.ts'

/** A condition with its parameters, as ClickHouse's HTTP interface takes them: nothing of the query is ever in the SQL text. */
export interface SqlCondition {
  sql: string
  params: Record<string, string | number | string[]>
}

/**
 * The query as a WHERE condition over otel_logs, without time. Gives the same answer as `compilePredicate`; beside the
 * exact condition it names words that must be there, so that the text index can leave out granules.
 */
export function toSql(query: LogQuery): SqlCondition {
  const writer = new SqlWriter()
  const conditions = [
    ...query.matchers.map(m => writer.text(m.label, m.operator, m.value)),
    ...query.stages.map(stage => writer.stage(stage)),
  ]
  return { sql: conditions.length === 0 ? '1' : conditions.join(' AND '), params: writer.params }
}

/** True when only service, host and level are asked for, so that the rollups have the exact answer. */
export function answeredByRollup(query: LogQuery): boolean {
  const rolled = new Set(['ServiceName', 'Host', 'Level'])
  const inRollup = (label: string) => rolled.has(sqlColumnOf(label) ?? '')
  const expression = (e: LabelExpression): boolean =>
    e.kind === 'and' || e.kind === 'or'
      ? expression(e.left) && expression(e.right)
      : e.kind === 'text' && inRollup(e.label)
  return (
    query.matchers.every(m => inRollup(m.label)) &&
    query.stages.every(stage => stage.kind === 'label' && expression(stage.expression))
  )
}

class SqlWriter {
  readonly params: SqlCondition['params'] = {}
  #count = 0

  stage(stage: Stage): string {
    if (stage.kind === 'label') return this.#expression(stage.expression)
    if (stage.kind === 'words') return `hasAllTokens(lower(Body), ${this.#list([...stage.words])})`
    return this.#line(stage)
  }

  text(label: string, operator: MatchOperator, value: string): string {
    const column = this.#label(label)
    if (operator === '=') return `(${this.#indexHint(label, value)}${column} = ${this.#string(value)})`
    if (operator === '!=') return `${column} != ${this.#string(value)}`
    const match = `match(${column}, ${this.#string(`^(?:${value})$`)})`
    return operator === '=~' ? match : `NOT ${match}`
  }

  #expression(expression: LabelExpression): string {
    if (expression.kind === 'text') return this.text(expression.label, expression.operator, expression.value)
    if (expression.kind === 'number') return this.#number(expression)
    const joined = [expression.left, expression.right]
      .map(e => this.#expression(e))
      .join(` ${expression.kind} `)
    return `(${joined})`
  }

  #line(filter: LineFilter): string {
    const found = filter.values.map(value =>
      filter.operator.endsWith('~')
        ? `match(Body, ${this.#string(value)})`
        : this.#contains(value, filter.operator),
    )
    const any = `(${found.join(' OR ')})`
    return filter.operator.startsWith('|') ? any : `NOT ${any}`
  }

  #contains(value: string, operator: string): string {
    if (value === '') return '1'
    const exact = `position(Body, ${this.#string(value)}) > 0`
    const words = operator === '|=' ? wholeWords(value) : []
    return words.length === 0 ? exact : `(hasAllTokens(lower(Body), ${this.#list(words)}) AND ${exact})`
  }

  /** Values in units (`250ms`, `5KB`) are brought to one number first, as the evaluator does. */
  #number(expression: Extract<LabelExpression, { kind: 'number' }>): string {
    const column = this.#label(expression.label)
    const value = this.#add(expression.value, 'Float64')
    const number = numberSql(column)
    return `ifNull(${number} ${expression.operator} ${value}, ${expression.operator === '!=' ? 1 : 0})`
  }

  #label(label: string): string {
    const column = sqlColumnOf(label)
    if (column !== undefined) return column
    const candidates = attributeKeys(label).flatMap(key => {
      const name = this.#string(key)
      return [`LogAttributes[${name}]`, `ResourceAttributes[${name}]`]
    })
    return candidates.reduceRight((rest, value) => `if(${value} != '', ${value}, ${rest})`, `''`)
  }

  /** An attribute that equals a value must be among the values of a map: the index over them leaves granules out. */
  #indexHint(label: string, value: string): string {
    if (sqlColumnOf(label) !== undefined || value === '') return ''
    const name = this.#string(value)
    return `(has(mapValues(LogAttributes), ${name}) OR has(mapValues(ResourceAttributes), ${name})) AND `
  }

  #string(value: string): string {
    return this.#add(value, 'String')
  }

  #list(values: string[]): string {
    return this.#add(values, 'Array(String)')
  }

  #add(value: string | number | string[], type: string): string {
    const name = `q${this.#count++}`
    this.params[name] = value
    return `{${name}:${type}}`
  }
}

/** A label's text as Nullable(Float64), as `numberOf` reads it. */
function numberSql(column: string): string {
  const names = Object.keys(labelUnits)
  const number = `extract(${column}, '^(-?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?)(?:${names.join('|')})?$')`
  const units = ['', ...names].map(unit => `'${unit}'`).join(', ')
  const factors = [1, ...Object.values(labelUnits)].map(factor => factor.toExponential()).join(', ')
  const unit = `substring(${column}, length(${number}) + 1)`
  return `toFloat64OrNull(${number}) * transform(${unit}, [${units}], [${factors}], 1.)`
}

/** Words of a needle that must be whole words in any line with it: those not at an edge that may cut a word. */
function wholeWords(needle: string): string[] {
  const lower = needle.replaceAll(/[A-Z]+/g, run => run.toLowerCase())
  const runs = [...lower.matchAll(/[a-z0-9\u0080-\u{10ffff}]+/gu)]
  return runs.filter(run => run.index > 0 && run.index + run[0].length < lower.length).map(run => run[0])
}
