import { type Grouping, labelsIn, type RangeAggregation, type Stage } from '../../lib/logql/index.ts'

/**
 * Whether a line with an error fails the query. It does not where the query names the error itself, nor where no label is asked
 * for, so that nobody minds what a parser could not read. Source: Loki pkg/logql/log/parser_hints.go.
 *
 * @example
 * // sum(count_over_time({app="web"} | json [5m])) counts lines that are no JSON, too
 */
export function refusesErrors({ query, unwrap }: RangeAggregation, grouping: Grouping | undefined): boolean {
  if (grouping?.isBy !== true) return true
  const named = [...query.stages, ...(unwrap?.after ?? [])].flatMap(namesIn)
  if (named.includes('__error__') || grouping.labels.includes('__error__')) return false
  return named.length > 0 || unwrap !== undefined || grouping.labels.length > 0
}

/** Labels that a stage must have. */
function namesIn(stage: Stage): string[] {
  switch (stage.kind) {
    case 'label':
      return labelsIn(stage.expression)
    case 'line_format':
      return fieldsOf(stage.template)
    case 'label_format':
      return stage.formats.flatMap(({ value, isTemplate }) => (isTemplate ? fieldsOf(value) : [value]))
    default:
      return []
  }
}

function fieldsOf(template: string): string[] {
  return [...template.matchAll(/\.([A-Za-z_]\w*)/g)].map(([, name = '']) => name)
}
