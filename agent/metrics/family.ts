import type { Exemplar } from '../../lib/otlp/index.ts'

export type FamilyType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown'

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  /** With its suffix: `http_requests_total`, `latency_bucket`. */
  name: string
  labels: Labels
  value: number
  /** Undefined: the time of the scrape. */
  timeMs?: number
  exemplar?: Exemplar
}

/** A metric family as Prometheus and OpenMetrics expose it. */
export interface Family {
  name: string
  type: FamilyType
  help: string
  unit: string
  samples: Sample[]
}

/** Prometheus marks the end of a series with this NaN. Source: prometheus/prometheus, model/value/value.go */
const staleBits = 0x7ff0_0000_0000_0002n
const scratch = new DataView(new ArrayBuffer(8))

export function isStaleMarker(value: number): boolean {
  if (!Number.isNaN(value)) return false
  scratch.setFloat64(0, value)
  return scratch.getBigUint64(0) === staleBits
}
