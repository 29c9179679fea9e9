import styles from './sparkline.module.css'

interface Properties {
  values: readonly (number | null)[]
  label: string
  width?: number
  height?: number
  /** Takes all of the width that there is. */
  stretches?: boolean
}

/** The course of a figure in the space of a word, as bars from zero. */
export function Sparkline({ values, label, width = 96, height = 20, stretches = false }: Properties) {
  const highest = Math.max(1e-12, ...values.map(value => value ?? 0))
  const step = width / Math.max(1, values.length)
  return (
    <svg
      className={styles['sparkline']}
      width={stretches ? '100%' : width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.map((value, i) => {
        const size = ((value ?? 0) / highest) * height
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in the course
        return <rect key={i} x={i * step} y={height - size} width={Math.max(1, step - 0.5)} height={size} />
      })}
    </svg>
  )
}
