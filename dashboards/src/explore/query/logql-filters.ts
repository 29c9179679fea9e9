import type { Clause, FieldFilter } from './clause.ts'
import { type Token, tokensOf } from './tokens.ts'

/** Labels of streams stand in the selector, as people write them; all else behind it. */
const ofStream: ReadonlySet<string> = new Set(['service', 'service_name', 'host', 'level', 'detected_level'])
/** Names that LogQL reads as something else in places. */
const reserved =
  /^(?:json|logfmt|unpack|pattern|regexp|line_format|label_format|decolorize|drop|keep|unwrap|distinct|and|or|ip|by|without|bool|on|ignoring|offset|unless)$/
const plain = /^[A-Za-z_][A-Za-z0-9_.]*$/

/** A name as LogQL takes it: in quotes where it has other characters than letters. */
export function quotedName(name: string): string {
  return plain.test(name) && !reserved.test(name) ? name : JSON.stringify(name)
}

/** Matchers of the selector, and stages that ask for values of one label. */
export function clausesOf(query: string): Clause[] {
  const tokens = tokensOf(query)
  const end = selectorEnd(tokens)
  return [...matchersOf(tokens, end), ...stagesOf(tokens, end)]
}

/** Index of the `}` of the selector; -1 where there is none. */
function selectorEnd(tokens: readonly Token[]): number {
  if (tokens[0]?.text !== '{') return -1
  return tokens.findIndex(({ text, kind }) => kind === 'mark' && text === '}')
}

function matchersOf(tokens: readonly Token[], end: number): Clause[] {
  const found: Clause[] = []
  for (let i = 1; i < end; i += 4) {
    const [name, operator, value] = [tokens[i], tokens[i + 1], tokens[i + 2]]
    if (name === undefined || operator === undefined || value?.kind !== 'string') return found
    const values = valuesOf(operator.text, value.value)
    if (values === undefined) continue
    const isLast = i + 3 >= end
    const from = isLast && i > 1 ? (tokens[i - 1]?.from ?? name.from) : name.from
    // with the comma behind it, or, of the last, the one before it
    const to = isLast ? value.to : (tokens[i + 4]?.from ?? value.to)
    found.push({ field: name.value, isExcluding: operator.text.startsWith('!'), values, from, to })
  }
  return withoutOverlap(found)
}

/** Where all of several matchers go, the comma before the last and that behind the one before are the same. */
function withoutOverlap(clauses: Clause[]): Clause[] {
  return clauses.map((clause, i) => {
    const before = clauses[i - 1]
    return before !== undefined && before.to > clause.from ? { ...clause, from: before.to } : clause
  })
}

/** The values that a matcher asks for; undefined for a real pattern. */
function valuesOf(operator: string, value: string): string[] | undefined {
  if (operator === '=' || operator === '==' || operator === '!=') return [value]
  return /^[\w-]+(?:\|[\w-]+)*$/.test(value) ? value.split('|') : undefined
}

function stagesOf(tokens: readonly Token[], end: number): Clause[] {
  const found: Clause[] = []
  for (let i = end + 1; i < tokens.length; i++) {
    if (tokens[i]?.text !== '|' || tokens[i]?.kind !== 'mark') continue
    const clause = stageAt(tokens, i)
    if (clause !== undefined) found.push(clause)
  }
  return found
}

/** `| a="1" or a="2"`, and nothing else up to the next stage. */
function stageAt(tokens: readonly Token[], start: number): Clause | undefined {
  const parts = [comparisonAt(tokens, start + 1)]
  while (tokens[start + parts.length * 4]?.text === 'or')
    parts.push(comparisonAt(tokens, start + 1 + parts.length * 4))
  const [first] = parts
  const isOne = parts.every(part => part !== undefined && part.field === first?.field)
  if (first === undefined || !isOne || (parts.length > 1 && parts.some(part => part?.isExcluding)))
    return undefined
  const next = tokens[start + parts.length * 4]
  const isWhole = next === undefined || (next.kind === 'mark' && /^(?:\||!=|!~|!>)/.test(next.text))
  if (!isWhole) return undefined
  const values = parts.map(part => part?.value ?? '')
  const from = tokens[start]?.from ?? 0
  const to = next?.from ?? tokens[start + parts.length * 4 - 1]?.to ?? from
  return { field: first.field, isExcluding: first.isExcluding, values, from, to }
}

function comparisonAt(tokens: readonly Token[], at: number) {
  const [name, operator, value] = [tokens[at], tokens[at + 1], tokens[at + 2]]
  const isName = name?.kind === 'string' || (name?.kind === 'name' && !reserved.test(name.text))
  const isEquality = operator?.text === '=' || operator?.text === '!='
  if (!isName || !isEquality || value?.kind !== 'string') return undefined
  return { field: name.value, isExcluding: operator.text === '!=', value: value.value }
}

/** The query with filters more. */
export function add(query: string, { field, included, excluded }: FieldFilter): string {
  const tokens = tokensOf(query)
  const end = selectorEnd(tokens)
  const name = quotedName(field)
  if (
    end > 0 &&
    ofStream.has(field) &&
    [...included, ...excluded].every(one => /^[\w-]+$/.test(one) || included.length < 2)
  ) {
    const matchers = [
      ...(included.length === 0 ? [] : [matcher(name, included)]),
      ...excluded.map(value => `${name}!=${JSON.stringify(value)}`),
    ]
    return insertMatchers(query, tokens, end, matchers.join(', '))
  }
  const any = included.map(value => `${name}=${JSON.stringify(value)}`).join(' or ')
  const stages = [...(any === '' ? [] : [any]), ...excluded.map(value => `${name}!=${JSON.stringify(value)}`)]
  const space = tokens.at(-1)?.kind === 'comment' ? '\n' : ' '
  return `${query.trimEnd()}${space}${stages.map(stage => `| ${stage}`).join(' ')}`
}

function matcher(name: string, values: readonly string[]): string {
  const [first = ''] = values
  return values.length === 1 ? `${name}=${JSON.stringify(first)}` : `${name}=~"${values.join('|')}"`
}

function insertMatchers(query: string, tokens: readonly Token[], end: number, matchers: string): string {
  const before = tokens[end - 1]
  const close = tokens[end]
  if (before === undefined || close === undefined) return query
  const comma = end === 1 || before.text === ',' ? '' : ', '
  return `${query.slice(0, before.to)}${before.text === ',' ? ' ' : comma}${matchers}${query.slice(close.from)}`
}
