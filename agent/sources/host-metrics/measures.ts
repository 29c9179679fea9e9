import type { MetricInput, NumberPoint } from '../../../lib/otlp/index.ts'

/** One look at the machine: what the collectors measured. */
export type Collect = () => Promise<MetricInput[]>

export function sum(
  name: string,
  unit: string,
  description: string,
  points: NumberPoint[],
  monotonic = true,
): MetricInput {
  return { name, unit, description, kind: 'sum', monotonic, points }
}

export function gauge(name: string, unit: string, description: string, points: NumberPoint[]): MetricInput {
  return { name, unit, description, kind: 'gauge', points }
}

export function point(value: number, attributes: NumberPoint['attributes'] = {}): NumberPoint {
  return { value, attributes }
}
