import type { ApiSeries, Grid } from '../charts/align.ts'
import { momentsOf, type Range } from '../ui/range.ts'

/** A series of an answer has no more. Source: Prometheus HTTP API, range queries. */
const maxPoints = 11_000

/** A range at the moments at which a rule would look; further apart where an answer could not hold them all. */
export function gridOf(range: Range, intervalMs: number): Grid {
  const { startMs, endMs } = momentsOf(range)
  const leastMs = Math.ceil((endMs - startMs) / maxPoints / 10_000) * 10_000
  const stepMs = Math.max(intervalMs, leastMs)
  return { startMs: Math.ceil(startMs / stepMs) * stepMs, endMs, stepMs }
}

/** When something was so. Unix milliseconds. */
export interface Span {
  fromMs: number
  toMs: number
}

/**
 * When a series was there, as spans: points further apart than a step and a half are two. With `forMs` a span counts from
 * when it has held for so long, as an alert's `for` does.
 */
export function spansOf(values: NonNullable<ApiSeries['values']>, apartMs: number, forMs = 0): Span[] {
  const spans: Span[] = []
  for (const [seconds] of values) {
    const atMs = seconds * 1000
    const last = spans.at(-1)
    if (last !== undefined && atMs - last.toMs <= apartMs * 1.5) last.toMs = atMs
    else spans.push({ fromMs: atMs, toMs: atMs })
  }
  return spans
    .map(({ fromMs, toMs }) => ({ fromMs: fromMs + forMs, toMs: toMs + apartMs }))
    .filter(({ fromMs, toMs }) => fromMs + apartMs <= toMs)
}
