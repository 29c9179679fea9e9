import type { BoardPanel } from '../../../../query/index.ts'
import { shortNames } from '../../charts/short-names.ts'
import { formatValue } from '../../charts/units.ts'
import type { DrawnSeries } from '../../charts/use-series.ts'
import styles from './panels.module.css'
import { reduced, shareOf, thresholdColour } from './reduce.ts'

type Spec = BoardPanel['spec']['plugin']['spec']

/** A bar for each series, the longest first. */
export function Bars({ spec, series }: { spec: Spec; series: readonly DrawnSeries[] }) {
  const all = series.map(({ name, values, unit, colour }) => ({
    name,
    unit,
    colour,
    value: reduced(values, spec.calculation),
  }))
  all.sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  const names = shortNames(all.map(({ name }) => name))
  const highest = Math.max(0, ...all.map(({ value }) => value ?? 0))
  return (
    <ul className={styles['bars']}>
      {all.map(({ name, value, unit, colour }, i) => (
        <li key={name}>
          <span title={name}>{names[i]}</span>
          <i>
            <b
              style={{
                width: `${shareOf(value, spec, highest) * 100}%`,
                background: thresholdColour(value, spec) ?? colour ?? 'var(--accent)',
              }}
            />
          </i>
          <em>{formatValue(value, unit ?? spec.format.unit)}</em>
        </li>
      ))}
    </ul>
  )
}
