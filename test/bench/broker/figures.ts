import type { LoadResult } from './load.ts'
import type { Subject } from './subjects.ts'

export interface Figure {
  mbPerSecond: number
  requestsPerSecond: number
  cpuPerGb: number
  p50Ms: number
  p99Ms: number
}

/** Runs a load and says what it took. */
export async function measure(subject: Subject, run: () => Promise<LoadResult>): Promise<Figure> {
  const before = subject.cpuSeconds()
  const result = await run()
  const bytes = Math.max(result.bytesSent, result.bytesReceived)
  const sorted = result.latenciesMs.sort((a, b) => a - b)
  return {
    mbPerSecond: bytes / result.ms / 1000,
    requestsPerSecond: (result.requests / result.ms) * 1000,
    cpuPerGb: (subject.cpuSeconds() - before) / (bytes / 1e9),
    p50Ms: sorted[Math.floor(sorted.length / 2)] ?? 0,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  }
}

export function median(figures: readonly Figure[], key: keyof Figure): number {
  const sorted = figures.map(figure => figure[key]).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
