import type { Stroke } from '../ui/palette.ts'
import styles from './chart.module.css'
import { shortNames } from './short-names.ts'
import { Swatch } from './swatch.tsx'
import { formatValue, type Unit } from './units.ts'

interface Row extends Stroke {
  name: string
  unit: Unit
  value: number | null
}

const shown = 10

/** All values of one moment, the highest first. */
export function Tip({ title, left, rows }: { title: string; left: number; rows: readonly Row[] }) {
  const there = rows.filter(row => row.value !== null).sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  if (there.length === 0) return null
  const names = shortNames(there.map(({ name }) => name))
  return (
    <div
      className={styles['tip']}
      style={left > 0.5 ? { right: `${(1 - left) * 100 + 2}%` } : { left: `${left * 100 + 2}%` }}
    >
      <strong>{title}</strong>
      {there.slice(0, shown).map((row, i) => (
        <div key={row.name}>
          <Swatch stroke={row} />
          <span>{names[i]}</span>
          <b>{formatValue(row.value, row.unit)}</b>
        </div>
      ))}
      {there.length > shown && <div>and {there.length - shown} more</div>}
    </div>
  )
}
