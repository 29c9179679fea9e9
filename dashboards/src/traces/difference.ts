import type { TraceSpan } from '../../../query/index.ts'

/** What a service did under one name, in one trace and in another. Durations are sums, in nanoseconds. */
export interface Difference {
  service: string
  name: string
  counts: [number, number]
  durationsNs: [number, number]
  errors: [number, number]
}

/** Operations of two traces side by side, those whose time differs most first. */
export function differencesOf(one: readonly TraceSpan[], other: readonly TraceSpan[]): Difference[] {
  const found = new Map<string, Difference>()
  const add = (span: TraceSpan, side: 0 | 1) => {
    const key = JSON.stringify([span.service, span.name])
    const present = found.get(key) ?? {
      service: span.service,
      name: span.name,
      counts: [0, 0],
      durationsNs: [0, 0],
      errors: [0, 0],
    }
    present.counts[side]++
    present.durationsNs[side] += span.durationNs
    if (span.status === 'error') present.errors[side]++
    found.set(key, present)
  }
  for (const span of one) add(span, 0)
  for (const span of other) add(span, 1)
  const moved = ({ durationsNs: [a, b] }: Difference) => Math.abs(b - a)
  return [...found.values()].sort((a, b) => moved(b) - moved(a))
}
