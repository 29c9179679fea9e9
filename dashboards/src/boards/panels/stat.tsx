import type { BoardPanel } from '../../../../query/index.ts'
import { shortNames } from '../../charts/short-names.ts'
import { formatValue } from '../../charts/units.ts'
import type { DrawnSeries } from '../../charts/use-series.ts'
import { Sparkline } from '../../ui/sparkline.tsx'
import styles from './panels.module.css'
import { reduced, thresholdColour } from './reduce.ts'

/** Of the drawing, which is as wide as there is room. */
const courseWidth = 240

type Spec = BoardPanel['spec']['plugin']['spec']

/** A value to be read from afar, with its course. */
export function Stat({ spec, series }: { spec: Spec; series: readonly DrawnSeries[] }) {
  const names = shortNames(series.map(({ name }) => name))
  return (
    <div className={styles['stats']}>
      {series.map(({ name, values, unit, colour }, i) => {
        const value = reduced(values, spec.calculation)
        return (
          <div key={name} className={styles['stat']}>
            <strong style={{ color: thresholdColour(value, spec) ?? colour }}>
              {formatValue(value, unit ?? spec.format.unit)}
            </strong>
            {series.length > 1 && <span title={name}>{names[i]}</span>}
            <Sparkline values={values} label={`course of ${name}`} width={courseWidth} stretches />
          </div>
        )
      })}
    </div>
  )
}
