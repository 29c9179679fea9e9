import { nearest } from '../../lib/base/index.ts'
import type { QueryError } from '../../lib/logql/index.ts'
import {
  type Aggregation,
  type AggregationOperator,
  aggregationOperators,
  type Binary,
  type BinaryOperator,
  type Expression,
  isComparison,
  type Place,
} from './ast.ts'
import { checkArguments, checkBinary, checkVector } from './check.ts'
import { type DurationContext, numberValue, signedNumber } from './duration.ts'
import { functions } from './functions/index.ts'
import { infoSelectorOf } from './info-selectors.ts'
import { ModifierParser } from './parse-modifiers.ts'
import { readSelector } from './parse-selector.ts'
import { TokenReader } from './token-reader.ts'
import { typeOf } from './types.ts'

const aggregations: ReadonlySet<string> = new Set(aggregationOperators)
/** How tightly operators bind; a power binds to the right, and tighter than a sign before it. */
const levels: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '<': 3,
  '>=': 3,
  '<=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
}
const power = 6
/** Nesting that is read; more is nothing that a person wrote. */
const maxDepth = 200

/**
 * Reads PromQL, and checks what goes with what. `context` is what `step()` and `range()` in durations stand for. Source:
 * Prometheus querying/basics and operators. Errors: QUERY_INVALID (a QueryError with position).
 *
 * @example
 * parsePromQl('rate(http_requests_total{service="web"}[5m])').kind // => 'call'
 */
export function parsePromQl(text: string, context: DurationContext = {}): Expression {
  const parser = new Parser(text, context)
  return parser.query()
}

class Parser {
  readonly #tokens: TokenReader
  readonly #modifiers: ModifierParser
  readonly #isLogQl: boolean
  #depth = 0

  constructor(text: string, context: DurationContext) {
    this.#isLogQl = context.isLogQl === true
    this.#tokens = new TokenReader(text)
    this.#modifiers = new ModifierParser(this.#tokens, context)
  }

  query(): Expression {
    const tokens = this.#tokens
    if (tokens.isEnd)
      throw tokens.error('the query is empty', 0, 'name a metric, as in system_cpu_utilization_ratio')
    const expression = this.#expression(1)
    if (!tokens.isEnd) throw tokens.unexpected('the query')
    return expression
  }

  #expression(level: number): Expression {
    if (++this.#depth > maxDepth) throw this.#tokens.unexpected('the query', 'it is nested too deeply')
    let left = this.#unary()
    for (;;) {
      const operator = this.#operator()
      const own = operator === undefined ? 0 : (levels[operator] as number)
      if (operator === undefined || own < level) break
      left = this.#binary(operator, own, left)
    }
    this.#depth--
    return left
  }

  #operator(): BinaryOperator | undefined {
    const { kind, text } = this.#tokens.next
    const operator = text.toLowerCase()
    if (kind !== 'sign' && kind !== 'name') return undefined
    return Object.hasOwn(levels, operator) ? (operator as BinaryOperator) : undefined
  }

  #binary(operator: BinaryOperator, own: number, left: Expression): Expression {
    const tokens = this.#tokens
    const sign = tokens.take()
    const hasBool = tokens.takesWord('bool')
    const matching = this.#matching()
    const fill = this.#fill()
    const right = this.#expression(operator === '^' ? own : own + 1)
    const { on, labels, group } = matching ?? { on: false, labels: [], group: undefined }
    const place = { from: left.from, to: right.to }
    const areNumbers = typeOf(left) === 'scalar' && typeOf(right) === 'scalar'
    const bool = hasBool || (this.#isLogQl && areNumbers && isComparison(operator))
    const read: Binary = { kind: 'binary', operator, bool, on, labels, group, fill, left, right, ...place }
    const binary = this.#isLogQl ? { ...read, guardsZero: true } : read
    checkBinary(binary, matching !== undefined, (message, hint) => tokens.error(message, sign.from, hint))
    const isOfNumbers = typeOf(left) === 'scalar' || typeOf(right) === 'scalar'
    return isOfNumbers ? { ...binary, on: false, group: undefined } : binary
  }

  #matching(): Pick<Binary, 'on' | 'labels' | 'group'> | undefined {
    const tokens = this.#tokens
    if (!tokens.isWord('on', 'ignoring')) return undefined
    const on = tokens.take().text.toLowerCase() === 'on'
    const labels = this.#labels()
    if (!tokens.isWord('group_left', 'group_right')) return { on, labels, group: undefined }
    const many = tokens.take().text.toLowerCase() === 'group_left' ? 'left' : 'right'
    return { on, labels, group: { many, include: tokens.isSign('(') ? this.#labels() : [] } }
  }

  #fill(): Binary['fill'] {
    const tokens = this.#tokens
    const fill: Binary['fill'] = {}
    while (tokens.isWord('fill', 'fill_left', 'fill_right') && tokens.second.text === '(') {
      const word = tokens.take().text.toLowerCase()
      tokens.expectSign('(', 'fill')
      const value = signedNumber(tokens)
      tokens.expectSign(')', 'fill')
      if (word !== 'fill_right') fill.left = value
      if (word !== 'fill_left') fill.right = value
    }
    return fill
  }

  #labels(): string[] {
    const tokens = this.#tokens
    tokens.expectSign('(', 'grouping')
    const labels: string[] = []
    while (!tokens.isSign(')')) {
      const { kind } = tokens.next
      if (kind !== 'name' && kind !== 'string') throw tokens.unexpected('grouping', 'a label is expected')
      labels.push(tokens.take().text)
      if (!tokens.takesSign(',')) break
    }
    tokens.expectSign(')', 'grouping')
    return labels
  }

  #unary(): Expression {
    const tokens = this.#tokens
    if (!tokens.isSign('-', '+')) return this.#modifiers.checked(this.#modifiers.read(this.#primary()))
    const sign = tokens.take()
    const of = this.#expression(power)
    const type = typeOf(of)
    if (type !== 'scalar' && type !== 'vector')
      throw tokens.error('a sign goes with a number or an instant vector', sign.from)
    const place = { from: sign.from, to: of.to }
    if (of.kind !== 'number') return { kind: 'sign', sign: sign.text as '+' | '-', of, ...place }
    return { ...of, ...place, value: sign.text === '-' ? -of.value : of.value }
  }

  #primary(): Expression {
    const tokens = this.#tokens
    const { kind, text, from, to } = tokens.next
    if (kind === 'number' || kind === 'duration') {
      tokens.take()
      return { kind: 'number', value: numberValue(text), isDuration: kind === 'duration', from, to }
    }
    if (kind === 'string') {
      tokens.take()
      return { kind: 'text', value: text, from, to }
    }
    if (tokens.takesSign('(')) {
      const of = this.#expression(1)
      return { kind: 'paren', of, from, to: tokens.expectSign(')', 'the query').to }
    }
    if (tokens.isSign('{')) return readSelector(tokens)
    if (kind !== 'name') throw tokens.unexpected('the query')
    return this.#named()
  }

  /** An aggregation, a call, or the name of a metric: keywords may be that too. */
  #named(): Expression {
    const { next, second } = this.#tokens
    const word = next.text.toLowerCase()
    const groups = second.kind === 'name' && /^(by|without)$/i.test(second.text)
    if (aggregations.has(word) && (second.text === '(' || groups) && second.kind !== 'string')
      return this.#aggregation(word as AggregationOperator)
    if (second.kind === 'sign' && second.text === '(') return this.#call()
    return readSelector(this.#tokens)
  }

  #aggregation(operator: AggregationOperator): Aggregation {
    const tokens = this.#tokens
    const { from } = tokens.take()
    let grouping = this.#grouping()
    const given = this.#arguments()
    const { endBefore } = tokens
    const behind = this.#grouping()
    if (grouping !== undefined && behind !== undefined)
      throw tokens.error('the labels of an aggregation are given twice', endBefore)
    grouping ??= behind
    const place = { from, to: tokens.endBefore }
    const { parameter, of } = this.#operands(operator, given, place)
    const { by, labels } = grouping ?? { by: true, labels: [] }
    return { kind: 'aggregation', operator, by, labels, parameter, of, ...place }
  }

  #grouping(): Pick<Aggregation, 'by' | 'labels'> | undefined {
    if (!this.#tokens.isWord('by', 'without')) return undefined
    const by = this.#tokens.take().text.toLowerCase() === 'by'
    return { by, labels: this.#labels() }
  }

  #operands(operator: AggregationOperator, given: readonly Expression[], { from }: Place) {
    const tokens = this.#tokens
    const wanted = parameterOf(operator)
    const count = wanted === undefined ? 1 : 2
    if (given.length !== count) {
      const takes = wanted === undefined ? 'one argument' : `a ${wanted} and an instant vector`
      throw tokens.error(`${operator} takes ${takes}, found ${given.length}`, from)
    }
    const of = given.at(-1) as Expression
    const parameter = wanted === undefined ? undefined : (given[0] as Expression)
    if (parameter !== undefined && typeOf(parameter) !== wanted)
      throw tokens.error(`the first argument of ${operator} is a ${wanted}`, parameter.from)
    checkVector(operator, of, message => tokens.error(message, of.from))
    return { parameter, of }
  }

  #call(): Expression {
    const tokens = this.#tokens
    const { text: name, from } = tokens.next
    const known = functions[name]
    if (known === undefined) throw unknownFunction(tokens, name, from)
    tokens.take()
    const values = this.#arguments(known.takesAnySelector)
    const place = { from, to: tokens.endBefore }
    if (known.takesAnySelector === true) this.#checkLabels(values.slice(1))
    checkArguments(name, known, values, (message, i, hint) =>
      tokens.error(message, values[i]?.from ?? from, hint),
    )
    const reads = name === 'info' ? infoSelectorOf(values) : undefined
    return {
      kind: 'call',
      name,
      arguments: values,
      returns: known.returns,
      ...(reads === undefined ? {} : { reads }),
      ...place,
    }
  }

  /** Labels in braces, of no metric. */
  #checkLabels(given: readonly Expression[]): void {
    const odd = given.find(
      one => one.kind !== 'selector' || one.name !== undefined || one.range !== undefined,
    )
    if (odd !== undefined)
      throw this.#tokens.error('labels in braces are expected here', odd.from, 'as in {version="1.0"}')
  }

  #arguments(takesAnySelector = false): Expression[] {
    const tokens = this.#tokens
    tokens.expectSign('(', 'a call')
    const given: Expression[] = []
    while (!tokens.isSign(')')) {
      // labels alone, which need not ask for anything
      const isLabels = takesAnySelector && given.length > 0 && tokens.isSign('{')
      given.push(isLabels ? this.#modifiers.read(readSelector(tokens)) : this.#expression(1))
      if (!tokens.takesSign(',')) break
      if (tokens.isSign(')')) throw tokens.unexpected('a call', 'an argument is expected')
    }
    tokens.expectSign(')', 'a call')
    return given
  }
}

function parameterOf(operator: AggregationOperator): 'scalar' | 'string' | undefined {
  if (operator === 'count_values') return 'string'
  return ['topk', 'bottomk', 'quantile', 'limitk', 'limit_ratio'].includes(operator) ? 'scalar' : undefined
}

function unknownFunction(tokens: TokenReader, name: string, at: number): QueryError {
  const like = nearest(name, [...Object.keys(functions), ...aggregations])
  const suggestion = like === undefined ? undefined : `did you mean ${like}?`
  return tokens.error(`the function ${name} is not known here`, at, suggestion)
}
