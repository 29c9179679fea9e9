import { checkRegex, type MatchOperator, wholeRegex } from '../../lib/logql/index.ts'
import type { LabelMatch, Selector } from './ast.ts'
import type { TokenReader } from './token-reader.ts'

/** Keywords that are no name of a metric. Source: Prometheus, promql/parser/generated_parser.y, metric_identifier. */
const reserved = /^(on|ignoring|group_left|group_right|bool|atan2)$/i
const operators: readonly string[] = ['=', '!=', '=~', '!~']

/** `name{label="value"}`, either part alone, and `{"any name", "any label"="value"}`. Errors: QUERY_INVALID. */
export function readSelector(tokens: TokenReader): Selector {
  const { from } = tokens.next
  if (tokens.next.kind === 'name' && reserved.test(tokens.next.text))
    throw tokens.unexpected('the query', 'a metric of that name stands in braces: {"on"}')
  const name = tokens.next.kind === 'name' ? tokens.take().text : undefined
  const matchers: LabelMatch[] = name === undefined ? [] : [{ name: '__name__', operator: '=', value: name }]
  if (tokens.isSign('{')) matchers.push(...readMatchers(tokens))
  const named = matchers.filter(matcher => matcher.name === '__name__')
  if (name !== undefined && named.length > 1)
    throw tokens.error(`the metric name is set twice: ${named.map(one => one.value).join(' and ')}`, from)
  const to = tokens.endBefore
  return {
    kind: 'selector',
    name,
    matchers,
    range: undefined,
    offset: undefined,
    at: undefined,
    extension: undefined,
    from,
    to,
  }
}

/** Whether it asks for something that a series must have: else it would take all there are. */
export function asksForSomething({ name, operator, value }: LabelMatch): boolean {
  if (name === '__name__' && operator === '=' && value !== '') return true
  if (operator === '=') return value !== ''
  if (operator === '!=') return value === ''
  return wholeRegex(value).test('') !== (operator === '=~')
}

function readMatchers(tokens: TokenReader): LabelMatch[] {
  tokens.expectSign('{', 'a selector')
  const matchers: LabelMatch[] = []
  while (!tokens.isSign('}')) {
    matchers.push(readMatcher(tokens))
    if (!tokens.takesSign(',')) break
  }
  tokens.expectSign('}', 'label matching')
  return matchers
}

function readMatcher(tokens: TokenReader): LabelMatch {
  const { kind, text } = tokens.next
  if (kind !== 'name' && kind !== 'string')
    throw tokens.unexpected('label matching', 'a label or "}" is expected')
  tokens.take()
  const operator = tokens.next
  if (operator.kind !== 'sign' || !operators.includes(operator.text)) {
    if (kind === 'string') return { name: '__name__', operator: '=', value: text }
    throw tokens.unexpected('label matching', 'one of =, !=, =~ and !~ is expected')
  }
  tokens.take()
  const value = tokens.next
  if (value.kind !== 'string') throw tokens.unexpected('label matching', 'the value stands in quotes')
  tokens.take()
  if (operator.text.endsWith('~')) checkRegex(value.text, tokens.text, value.from)
  return { name: text, operator: operator.text as MatchOperator, value: value.text }
}
