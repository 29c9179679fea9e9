import { type LabelExpression, LabelName, type LogQuery } from '../lib/logql/index.ts'
import { type Rollup, rollups } from '../store/index.ts'
import { labelColumns } from './label-sql.ts'

/** True when only dimensions of the rollup are asked for, so that it has the exact answer. */
export function answeredByRollup(query: LogQuery, { dimensions }: Rollup = rollups.logs): boolean {
  const inRollup = (label: string) => {
    const { column } = new LabelName(label)
    return column !== undefined && Object.hasOwn(dimensions, labelColumns[column])
  }
  const expression = (e: LabelExpression): boolean =>
    e.kind === 'and' || e.kind === 'or'
      ? expression(e.left) && expression(e.right)
      : e.kind === 'text' && inRollup(e.label)
  return (
    query.matchers.every(m => inRollup(m.label)) &&
    query.stages.every(stage => stage.kind === 'label' && expression(stage.expression))
  )
}
