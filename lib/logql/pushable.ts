import type { FilterStage, LabelExpression, LogQuery, Stage } from './ast.ts'

const changesLine: ReadonlySet<Stage['kind']> = new Set(['line_format', 'unpack', 'decolorize'])
const changesLabels: ReadonlySet<Stage['kind']> = new Set([
  'json',
  'logfmt',
  'pattern',
  'regexp',
  'unpack',
  'label_format',
  'drop',
  'keep',
])

/** A query whose stages are filters alone. */
export interface FilterQuery extends LogQuery {
  stages: readonly FilterStage[]
}

/**
 * What whoever holds the lines may test before the rest of a query: filters whose meaning no stage before them changes.
 *
 * @param isStrict filters that take every line of which a label is no number, as Loki does, are left out
 */
export function pushable(query: LogQuery, isStrict: boolean): FilterQuery {
  const stages: FilterStage[] = []
  let [sameLine, sameLabels] = [true, true]
  for (const stage of query.stages) {
    if ((stage.kind === 'line' || stage.kind === 'words') && sameLine) stages.push(stage)
    if (stage.kind === 'label' && sameLabels && isPushable(stage.expression, isStrict)) stages.push(stage)
    if ((stage.kind === 'any' || stage.kind === 'not') && sameLine && sameLabels) stages.push(stage)
    sameLine &&= !changesLine.has(stage.kind)
    sameLabels &&= !changesLabels.has(stage.kind)
  }
  return { matchers: query.matchers, stages }
}

function isPushable(expression: LabelExpression, isStrict: boolean): boolean {
  if (expression.kind === 'and' || expression.kind === 'or')
    return isPushable(expression.left, isStrict) && isPushable(expression.right, isStrict)
  return expression.kind === 'text'
    ? !expression.label.startsWith('__')
    : expression.kind === 'number' && !isStrict
}

/** Whether the filters of the query are all there is to it. */
export function isFilterQuery(query: LogQuery): boolean {
  return query.stages.length === pushable(query, false).stages.length
}
