import type { Metrics } from '../lib/base/index.ts'
import type { Rules } from './rules.ts'
import type { Sources } from './sources/sources.ts'
import type { Spool } from './spool/spool.ts'

/** Figures that are read off rather than counted. */
export function observe(metrics: Metrics, spool: Spool, sources: Sources, rules: Rules): void {
  metrics.gauge(
    'millrace.agent.spool.bytes',
    { unit: 'By', description: 'bytes on disk in the spool, acknowledged or not' },
    () => spool.lanes.map(({ name, log }) => ({ labels: { lane: name }, value: log.sizeBytes })),
  )
  metrics.gauge(
    'millrace.agent.spool.unshipped',
    { unit: 'By', description: 'bytes in the spool that the brokers have not acknowledged' },
    () =>
      spool.lanes.map(lane => ({
        labels: { lane: lane.name },
        value: lane.unshippedBytes(lane.ackedOffset),
      })),
  )
  metrics.gauge(
    'millrace.agent.lag',
    { unit: 'By', description: 'bytes the sources still have to read' },
    () => sources.lag().bytes,
  )
  for (const what of ['matched', 'changed', 'dropped'] as const)
    metrics.gauge(
      `millrace.agent.rule.${what}`,
      { unit: '{record}', description: `records that a rule ${what} since it began` },
      () => rules.figures().map(figures => ({ labels: { rule: figures.name }, value: figures[what] })),
    )
}
