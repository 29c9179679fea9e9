import { type LogQuery, parseCondition, parseLogQuery, QueryError } from '../../../lib/logql/index.ts'

/** Stages that take nothing away: fields of lines are labels here without them. */
const harmless = /^\s*(?:(?:json|logfmt|unpack|decolorize)(?:\s+--\S+)*|drop\s[^|]*|keep\s[^|]*)\s*$/

/**
 * The lines that a query chooses, as Grafana writes it where it asks for labels, fields and volumes: parsers that change
 * nothing about which lines there are stand in it, and are left out. No query is all lines. Errors: QUERY_INVALID.
 */
export function selectionOf(text: string): LogQuery {
  const selection = withoutParsers(text)
  // words without braces are no LogQL
  return selection === '' ? parseLogQuery('') : parseCondition(selection)
}

/** As `selectionOf`, where there must be a query. Errors: QUERY_INVALID. */
export function requiredSelection(text: string): LogQuery {
  if (text.trim() === '')
    throw new QueryError('syntax error: unexpected $end', text, 0, 'write {service_name="web"}')
  return selectionOf(text)
}

/**
 * @example
 * withoutParsers('{service="a|b"} | json | logfmt | drop __error__ | status="1"') // => '{service="a|b"} | status="1"'
 */
export function withoutParsers(text: string): string {
  return stagesOf(text)
    .filter((stage, i) => i === 0 || !harmless.test(stage.slice(1)))
    .join('')
    .trim()
}

/** The text cut before each `|` that begins a stage. */
function stagesOf(text: string): string[] {
  const cuts = [...text.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`|\|/gs)].filter(([token]) => token === '|')
  const starts = [0, ...cuts.map(({ index }) => index)]
  return starts.map((start, i) => text.slice(start, starts[i + 1]))
}
