import { goQuoted } from '../../base/index.ts'
import type { LabelsStage, Matcher, MatchOperator } from '../ast.ts'
import { checkRegex, wholeRegex } from '../regex.ts'
import type { LogTokens } from '../tokens.ts'

/** `a, b="x", c=~"y.*"`. */
export function parseLabels(tokens: LogTokens): LabelsStage['labels'] {
  const labels: LabelsStage['labels'][number][] = []
  do {
    const label = tokens.label('a label')
    labels.push({
      label,
      matcher: tokens.isMark('=', '!=', '=~', '!~') ? parseMatcher(tokens, label) : undefined,
    })
  } while (tokens.takesMark(','))
  return labels
}

function parseMatcher(tokens: LogTokens, label: string): Matcher {
  const operator = tokens.take().text as MatchOperator
  const value = tokens.string(`a value for ${label}`)
  if (operator.endsWith('~')) checkRegex(value.text, tokens.text, value.at)
  return { label, operator, value: value.text }
}

export function formatLabels(labels: LabelsStage['labels']): string {
  return labels
    .map(({ label, matcher }) =>
      matcher === undefined ? label : `${label}${matcher.operator}${goQuoted(matcher.value)}`,
    )
    .join(',')
}

/** Whether a value is the one that is named; without a matcher any is. */
export function testOf(matcher: Matcher | undefined): (value: string) => boolean {
  if (matcher === undefined) return () => true
  const { operator, value } = matcher
  if (operator === '=' || operator === '!=') return own => (own === value) === (operator === '=')
  const regex = wholeRegex(value)
  return own => regex.test(own) === (operator === '=~')
}
