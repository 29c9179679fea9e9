import type { BoardPanel } from '../../../../query/index.ts'
import { shortNames } from '../../charts/short-names.ts'
import { formatValue } from '../../charts/units.ts'
import type { DrawnSeries } from '../../charts/use-series.ts'
import styles from './panels.module.css'
import { reduced, shareOf, thresholdColour } from './reduce.ts'

type Spec = BoardPanel['spec']['plugin']['spec']

/** Half a circle, of which the value's share is filled. */
const arc = 'M10,54 A44,44 0 0 1 98,54'
const length = Math.PI * 44

/** Values between a least and a most. */
export function Gauge({ spec, series }: { spec: Spec; series: readonly DrawnSeries[] }) {
  const all = series.map(({ name, values, unit }) => ({
    name,
    unit,
    value: reduced(values, spec.calculation),
  }))
  const names = shortNames(all.map(({ name }) => name))
  const highest = Math.max(0, ...all.map(({ value }) => value ?? 0))
  return (
    <div className={styles['stats']}>
      {all.map(({ name, value, unit }, i) => {
        const shown = formatValue(value, unit ?? spec.format.unit)
        return (
          <figure key={name} className={styles['gauge']}>
            <svg viewBox="0 0 108 62" role="img" aria-label={`${name}: ${shown}`}>
              <path d={arc} className={styles['track']} />
              <path
                d={arc}
                style={{ stroke: thresholdColour(value, spec) ?? 'var(--accent)' }}
                strokeDasharray={`${shareOf(value, spec, highest) * length} ${length}`}
                className={styles['needle']}
              />
              <text x="54" y="52">
                {shown}
              </text>
            </svg>
            {all.length > 1 && <figcaption title={name}>{names[i]}</figcaption>}
          </figure>
        )
      })}
    </div>
  )
}
