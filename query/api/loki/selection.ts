import {
  type FilterStage,
  isFilter,
  type LogQuery,
  parseLogQl,
  parseLogQuery,
  QueryError,
  type Stage,
} from '../../../lib/logql/index.ts'

/** Stages that take nothing away: fields of lines are labels here without them. */
const harmless: ReadonlySet<Stage['kind']> = new Set([
  'json',
  'logfmt',
  'unpack',
  'decolorize',
  'drop',
  'keep',
])

/**
 * The lines that a query chooses, as Grafana writes it where it asks for labels, fields and volumes: parsers that change
 * nothing about which lines there are stand in it, and are left out. No query is all lines. Errors: QUERY_INVALID.
 *
 * @example
 * selectionOf('{service="a"} | json | drop __error__ | status="1"').stages.map(stage => stage.kind) // => ['label']
 */
export function selectionOf(text: string): LogQuery {
  if (text.trim() === '') return parseLogQuery('')
  const parsed = parseLogQl(text)
  if (parsed.kind === 'metric') throw refusal('lines are chosen by a selector and filters', text)
  const stages = parsed.query.stages.filter(stage => !isHarmless(stage))
  const other = stages.find(stage => !isFilter(stage))
  if (other !== undefined) throw refusal(`the stage ${other.kind} is not known here`, text)
  return { matchers: parsed.query.matchers, stages: stages as FilterStage[] }
}

/** As `selectionOf`, where there must be a query. Errors: QUERY_INVALID. */
export function requiredSelection(text: string): LogQuery {
  refuseEmpty(text)
  return selectionOf(text)
}

/** A parser that names fields makes labels that filters may mean. */
function isHarmless(stage: Stage): boolean {
  return harmless.has(stage.kind) && !('fields' in stage && stage.fields.length > 0)
}

/** Errors: QUERY_INVALID. */
export function refuseEmpty(text: string): void {
  if (text.trim() === '')
    throw new QueryError('syntax error: unexpected $end', text, 0, 'write {service_name="web"}')
}

function refusal(message: string, text: string): QueryError {
  return new QueryError(message, text, 0, 'write it as in {service_name="web"} |= "timeout" | status >= 500')
}
