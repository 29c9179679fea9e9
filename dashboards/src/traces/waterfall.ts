import type { TraceAnswer, TraceSpan } from '../../../query/index.ts'

/** One line of a waterfall. Places are shares of the trace's duration, from 0 to 1. */
export interface WaterfallRow {
  span: TraceSpan
  left: number
  width: number
  /** How many spans are below it. */
  below: number
  folded: boolean
  isError: boolean
  /** The parts of it that the trace's duration is made of. */
  critical: readonly { left: number; width: number }[]
}

/**
 * The lines of a trace, depth first; what is below a folded span is left out. `sought` leaves those whose service, name or
 * attributes have the text, and all above them.
 */
export function rowsOf(trace: TraceAnswer, folded: ReadonlySet<string>, sought = ''): WaterfallRow[] {
  const { spans } = trace
  const startNs = BigInt(trace.start)
  const whole = Math.max(1, trace.durationNs)
  const place = (start: string, durationNs: number) => ({
    left: Number(BigInt(start) - startNs) / whole,
    width: durationNs / whole,
  })
  const below = countBelow(spans)
  const critical = Map.groupBy(trace.criticalPath, part => part.spanId)
  const kept = sought === '' ? undefined : withAncestors(spans, sought)
  const rows: WaterfallRow[] = []
  for (let i = 0; i < spans.length; i++) {
    const span = spans[i] as TraceSpan
    const isFolded = folded.has(span.spanId)
    if (kept === undefined || kept.has(i))
      rows.push({
        span,
        ...place(span.start, span.durationNs),
        below: below[i] as number,
        folded: isFolded,
        isError: span.status === 'error',
        critical: critical.get(span.spanId)?.map(part => place(part.start, part.durationNs)) ?? [],
      })
    if (isFolded) i += below[i] as number
  }
  return rows
}

/** Spans stand depth first: what is below a span are those right after it that are deeper. */
function countBelow(spans: readonly TraceSpan[]): number[] {
  const below = new Array<number>(spans.length).fill(0)
  const open: number[] = []
  for (let i = 0; i <= spans.length; i++) {
    const depth = spans[i]?.depth ?? -1
    while (open.length > 0 && (spans[open.at(-1) as number] as TraceSpan).depth >= depth) {
      const closed = open.pop() as number
      below[closed] = i - closed - 1
    }
    open.push(i)
  }
  return below
}

function withAncestors(spans: readonly TraceSpan[], sought: string): Set<number> {
  const text = sought.toLowerCase()
  const kept = new Set<number>()
  const path: number[] = []
  spans.forEach((span, i) => {
    path.length = span.depth
    path[span.depth] = i
    if (hasText(span, text)) for (const at of path) if (at !== undefined) kept.add(at)
  })
  return kept
}

function hasText({ service, name, spanId, attributes }: TraceSpan, text: string): boolean {
  if (`${service} ${name} ${spanId}`.toLowerCase().includes(text)) return true
  return Object.entries(attributes).some(([key, value]) => `${key}=${value}`.toLowerCase().includes(text))
}

/** Fold to be seen at once: every span at the depth, of those that have something below. */
export function foldedAt(spans: readonly TraceSpan[], depth: number): Set<string> {
  return new Set(spans.filter(span => span.depth === depth).map(span => span.spanId))
}

/** A colour for each service, the same in the whole trace. */
export function coloursOf(services: readonly string[], palette: readonly string[]): Map<string, string> {
  return new Map(services.map((service, i) => [service, palette[i % palette.length] as string]))
}

const second = 1e9
/** Steps that are whole to people: of a second and its parts 1, 2 and 5, then of minutes and hours. */
const niceNs = [
  ...Array.from({ length: 10 }, (_, power) => [1, 2, 5].map(first => first * 10 ** power)).flat(),
  ...[10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400].map(s => s * second),
]
const mostTicks = 5

/** Moments of a trace to write over it, in nanoseconds from its start. */
export function durationTicks(durationNs: number): number[] {
  const step = niceNs.find(ns => durationNs / ns <= mostTicks) ?? durationNs / mostTicks
  return Array.from({ length: Math.floor(durationNs / step) + 1 }, (_, i) => i * step)
}
