import type { Paint } from './paint.ts'
import { padTo, widthOf } from './width.ts'

export interface ChartOptions {
  /** Cells and lines for the plot itself. */
  width: number
  height: number
  startMs: number
  stepMs: number
  format: (value: number) => string
  paint: Paint
}

const eighths = ' ▁▂▃▄▅▆▇█'

/**
 * Values over time as filled columns with both axes: the least and greatest at the left, times below. A gap is a gap. The
 * axis begins at zero unless the values keep away from it.
 */
export function chart(values: readonly (number | null)[], options: ChartOptions): string[] {
  const columns = shrink(values, options.width)
  const present = columns.filter(value => value !== null)
  if (present.length === 0) return ['(no values)']
  const high = Math.max(...present)
  const least = Math.min(...present)
  const low = least >= 0 && least < high * 0.7 ? 0 : least
  const lines = rows(columns, low, high, options)
  const axisWidth = Math.max(...lines.map(({ label }) => widthOf(label)))
  const plot = lines.map(({ label, cells }) => {
    const axis = options.paint(`${padTo(label, axisWidth, 'left')} ┤`, 'dim')
    return `${axis}${options.paint(cells, 'name')}`
  })
  return [...plot, options.paint(timeAxis(columns.length, values.length, axisWidth, options), 'dim')]
}

interface Row {
  label: string
  cells: string
}

function rows(
  columns: readonly (number | null)[],
  low: number,
  high: number,
  { height, format }: ChartOptions,
): Row[] {
  const span = high - low
  return Array.from({ length: height }, (_, i) => {
    const floor = height - 1 - i
    const cells = columns.map(value => {
      if (value === null) return ' '
      // a value at the bottom still shows that it is there
      const filled = Math.max(1, Math.round((span === 0 ? 0.5 : (value - low) / span) * height * 8))
      return eighths[Math.min(8, Math.max(0, filled - floor * 8))]
    })
    const isLabelled = i === 0 || i === height - 1 || (height > 4 && i === Math.floor(height / 2))
    const at = i === 0 ? high : i === height - 1 ? low : low + (span * (floor + 0.5)) / height
    return { label: isLabelled && (span > 0 || i === 0) ? format(at) : '', cells: cells.join('') }
  })
}

/** As many columns as there is room for, each the mean of its values. */
function shrink(values: readonly (number | null)[], width: number): (number | null)[] {
  if (values.length <= width) return [...values]
  return Array.from({ length: width }, (_, i) => {
    const part = values
      .slice(Math.floor((i * values.length) / width), Math.floor(((i + 1) * values.length) / width))
      .filter(value => value !== null)
    return part.length === 0 ? null : part.reduce((sum, value) => sum + value, 0) / part.length
  })
}

function timeAxis(
  columns: number,
  count: number,
  axisWidth: number,
  { startMs, stepMs }: ChartOptions,
): string {
  const endMs = startMs + (count - 1) * stepMs
  const isLong = endMs - startMs > 86_400_000
  const text = (ms: number) => {
    const iso = new Date(ms).toISOString()
    return isLong ? iso.slice(5, 16).replace('T', ' ') : iso.slice(11, 16)
  }
  const [first, middle, last] = [text(startMs), text((startMs + endMs) / 2), `${text(endMs)}Z`]
  const room = columns - first.length - last.length
  const gap = Math.max(1, Math.floor((room - middle.length) / 2))
  const inner =
    room > middle.length + 4
      ? ' '.repeat(gap) + middle + ' '.repeat(room - middle.length - gap)
      : ' '.repeat(Math.max(1, room))
  return `${' '.repeat(axisWidth + 2)}${first}${inner}${last}`
}
