import { isFilter, type LogQuery } from './ast.ts'
import { isComparison } from './label-filter.ts'
import { isStage, readLabelFilter, readSelector, readStages } from './log-query.ts'
import { describe, LogTokens } from './tokens.ts'
import { parseWords } from './words.ts'

/** What begins as LogQL does: with an operator or a comparison, or has braces outside of quotes. Everything else are words. */
const logQl =
  /^\s*(?:\||!=|!~|!>|(?:[\w.:-]+(?<!:)|"(?:[^"\\]|\\.)*")\s*(?:[<>]=?\s*-?\d|(?:==?|!=|=~|!~)\s*["`])|[A-Za-z_][\w.]*\s+(?:==?|!=)\s+-?\d[\w.]*\s*$)|^(?:[^"{}`]|"(?:[^"\\]|\\.)*")*[{}`]/s

/** `status>=500 timeout`: begins with a comparison that words go on behind. */
const comparedFirst = /^\s*[A-Za-z_][\w.]*[<>]=?-?\d[\w.]*\s+(?!and\b|or\b|[|!=<>,])\S/
const logQlMarks = /^(?:[^"{}|`]|"(?:[^"\\]|\\.)*")*[{}|`]/s

/**
 * Reads a query: LogQL, else plain words and texts in quotes. An empty query is all lines.
 * Errors: QUERY_INVALID (a QueryError with position and suggestion).
 *
 * @example
 * parseLogQuery('{service="web"} |= "timeout" | status >= 500').matchers // => [{ label: 'service', operator: '=', value: 'web' }]
 * parseLogQuery('disk full').stages // => [{ kind: 'words', words: ['disk', 'full'] }]
 */
export function parseLogQuery(text: string): LogQuery {
  return isLogQl(text) ? parseCondition(text) : { matchers: [], stages: parseWords(text) }
}

/**
 * As `parseLogQuery`, with every stage of LogQL: for whoever looks at each line. Errors: QUERY_INVALID.
 *
 * @example
 * parseSearch('{service="web"} | json | took > 5').stages.map(stage => stage.kind) // => ['json', 'label']
 */
export function parseSearch(text: string): LogQuery {
  return isLogQl(text) ? parseAny(text) : { matchers: [], stages: parseWords(text) }
}

function isLogQl(text: string): boolean {
  return logQl.test(text) && !(comparedFirst.test(text) && !logQlMarks.test(text))
}

/**
 * Reads what a rule asks of a line: LogQL's filters, of which the selector may be left out, and the first `|` too.
 * Errors: QUERY_INVALID (a QueryError with position and suggestion).
 *
 * @example
 * parseCondition('status < 400 |= "healthz"').stages.map(stage => stage.kind) // => ['label', 'line']
 */
export function parseCondition(text: string): LogQuery {
  const query = parseAny(text)
  const other = query.stages.find(stage => !isFilter(stage))
  if (other === undefined) return query
  throw new LogTokens(text).error(
    `the stage ${other.kind} is not known here`,
    undefined,
    'a condition is made of filters: fields of JSON and logfmt lines are labels already, as in status >= 500',
  )
}

function parseAny(text: string): LogQuery {
  const tokens = new LogTokens(text)
  const matchers = tokens.isMark('{') ? readSelector(tokens) : []
  const stages = tokens.isAtStart && !isStage(tokens) ? [bare(tokens)] : []
  const query = { matchers, stages: [...stages, ...readStages(tokens)] }
  if (tokens.isEnd) return query
  if (tokens.isMark('|'))
    throw tokens.error(
      'unwrap is for metrics',
      tokens.next,
      'ask for them as in sum_over_time({} | unwrap took [5m])',
    )
  const hint = tokens.isMark('}') ? 'remove it' : 'stages begin with |=, !=, |~, !~, |>, !> or |'
  throw tokens.error(`unexpected ${describe(tokens.next)}`, tokens.next, hint)
}

/** A condition on labels at the start, without selector and `|`. */
function bare(tokens: LogTokens) {
  const { kind, text } = tokens.next
  const isLabel = kind === 'name' || kind === 'string'
  if (tokens.isMark('(') || (isLabel && isComparison(tokens.ahead(1)))) return readLabelFilter(tokens)
  throw tokens.error(
    kind === 'end' ? 'the condition is missing' : 'a query begins with a stream selector or a condition',
    tokens.next,
    isLabel
      ? `write |= ${JSON.stringify(text)} for lines with this text`
      : 'write {service="web"}, or {} for all streams',
  )
}
