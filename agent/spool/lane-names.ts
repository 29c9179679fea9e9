import type { SharedConfig } from '../../lib/base/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import type { LaneName } from './lane.ts'

export const signals: readonly Signal[] = ['logs', 'metrics', 'traces']

/** The lanes that a configuration asks for: `perSignal` of each signal, `logs`, `logs-2` and so on. */
export function laneNames(topics: SharedConfig['kafka']['topics'], perSignal: number): LaneName[] {
  return signals.flatMap(signal =>
    Array.from({ length: perSignal }, (_, i) => ({
      name: i === 0 ? signal : `${signal}-${i + 1}`,
      signal,
      topic: topics[signal],
    })),
  )
}
