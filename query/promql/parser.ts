import { nearest } from '../../lib/base/index.ts'
import type { QueryError } from '../../lib/logql/index.ts'
import {
  type Aggregation,
  type AggregationOperator,
  aggregationOperators,
  type Binary,
  type BinaryOperator,
  type Expression,
  type Moment,
  type Place,
  type Selector,
  type Subquery,
} from './ast.ts'
import { checkArguments, checkBinary, checkVector } from './check.ts'
import { type DurationContext, DurationParser, numberValue } from './duration.ts'
import { functions } from './functions/index.ts'
import { infoSelectorOf } from './info-selectors.ts'
import { asksForSomething, readSelector } from './parse-selector.ts'
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
  readonly #durations: DurationParser
  #depth = 0

  constructor(text: string, context: DurationContext) {
    this.#tokens = new TokenReader(text)
    this.#durations = new DurationParser(this.#tokens, context)
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
    const bool = tokens.takesWord('bool')
    const matching = this.#matching()
    const fill = this.#fill()
    const right = this.#expression(operator === '^' ? own : own + 1)
    const { on, labels, group } = matching ?? { on: false, labels: [], group: undefined }
    const place = { from: left.from, to: right.to }
    const binary: Binary = { kind: 'binary', operator, bool, on, labels, group, fill, left, right, ...place }
    checkBinary(binary, matching !== undefined, (message, hint) => tokens.error(message, sign.from, hint))
    return binary
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
      const value = this.#signedNumber()
      tokens.expectSign(')', 'fill')
      if (word !== 'fill_right') fill.left = value
      if (word !== 'fill_left') fill.right = value
    }
    return fill
  }

  #signedNumber(): number {
    const tokens = this.#tokens
    const sign = tokens.takesSign('-') ? -1 : 1
    if (sign === 1) tokens.takesSign('+')
    if (tokens.next.kind !== 'number' && tokens.next.kind !== 'duration')
      throw tokens.unexpected('the query', 'a number is expected')
    return sign * numberValue(tokens.take().text)
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
    if (!tokens.isSign('-', '+')) return this.#modified(this.#primary())
    const sign = tokens.take()
    const of = this.#expression(power)
    const type = typeOf(of)
    if (type !== 'scalar' && type !== 'vector')
      throw tokens.error('a sign goes with a number or an instant vector', sign.from)
    if (sign.text === '+') return of
    const place = { from: sign.from, to: of.to }
    return of.kind === 'number' ? { ...of, ...place, value: -of.value } : { kind: 'negation', of, ...place }
  }

  #modified(given: Expression): Expression {
    return this.#checked(this.#modifiers(given))
  }

  /** What may stand behind an expression: a range, `offset`, `@`, `anchored` and `smoothed`, in any order. */
  #modifiers(given: Expression): Expression {
    const tokens = this.#tokens
    let expression = given
    for (;;) {
      if (tokens.isSign('[')) expression = this.#range(expression)
      else if (tokens.takesWord('offset')) expression = this.#offset(expression)
      else if (tokens.takesSign('@')) expression = this.#at(expression)
      else if (tokens.isWord('anchored', 'smoothed')) expression = this.#extended(expression)
      else return expression
      expression = { ...expression, to: tokens.endBefore }
    }
  }

  #checked(expression: Expression): Expression {
    if (expression.kind === 'selector' && !expression.matchers.some(asksForSomething))
      throw this.#tokens.error(
        'a selector needs a metric name or a label that must have a value',
        expression.from,
      )
    return expression
  }

  #range(of: Expression): Expression {
    const tokens = this.#tokens
    tokens.expectSign('[', 'a range')
    const range = this.#durations.positive()
    if (tokens.takesSign(':')) return this.#subquery(this.#checked(of), range)
    tokens.expectSign(']', 'a range')
    if (of.kind !== 'selector' || of.range !== undefined)
      throw tokens.error('only a selector can have a range', of.from, 'write a subquery, as in [5m:1m]')
    if (of.offset !== undefined || of.at !== undefined)
      throw tokens.error('offset and @ stand behind the range', of.from)
    return { ...of, range }
  }

  #subquery(of: Expression, range: Subquery['range']): Subquery {
    const step = this.#tokens.isSign(']') ? undefined : this.#durations.positive()
    this.#tokens.expectSign(']', 'a subquery')
    if (typeOf(of) !== 'vector' && typeOf(of) !== 'scalar')
      throw this.#tokens.error('a subquery is of an instant vector or a number', of.from)
    return { kind: 'subquery', of, range, step, offset: undefined, at: undefined, from: of.from, to: of.to }
  }

  #offset(of: Expression): Expression {
    const inner = this.#selecting(of, 'offset')
    if (inner.offset !== undefined) throw this.#tokens.error('offset stands there twice', of.from)
    return { ...inner, offset: this.#durations.offset() }
  }

  #at(of: Expression): Expression {
    const inner = this.#selecting(of, '@')
    if (inner.at !== undefined) throw this.#tokens.error('@ stands there twice', of.from)
    return { ...inner, at: this.#moment() }
  }

  #moment(): Moment {
    const tokens = this.#tokens
    if (tokens.isWord('start', 'end')) {
      const word = tokens.take().text.toLowerCase() as 'start' | 'end'
      tokens.expectSign('(', '@')
      tokens.expectSign(')', '@')
      return word
    }
    const { from } = tokens.next
    const seconds = this.#signedNumber()
    if (!Number.isFinite(seconds)) throw tokens.error('the time of @ is a number of seconds', from)
    return Math.round(seconds * 1000)
  }

  #extended(of: Expression): Expression {
    const extension = this.#tokens.take().text.toLowerCase() as 'anchored' | 'smoothed'
    if (of.kind !== 'selector') throw this.#tokens.error(`${extension} goes with a selector`, of.from)
    if (of.extension !== undefined)
      throw this.#tokens.error('only one of anchored and smoothed can be there', of.from)
    return { ...of, extension }
  }

  #selecting(of: Expression, what: string): Selector | Subquery {
    if (of.kind === 'selector' || of.kind === 'subquery') return of
    throw this.#tokens.error(
      `${what} goes with a selector or a subquery`,
      of.from,
      'put it behind the selector inside',
    )
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

  #arguments(takesAnySelector = false): Expression[] {
    const tokens = this.#tokens
    tokens.expectSign('(', 'a call')
    const given: Expression[] = []
    while (!tokens.isSign(')')) {
      // labels alone, which need not ask for anything
      const isLabels = takesAnySelector && given.length > 0 && tokens.isSign('{')
      given.push(isLabels ? this.#modifiers(readSelector(tokens)) : this.#expression(1))
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
