import type { Counter, Histogram, Metrics } from '../../lib/base/index.ts'

export interface ShipFigures {
  records: Counter
  bytes: Counter
  retries: Counter
  quarantined: Counter
  latency: Histogram
}

export function shipFigures(metrics: Metrics, lane: string): ShipFigures {
  const labels = { lane }
  const counter = (name: string, unit: string, description: string): Counter =>
    metrics.counter(`millrace.agent.ship.${name}`, { unit, description }, labels)
  return {
    records: counter('records', '{record}', 'Kafka records acknowledged by the brokers'),
    bytes: counter('bytes', 'By', 'compressed bytes acknowledged by the brokers'),
    retries: counter('retries', '{retry}', 'pauses after an attempt that failed'),
    quarantined: counter('quarantined', '{record}', 'Kafka records set aside because they cannot be shipped'),
    latency: metrics.histogram(
      'millrace.agent.ship.latency',
      { unit: 'ms', description: 'from sending a batch to its acknowledgement' },
      labels,
    ),
  }
}
