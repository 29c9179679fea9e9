import type { SyntaxNode } from '@lezer/common'
import { parseDurationSeconds, QueryError } from '../../lib/logql/index.ts'
import { children } from './nodes.ts'

/** What `step()` and `range()` stand for in a duration, milliseconds. */
export interface DurationContext {
  stepMs?: number
  rangeMs?: number
}

/** A number as PromQL writes it: also `0x1F`, `1_000`, `Inf`, `NaN`, `1h30m` in seconds. */
export function numberValue(text: string): number {
  const lower = text.toLowerCase()
  if (/^[+-]?inf$/.test(lower))
    return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (lower === 'nan') return Number.NaN
  const plain = lower.replaceAll('_', '')
  const signed = /^([+-])(0x.*)$/.exec(plain)
  if (signed !== null) return Number(signed[2]) * (signed[1] === '-' ? -1 : 1)
  const value = /^0[0-7]+$/.test(plain) ? Number.parseInt(plain, 8) : Number(plain)
  return Number.isNaN(value) ? (parseDurationSeconds(lower) ?? Number.NaN) : value
}

/** A duration, or an expression of durations: `5m`, `5m * 2`, `-step()`, `max(1m, range() / 2)`. Errors: QUERY_INVALID. */
export function durationMs(node: SyntaxNode, text: string, context: DurationContext): number {
  const ms = Math.round(secondsOf(node, text, context) * 1000)
  if (!Number.isSafeInteger(ms))
    throw new QueryError(
      `found '${text.slice(node.from, node.to)}', expected a duration as in 5m`,
      text,
      node.from,
    )
  return ms
}

function secondsOf(node: SyntaxNode, text: string, context: DurationContext): number {
  const parts = children(node)
  const names = parts.map(({ name }) => name)
  if (parts.length === 0) return numberValue(text.slice(node.from, node.to))
  if (names.includes('DurationStep')) return seconds(context.stepMs, 'step()', node, text)
  if (names.includes('DurationRange')) return seconds(context.rangeMs, 'range()', node, text)
  const values = parts.filter(part => isValue(part.name)).map(part => secondsOf(part, text, context))
  const [left = Number.NaN, right = Number.NaN] = values
  const operator = names.find(name => !isValue(name))
  const isNegative = names[0] === 'UnaryOp' && text.slice(node.from, node.to).trimStart().startsWith('-')
  switch (operator) {
    case undefined:
      return left
    case 'UnaryOp':
      return isNegative ? -left : left
    case 'DurationMinOf':
      return Math.min(left, right)
    case 'DurationMaxOf':
      return Math.max(left, right)
    default:
      return compute(operator, left, right)
  }
}

function compute(operator: string, left: number, right: number): number {
  if (operator === 'Add') return left + right
  if (operator === 'Sub') return left - right
  if (operator === 'Mul') return left * right
  if (operator === 'Div') return left / right
  if (operator === 'Mod') return left % right
  return operator === 'Pow' ? left ** right : Number.NaN
}

function isValue(name: string): boolean {
  return /^(DurationExpr|OffsetDurationExpr|NumberDurationLiteralInDurationContext|NumberDurationLiteral)$/.test(
    name,
  )
}

function seconds(ms: number | undefined, what: string, node: SyntaxNode, text: string): number {
  if (ms === undefined) throw new QueryError(`${what} has no meaning here`, text, node.from)
  return ms / 1000
}
