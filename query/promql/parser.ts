import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { nearest } from '../../lib/base/index.ts'
import { checkRegex, parseDurationSeconds, QueryError } from '../../lib/logql/index.ts'
import type { AggregationOperator, Binary, BinaryOperator, Expression, LabelMatch, Selector } from './ast.ts'
import { functions, isRangeFunction } from './functions.ts'

const aggregations: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max', 'count', 'topk', 'bottomk'])
const operators: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '==',
  '!=',
  '>',
  '<',
  '>=',
  '<=',
])

/**
 * Reads PromQL by Prometheus' own grammar and makes small frozen nodes of it. What the grammar knows and Millrace does
 * not is refused by name. Errors: QUERY_INVALID (a QueryError with position).
 *
 * @example
 * parsePromQl('rate(http_requests_total{service="web"}[5m])').kind // => 'call'
 */
export function parsePromQl(text: string): Expression {
  if (text.trim() === '')
    throw new QueryError('the query is empty', text, 0, 'name a metric, as in system_cpu_utilization_ratio')
  const tree = parser.parse(text)
  refuseErrors(tree.topNode, text)
  const expression = new Converter(text).expression(tree.topNode.firstChild)
  if (expression.kind === 'selector' && expression.rangeMs !== undefined)
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

const keywords: ReadonlySet<string> = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'and',
  'or',
  'unless',
  'bool',
  'offset',
])

/** The grammar takes an unknown function for a metric and stumbles over what follows: say what it was. */
function refuseUnknownFunction(text: string): void {
  for (const found of text.matchAll(/([a-zA-Z_][\w:]*)\s*\(/g)) {
    const name = found[1] as string
    if (functions[name] !== undefined || aggregations.has(name) || keywords.has(name)) continue
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

  constructor(text: string) {
    this.#text = text
  }

  expression(node: SyntaxNode | null): Expression {
    if (node === null) throw new QueryError('the query ends too early', this.#text, this.#text.length)
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: this.#number(node) }
      case 'ParenExpr':
        return this.expression(node.getChild('Expr') ?? innerOf(node))
      case 'VectorSelector':
        return this.#selector(node)
      case 'MatrixSelector':
        return this.#range(node)
      case 'OffsetExpr':
        return this.#offset(node)
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
    if (!matchers.some(m => m.name === '__name__' || (m.value !== '' && m.operator === '=')))
      throw this.#error(node, 'a selector needs a metric name or a label that must have a value')
    return { kind: 'selector', matchers, rangeMs: undefined, offsetMs: 0 }
  }

  #matcher(node: SyntaxNode): LabelMatch {
    const [name, operator, value] = children(node)
    if (name === undefined || operator === undefined || value === undefined)
      return { name: '__name__', operator: '=', value: unquote(this.#of(node)) }
    const text = unquote(this.#of(value))
    const match = this.#of(operator) as LabelMatch['operator']
    if (match.endsWith('~')) checkRegex(text, this.#text, value.from)
    return { name: unquote(this.#of(name)), operator: match, value: text }
  }

  #range(node: SyntaxNode): Selector {
    const inner = this.expression(node.firstChild)
    const literal = node.getChild('DurationExpr')
    if (inner.kind !== 'selector' || literal === null)
      throw this.#error(node, 'only a selector can have a range')
    return { ...inner, rangeMs: this.#durationMs(literal) }
  }

  #offset(node: SyntaxNode): Selector {
    const inner = this.expression(node.firstChild)
    if (inner.kind !== 'selector') throw this.#error(node, 'offset goes with a selector')
    const literal = node.getChild('OffsetDurationExpr') as SyntaxNode
    const sign = this.#of(literal).startsWith('-') ? -1 : 1
    return { ...inner, offsetMs: this.#durationMs(literal) * sign }
  }

  #aggregation(node: SyntaxNode): Expression {
    const operator = this.#of(node.getChild('AggregateOp') as SyntaxNode).toLowerCase()
    if (!aggregations.has(operator)) throw this.#error(node, `the aggregation ${operator} is not known here`)
    const modifier = node.getChild('AggregateModifier')
    const body = all(node.getChild('FunctionCallBody'), undefined).filter(isExpression)
    const ranked = operator === 'topk' || operator === 'bottomk'
    const parameter = ranked ? this.expression(body.shift() ?? null) : undefined
    if (parameter !== undefined && parameter.kind !== 'number')
      throw this.#error(node, `${operator} wants a number first`)
    return {
      kind: 'aggregation',
      operator: operator as AggregationOperator,
      by: modifier === null || modifier.getChild('By') !== null,
      labels: this.#labels(modifier),
      parameter: parameter?.value,
      of: this.expression(body[0] ?? null),
    }
  }

  #labels(modifier: SyntaxNode | null): string[] {
    const list = modifier?.getChild('GroupingLabels') ?? null
    return all(list, ['LabelName', 'QuotedLabelName']).map(node => unquote(this.#of(node)))
  }

  #call(node: SyntaxNode): Expression {
    const name = this.#of(node.getChild('FunctionIdentifier') as SyntaxNode)
    const known = functions[name]
    if (known === undefined) throw unknownFunction(name, this.#text, node.from)
    const given = all(node.getChild('FunctionCallBody'), undefined).filter(isExpression)
    const values = given.map(argument => this.expression(argument))
    if (values.length !== known.arity)
      throw this.#error(node, `${name} takes ${known.arity} arguments, found ${values.length}`)
    const last = values.at(-1)
    const ranged = last?.kind === 'selector' && last.rangeMs !== undefined
    if (isRangeFunction(name) !== ranged)
      throw this.#error(
        given.at(-1) ?? node,
        `${name} wants ${isRangeFunction(name) ? 'a range vector' : 'an instant vector'}`,
        isRangeFunction(name) ? `${name}(metric[5m])` : undefined,
      )
    return { kind: 'call', name, arguments: values }
  }

  #binary(node: SyntaxNode): Expression {
    const parts = children(node)
    const left = parts[0] as SyntaxNode
    const right = parts.at(-1) as SyntaxNode
    const operator = this.#of(parts[1] as SyntaxNode)
    if (operator === '^' && this.#of(left).startsWith('-')) return this.#negatedPower(left, right)
    if (!operators.has(operator))
      throw this.#error(parts[1] as SyntaxNode, `the operator ${operator} is not known here`)
    const modifiers = this.#text.slice(parts[1]?.to, right.from)
    if (/group_(left|right)/.test(modifiers))
      throw this.#error(node, 'group_left and group_right are not known here')
    const clause = node.getChild('MatchingModifierClause')
    return {
      kind: 'binary',
      operator: operator as BinaryOperator,
      bool: /\bbool\b/.test(modifiers),
      on: clause !== null && /^on\b/i.test(this.#of(clause)),
      labels: this.#labels(clause),
      left: this.expression(left),
      right: this.expression(right),
    }
  }

  #unary(node: SyntaxNode): Expression {
    const inner = this.expression(node.lastChild)
    return this.#of(node).startsWith('-') ? times(-1, inner) : inner
  }

  /** `-2 ^ 2` is -(2 ^ 2), though the grammar has the sign as part of the number. */
  #negatedPower(left: SyntaxNode, right: SyntaxNode): Expression {
    const base = this.expression(left)
    const plain = base.kind === 'number' ? { ...base, value: -base.value } : times(-1, base)
    const power = { ...times(1, this.expression(right)), operator: '^', left: plain } as const
    return times(-1, power)
  }

  #number(node: SyntaxNode): number {
    const text = this.#of(node).toLowerCase()
    if (/^[+-]?inf$/.test(text))
      return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    if (text === 'nan') return Number.NaN
    const value = Number(text.replaceAll('_', ''))
    return Number.isNaN(value) ? (parseDurationSeconds(text) ?? Number.NaN) : value
  }

  #durationMs(node: SyntaxNode): number {
    const text = this.#of(node).replace(/^[+-]\s*/, '')
    const seconds = parseDurationSeconds(text) ?? Number(text)
    if (!(seconds > 0)) throw this.#error(node, `found '${text}', expected a duration as in 5m`)
    return seconds * 1000
  }

  #of(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to)
  }

  #error(node: SyntaxNode, message: string, suggestion?: string): QueryError {
    return new QueryError(message, this.#text, node.from, suggestion)
  }
}

function times(factor: number, right: Expression): Binary {
  const left = { kind: 'number', value: factor } as const
  return { kind: 'binary', operator: '*', bool: false, on: false, labels: [], left, right }
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child)
  return found
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

function unquote(text: string): string {
  if (!/^["'`]/.test(text)) return text
  const inner = text.slice(1, -1)
  return text.startsWith('`')
    ? inner
    : inner.replaceAll(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c))
}

/** `SubqueryExpr` as people say it. */
function describe(name: string): string {
  return name
    .replace(/Expr$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
}
