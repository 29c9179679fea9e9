import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { nearest } from '../../lib/base/index.ts'
import { checkRegex, QueryError, readStringLiteral } from '../../lib/logql/index.ts'
import {
  type AggregationOperator,
  aggregationOperators,
  type Binary,
  type BinaryOperator,
  type Expression,
  type LabelMatch,
  type Moment,
  type Selector,
  type Subquery,
} from './ast.ts'
import { checkArguments, checkBinary, checkVector, typeOf } from './check.ts'
import { type DurationContext, durationMs, numberValue } from './durations.ts'
import { functions } from './functions/index.ts'
import { children } from './nodes.ts'

const aggregations: ReadonlySet<string> = new Set(aggregationOperators)

/**
 * Reads PromQL by Prometheus' own grammar and makes small frozen nodes of it, checked for their types. `context` is what
 * `step()` and `range()` in durations stand for. Errors: QUERY_INVALID (a QueryError with position).
 *
 * @example
 * parsePromQl('rate(http_requests_total{service="web"}[5m])').kind // => 'call'
 */
export function parsePromQl(text: string, context: DurationContext = {}): Expression {
  if (text.trim() === '')
    throw new QueryError('the query is empty', text, 0, 'name a metric, as in system_cpu_utilization_ratio')
  const tree = parser.parse(text)
  refuseErrors(tree.topNode, text)
  const expression = new Converter(text, context).expression(firstExpression(tree.topNode))
  if (typeOf(expression) === 'matrix')
    throw new QueryError('a range vector is no answer by itself', text, 0, `rate(${text.trim()}) gives one`)
  return expression
}

function refuseErrors(top: SyntaxNode, text: string): void {
  const cursor = top.cursor()
  do {
    if (!cursor.type.isError) continue
    refuseUnknownFunction(text)
    const at = Math.min(cursor.from, text.length)
    const found = text.slice(at, at + 20).split(/\s/)[0]
    throw new QueryError(
      found === '' || found === undefined ? 'the query ends too early' : `unexpected ${found}`,
      text,
      at,
    )
  } while (cursor.next())
}

const keywords: ReadonlySet<string> = new Set(
  'by without on ignoring and or unless bool offset group_left group_right start end atan2 step range min max'.split(
    ' ',
  ),
)

/** The grammar takes an unknown function for a metric and stumbles over what follows: say what it was. */
function refuseUnknownFunction(text: string): void {
  for (const found of text.matchAll(/([a-zA-Z_][\w:]*)\s*\(/g)) {
    const name = found[1] as string
    if (
      functions[name] !== undefined ||
      aggregations.has(name.toLowerCase()) ||
      keywords.has(name.toLowerCase())
    )
      continue
    throw unknownFunction(name, text, found.index)
  }
}

function unknownFunction(name: string, text: string, at: number): QueryError {
  const like = nearest(name, [...Object.keys(functions), ...aggregations])
  const suggestion = like === undefined ? undefined : `did you mean ${like}?`
  return new QueryError(`the function ${name} is not known here`, text, at, suggestion)
}

class Converter {
  readonly #text: string
  readonly #context: DurationContext

  constructor(text: string, context: DurationContext) {
    this.#text = text
    this.#context = context
  }

  expression(node: SyntaxNode | null): Expression {
    if (node === null) throw new QueryError('the query ends too early', this.#text, this.#text.length)
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: numberValue(this.#of(node)) }
      case 'StringLiteral':
        return { kind: 'text', value: this.#string(node) }
      case 'ParenExpr':
        return this.expression(innerOf(node))
      case 'VectorSelector':
        return this.#selector(node)
      case 'MatrixSelector':
        return this.#range(node)
      case 'SubqueryExpr':
        return this.#subquery(node)
      case 'OffsetExpr':
        return this.#offset(node)
      case 'StepInvariantExpr':
        return this.#at(node)
      case 'AggregateExpr':
        return this.#aggregation(node)
      case 'FunctionCall':
        return this.#call(node)
      case 'BinaryExpr':
        return this.#binary(node)
      case 'UnaryExpr':
        return this.#unary(node)
      default:
        throw this.#error(node, `${describe(node.name)} is not known here`)
    }
  }

  #selector(node: SyntaxNode): Selector {
    const matchers: LabelMatch[] = []
    const identifier = node.getChild('Identifier')
    if (identifier !== null) matchers.push({ name: '__name__', operator: '=', value: this.#of(identifier) })
    const list = node.getChild('LabelMatchers')
    for (const matcher of all(list, ['UnquotedLabelMatcher', 'QuotedLabelMatcher', 'QuotedLabelName']))
      matchers.push(this.#matcher(matcher))
    if (!matchers.some(asksForSomething))
      throw this.#error(node, 'a selector needs a metric name or a label that must have a value')
    return { kind: 'selector', matchers, rangeMs: undefined, offsetMs: 0, at: undefined }
  }

  #matcher(node: SyntaxNode): LabelMatch {
    const [name, operator, value] = children(node)
    if (name === undefined || operator === undefined || value === undefined)
      return { name: '__name__', operator: '=', value: this.#name(node) }
    const text = this.#string(value)
    const match = this.#of(operator) as LabelMatch['operator']
    if (match.endsWith('~')) checkRegex(text, this.#text, value.from)
    return { name: this.#name(name), operator: match, value: text }
  }

  #range(node: SyntaxNode): Selector {
    const inner = this.expression(node.firstChild)
    const literal = node.getChild('DurationExpr')
    if (inner.kind !== 'selector' || inner.rangeMs !== undefined || literal === null)
      throw this.#error(node, 'only a selector can have a range', 'write a subquery, as in [5m:1m]')
    return { ...inner, rangeMs: this.#positiveMs(literal) }
  }

  #subquery(node: SyntaxNode): Subquery {
    const [range, step] = all(node, ['DurationExpr'])
    const of = this.expression(node.firstChild)
    if (typeOf(of) === 'matrix' || typeOf(of) === 'string')
      throw this.#error(node, 'a subquery is of an instant vector or a number')
    const stepMs = step === undefined ? undefined : this.#positiveMs(step)
    return {
      kind: 'subquery',
      of,
      rangeMs: this.#positiveMs(range as SyntaxNode),
      stepMs,
      offsetMs: 0,
      at: undefined,
    }
  }

  #offset(node: SyntaxNode): Expression {
    const inner = this.#selecting(node, 'offset')
    if (inner.offsetMs !== 0) throw this.#error(node, 'offset stands there twice')
    const literal = node.getChild('OffsetDurationExpr') as SyntaxNode
    return { ...inner, offsetMs: durationMs(literal, this.#text, this.#context) }
  }

  #at(node: SyntaxNode): Expression {
    const inner = this.#selecting(node, '@')
    if (inner.at !== undefined) throw this.#error(node, '@ stands there twice')
    return { ...inner, at: this.#moment(node) }
  }

  #moment(node: SyntaxNode): Moment {
    const preprocessor = node.getChild('AtModifierPreprocessors')
    if (preprocessor !== null) return preprocessor.getChild('AtStart') === null ? 'end' : 'start'
    const number = node.getChild('NumberDurationLiteral') as SyntaxNode
    const sign = /@\s*-/.test(this.#text.slice(node.firstChild?.to, number.to)) ? -1 : 1
    const seconds = Math.abs(numberValue(this.#of(number))) * sign
    if (!Number.isFinite(seconds)) throw this.#error(number, 'the time of @ is a number of seconds')
    return seconds * 1000
  }

  #selecting(node: SyntaxNode, what: string): Selector | Subquery {
    const inner = this.expression(node.firstChild)
    if (inner.kind === 'selector' || inner.kind === 'subquery') return inner
    throw this.#error(node, `${what} goes with a selector or a subquery`, `put it behind the selector inside`)
  }

  #aggregation(node: SyntaxNode): Expression {
    const operator = this.#of(node.getChild('AggregateOp') as SyntaxNode).toLowerCase()
    if (!aggregations.has(operator)) throw this.#error(node, `the aggregation ${operator} is not known here`)
    const modifier = node.getChild('AggregateModifier')
    const body = all(node.getChild('FunctionCallBody'), undefined).filter(isExpression)
    const wanted = parameterOf(operator as AggregationOperator)
    if (body.length !== (wanted === undefined ? 1 : 2))
      throw this.#error(
        node,
        `${operator} takes ${wanted === undefined ? 'one argument' : `a ${wanted} and an instant vector`}, found ${body.length}`,
      )
    const parameter = wanted === undefined ? undefined : this.expression(body.shift() as SyntaxNode)
    if (parameter !== undefined && typeOf(parameter) !== wanted)
      throw this.#error(node, `the first argument of ${operator} is a ${wanted}`)
    const of = this.expression(body[0] as SyntaxNode)
    checkVector(operator, of, message => this.#error(body[0] as SyntaxNode, message))
    return {
      kind: 'aggregation',
      operator: operator as AggregationOperator,
      by: modifier === null || /^by\b/i.test(this.#of(modifier)),
      labels: this.#labels(modifier?.getChild('GroupingLabels') ?? null),
      parameter,
      of,
    }
  }

  #labels(list: SyntaxNode | null): string[] {
    return all(list, ['LabelName', 'QuotedLabelName']).map(node => this.#name(node))
  }

  #call(node: SyntaxNode): Expression {
    const name = this.#of(node.getChild('FunctionIdentifier') as SyntaxNode)
    const known = functions[name]
    if (known === undefined) throw unknownFunction(name, this.#text, node.from)
    const given = all(node.getChild('FunctionCallBody'), undefined).filter(isExpression)
    const values = given.map(argument => this.expression(argument))
    checkArguments(name, known, values, (message, i, suggestion) =>
      this.#error(given[i] ?? node, message, suggestion),
    )
    return { kind: 'call', name, arguments: values }
  }

  #binary(node: SyntaxNode): Expression {
    const parts = children(node)
    const left = parts[0] as SyntaxNode
    const right = parts.at(-1) as SyntaxNode
    const sign = parts[1] as SyntaxNode
    const operator = this.#of(sign).toLowerCase() as BinaryOperator
    if (operator === '^' && this.#of(left).startsWith('-')) return this.#negatedPower(left, right)
    const fill = node.getChild('FillModifier') ?? node.getChild('FillClause')
    if (fill !== null) throw this.#error(fill, 'fill is not known here')
    const clause = node.getChild('MatchingModifierClause')
    const binary: Binary = {
      kind: 'binary',
      operator,
      bool: node.getChild('BoolModifier') !== null && /\bbool\b/i.test(this.#text.slice(sign.to, right.from)),
      on: clause?.getChild('On') !== null && clause !== null,
      labels: this.#labels(clause?.getChild('GroupingLabels') ?? null),
      group: this.#group(clause),
      left: this.expression(left),
      right: this.expression(right),
    }
    checkBinary(binary, clause !== null, (message, suggestion) => this.#error(sign, message, suggestion))
    return binary
  }

  #group(clause: SyntaxNode | null): Binary['group'] {
    const side = clause?.getChild('GroupLeft') ?? clause?.getChild('GroupRight')
    if (clause === null || side === null || side === undefined) return undefined
    const list = all(clause, ['GroupingLabels']).find(labels => labels.from >= side.to)
    return { many: side.name === 'GroupLeft' ? 'left' : 'right', include: this.#labels(list ?? null) }
  }

  #unary(node: SyntaxNode): Expression {
    const of = this.expression(node.lastChild)
    if (typeOf(of) !== 'scalar' && typeOf(of) !== 'vector')
      throw this.#error(node, 'a sign goes with a number or an instant vector')
    if (!this.#of(node).startsWith('-')) return of
    return of.kind === 'number' ? { kind: 'number', value: -of.value } : { kind: 'negation', of }
  }

  /** `-2 ^ 2` is -(2 ^ 2), though the grammar has the sign as part of the number. */
  #negatedPower(left: SyntaxNode, right: SyntaxNode): Expression {
    const base = this.expression(left)
    const plain: Expression =
      base.kind === 'number'
        ? { ...base, value: -base.value }
        : base.kind === 'negation'
          ? base.of
          : { kind: 'negation', of: base }
    const power = {
      kind: 'binary',
      operator: '^',
      bool: false,
      on: false,
      labels: [],
      group: undefined,
    } as const
    return { kind: 'negation', of: { ...power, left: plain, right: this.expression(right) } }
  }

  #positiveMs(node: SyntaxNode): number {
    const ms = durationMs(node, this.#text, this.#context)
    if (!(ms > 0)) throw this.#error(node, `found '${this.#of(node)}', expected a duration as in 5m`)
    return ms
  }

  #string(node: SyntaxNode): string {
    return readStringLiteral(this.#text, node.from).value
  }

  /** Of a metric or a label; in quotes it may have any characters. */
  #name(node: SyntaxNode): string {
    return /^["'`]/.test(this.#of(node)) ? this.#string(node) : this.#of(node)
  }

  #of(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to)
  }

  #error(node: SyntaxNode, message: string, suggestion?: string): QueryError {
    return new QueryError(message, this.#text, node.from, suggestion)
  }
}

/** Of those that would take every series, nothing is asked. */
function asksForSomething({ name, operator, value }: LabelMatch): boolean {
  if (name === '__name__') return true
  return value !== '' && operator !== '!=' && operator !== '!~' && !(operator === '=~' && value === '.*')
}

function parameterOf(operator: AggregationOperator): 'scalar' | 'string' | undefined {
  if (operator === 'count_values') return 'string'
  return ['topk', 'bottomk', 'quantile', 'limitk', 'limit_ratio'].includes(operator) ? 'scalar' : undefined
}

function firstExpression(top: SyntaxNode): SyntaxNode | null {
  return children(top).find(node => node.name !== 'LineComment') ?? null
}

function all(node: SyntaxNode | null, names: readonly string[] | undefined): SyntaxNode[] {
  if (node === null) return []
  return children(node).filter(child => names === undefined || names.includes(child.name))
}

function isExpression(node: SyntaxNode): boolean {
  return !/^[(),]$/.test(node.name)
}

function innerOf(node: SyntaxNode): SyntaxNode | null {
  return children(node).find(isExpression) ?? null
}

/** `SubqueryExpr` as people say it. */
function describe(name: string): string {
  return name
    .replace(/Expr$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
}
