import type { LabelFilter, LogQuery, Matcher, MatchOperator, Stage } from './ast.ts'
import { isComparison, isMatchOperator, readLabelExpression } from './label-filter.ts'
import { readLineFilter } from './line-filter.ts'
import { checkRegex } from './regex.ts'
import { namedStages } from './stages/index.ts'
import { describe, type LogTokens } from './tokens.ts'

const lineMarks = ['|=', '!=', '|~', '!~', '|>', '!>']
const standAlone: ReadonlySet<string> = new Set(['json', 'logfmt', 'unpack', 'decolorize'])
const maxStages = 64

/** A selector and the stages behind it, up to what begins no stage, or to `| unwrap`. */
export function readLogQuery(tokens: LogTokens): LogQuery {
  return { matchers: readSelector(tokens), stages: readStages(tokens) }
}

export function isStage(tokens: LogTokens): boolean {
  return tokens.isMark('|', ...lineMarks) && !isUnwrap(tokens)
}

export function isUnwrap(tokens: LogTokens): boolean {
  const { kind, text } = tokens.ahead(1)
  const isWord = tokens.isMark('|') && kind === 'name' && text.toLowerCase() === 'unwrap'
  return isWord && !isComparison(tokens.ahead(2))
}

export function readStages(tokens: LogTokens): Stage[] {
  const stages: Stage[] = []
  while (isStage(tokens)) {
    if (stages.length === maxStages) throw tokens.error(`more than ${maxStages} stages`)
    stages.push(readStage(tokens))
  }
  return stages
}

function readStage(tokens: LogTokens): Stage {
  if (!tokens.isMark('|')) return readLineFilter(tokens)
  tokens.take()
  const kind = tokens.next.kind === 'name' ? namedStages.get(tokens.next.text.toLowerCase()) : undefined
  const isLabel = kind !== undefined && isComparedLabel(tokens)
  if (kind === undefined || isLabel) return readLabelFilter(tokens)
  tokens.take()
  return kind.parse(tokens)
}

/** `| json = "x"`: a label that is called like a stage. Behind one that may stand alone `!= "x"` is a line filter. */
function isComparedLabel(tokens: LogTokens): boolean {
  const after = tokens.ahead(1)
  if (!standAlone.has(tokens.next.text.toLowerCase())) return isComparison(after)
  return isComparison(after) && !lineMarks.includes(after.text)
}

export function readLabelFilter(tokens: LogTokens): LabelFilter {
  return { kind: 'label', expression: readLabelExpression(tokens) }
}

/** `{service="web", host=~"a.*"}`. */
export function readSelector(tokens: LogTokens): Matcher[] {
  const open = tokens.expectMark('{', 'write {service="web"}, or {} for all streams')
  const matchers: Matcher[] = []
  while (!tokens.isMark('}')) {
    if (matchers.length > 0 && !tokens.isEnd) tokens.expectMark(',', 'matchers are separated by commas')
    if (tokens.isMark('}')) break
    if (tokens.isEnd) throw tokens.error('the stream selector does not end', open, 'add a closing }')
    matchers.push(readMatcher(tokens))
  }
  tokens.take()
  return matchers
}

function readMatcher(tokens: LogTokens): Matcher {
  const label = tokens.label('a label name')
  const operator = tokens.take()
  if (!isMatchOperator(operator))
    throw tokens.error(`found ${describe(operator)}, expected =, !=, =~ or !~ after ${label}`, operator)
  const value = tokens.string(`a value for ${label}`)
  if (operator.text.endsWith('~')) checkRegex(value.text, tokens.text, value.at)
  return { label, operator: operator.text as MatchOperator, value: value.text }
}
