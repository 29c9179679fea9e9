import type { TraceAnswer, TraceSpan } from '../query/index.ts'
import { formatDuration } from './human.ts'
import { printable } from './printable.ts'

const leastBar = 20
const leastName = 24
const mostName = 60
const durationWidth = 10

/**
 * The spans of a trace as lines: who and what to the left, when in the middle, how long to the right. Bars of the critical
 * path are full, those of others light; `!` marks errors. `width` is that of the terminal.
 */
export function waterfall(trace: TraceAnswer, width: number): string[] {
  const titles = trace.spans.map(titleOf)
  const titleWidth = Math.min(mostName, Math.max(leastName, ...titles.map(({ length }) => length)))
  const barWidth = Math.max(leastBar, width - titleWidth - durationWidth - 4)
  const critical = new Set(trace.criticalPath.map(({ spanId }) => spanId))
  return trace.spans.map((span, i) => {
    const title = shortened(titles[i] ?? '', titleWidth).padEnd(titleWidth)
    const bar = barOf(span, trace, barWidth, critical.has(span.spanId) ? '█' : '░')
    const mark = span.status === 'error' ? '!' : ' '
    return `${mark} ${title} ${bar} ${formatNs(span.durationNs).padStart(durationWidth)}`.trimEnd()
  })
}

function titleOf({ depth, service, name }: TraceSpan): string {
  return printable(`${'  '.repeat(Math.min(depth, 12))}${service === '' ? '?' : service}: ${name}`)
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

function barOf(span: TraceSpan, trace: TraceAnswer, width: number, fill: string): string {
  const total = Math.max(1, trace.durationNs)
  const offset = Number(BigInt(span.start) - BigInt(trace.start))
  const from = Math.min(width - 1, Math.max(0, Math.floor((offset / total) * width)))
  const length = Math.min(width - from, Math.max(1, Math.round((span.durationNs / total) * width)))
  return `${' '.repeat(from)}${fill.repeat(length)}`.padEnd(width)
}

/**
 * A length of time in the unit that it is read in.
 *
 * @example
 * formatNs(1_234_567) // => '1.23 ms'
 */
export function formatNs(ns: number): string {
  if (ns >= 60e9) return formatDuration(ns / 1e9)
  const units = [
    ['s', 1e9],
    ['ms', 1e6],
    ['µs', 1e3],
  ] as const
  const [unit, size] = units.find(([, least]) => ns >= least) ?? ['ns', 1]
  const value = ns / size
  return `${value >= 100 || unit === 'ns' ? Math.round(value) : Number(value.toPrecision(3))} ${unit}`
}
