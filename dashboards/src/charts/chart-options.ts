import uPlot from 'uplot'
import type { Times } from '../ui/times.ts'
import { formatValue, tickSteps, type Unit } from './units.ts'

/** A moment to be marked. Unix milliseconds. */
export interface Mark {
  atMs: number
  text: string
  /** A value on the left axis; without it the mark is a line over the whole height. */
  value?: number
}

interface Options {
  element: HTMLElement
  series: readonly { name: string; colour: string; dash: readonly number[]; right?: Unit }[]
  unit: Unit
  times: Times
  height: number
  kind: 'line' | 'area' | 'bars'
  /** Whether the values of each series stand on those of the next. */
  stack: boolean
  marks: readonly Mark[]
  onCursor: (at: { index: number; left: number } | null) => void
  onBrush: (start: string, end: string) => void
}

/** How uPlot draws a chart of ours. */
export function chartOptions(options: Options): uPlot.Options {
  const { element, series, unit, times, height, marks, onCursor, onBrush } = options
  const style = getComputedStyle(element)
  const [text, grid] = [style.getPropertyValue('--chart-text'), style.getPropertyValue('--chart-grid')]
  const right = series.find(one => one.right !== undefined)?.right
  const axis = {
    stroke: () => style.color || text,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    font: '11px sans-serif',
  }
  const inUnit = (of: Unit) => {
    const incrs = tickSteps(of)
    const values = (_: uPlot, ticks: number[]) => ticks.map(tick => formatValue(tick, of))
    return { size: 62, values, ...(incrs === undefined ? {} : { incrs }) }
  }
  return {
    width: element.clientWidth,
    height,
    // its own clock is the browser's
    ...(times.isLocal
      ? {}
      : { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), times.zone) }),
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, sync: { key: 'millrace' } },
    scales: { y: { range: rangeOf }, ...(right === undefined ? {} : { right: { range: rangeOf } }) },
    axes: [
      {
        ...axis,
        size: 28,
        values: (_, ticks) => ticks.map(tick => times.tick(tick * 1000, gapOf(ticks) * 1000)),
      },
      { ...axis, ...inUnit(unit) },
      ...(right === undefined
        ? []
        : [
            {
              ...axis,
              scale: 'right',
              side: 1 as const,
              ...inUnit(right),
              grid: { show: false },
            },
          ]),
    ],
    // what lies between a series and the next is its own
    ...(options.stack && options.kind === 'area'
      ? { bands: series.slice(1).map((_, i): uPlot.Band => ({ series: [i + 1, i + 2] })) }
      : {}),
    series: [{}, ...series.map(one => seriesOptions(one, options))],
    hooks: {
      setCursor: [plot => onCursor(cursorOf(plot))],
      setSelect: [plot => brushed(plot, onBrush)],
      draw: [plot => drawMarks(plot, marks, resolved(element, 'var(--level-fatal)'))],
    },
  }
}

function seriesOptions(
  { name, colour, dash, right }: Options['series'][number],
  options: Options,
): uPlot.Series {
  const { element, kind } = options
  const stroke = resolved(element, colour)
  const bars = uPlot.paths.bars?.({ size: [0.8, 40] })
  return {
    label: name,
    stroke,
    width: kind === 'bars' ? 0 : 1.5,
    dash: [...dash],
    // a value between two that are not there makes no line
    points: { show: false, size: 4, fill: stroke, filter: (plot, i) => lonely(plot.data[i] ?? []) },
    scale: right === undefined ? 'y' : 'right',
    ...(kind === 'line'
      ? {}
      : {
          fill: `color-mix(in srgb, ${stroke} ${kind === 'bars' ? 100 : options.stack ? 45 : 22}%, transparent)`,
        }),
    ...(kind === 'bars' && bars !== undefined ? { paths: bars } : {}),
  }
}

/** From zero, with some room beyond what lies furthest from it; something to draw on where all is zero. */
export function rangeOf(_: unknown, low: number, high: number): [number, number] {
  const [below, above] = [Math.min(0, low) * 1.08, Math.max(0, high) * 1.08]
  return below === 0 && above === 0 ? [0, 1] : [below, above]
}

/** The places of values that have no other beside them; null where there is none. */
export function lonely(values: ArrayLike<number | null | undefined>): number[] | null {
  const found = Array.from(values, (value, i) =>
    value != null && values[i - 1] == null && values[i + 1] == null ? [i] : [],
  ).flat()
  return found.length === 0 ? null : found
}

const gapOf = (ticks: readonly number[]) => (ticks[1] ?? 0) - (ticks[0] ?? 0)

/** Only the chart under the pointer says its values; the others show the moment alone. */
function cursorOf(plot: uPlot): { index: number; left: number } | null {
  const { idx, left, event } = plot.cursor
  if (idx == null || left === undefined || left < 0 || event == null) return null
  if (!plot.root.matches(':hover')) return null
  return { index: idx, left: (left + plot.bbox.left / devicePixelRatio) / plot.width }
}

/** A canvas knows nothing of CSS variables: let the browser work the colour out. */
function resolved(element: HTMLElement, colour: string): string {
  const probe = document.createElement('span')
  probe.style.color = colour
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function brushed(plot: uPlot, onBrush: (start: string, end: string) => void): void {
  if (plot.select.width < 4) return
  const from = plot.posToVal(plot.select.left, 'x')
  const to = plot.posToVal(plot.select.left + plot.select.width, 'x')
  onBrush(String(Math.floor(from * 1000)), String(Math.ceil(to * 1000)))
}

function drawMarks(plot: uPlot, marks: readonly Mark[], colour: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colour
  ctx.fillStyle = colour
  for (const { atMs, value } of marks) {
    const x = plot.valToPos(atMs / 1000, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    if (value === undefined) {
      ctx.setLineDash([4, 3])
      ctx.moveTo(x, bbox.top)
      ctx.lineTo(x, bbox.top + bbox.height)
      ctx.stroke()
    } else {
      ctx.arc(x, plot.valToPos(value, 'y', true), 4, 0, 2 * Math.PI)
      ctx.fill()
    }
  }
  ctx.restore()
}
