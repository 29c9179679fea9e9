import type { Usage } from './lines.ts'

export const cpuPerGb = ({ cpuSeconds, bytes }: Usage): number => cpuSeconds / (bytes / 1e9)
export const mbPerSecond = ({ bytes, seconds }: Usage): number => bytes / 1e6 / seconds

export function median<T>(runs: readonly T[], of: (run: T) => number): number {
  const sorted = runs.map(of).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
