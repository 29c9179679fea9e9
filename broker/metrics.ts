import type { Metrics } from '../lib/base/index.ts'
import type { GroupCoordinator } from './groups/coordinator.ts'
import type { TopicTable } from './topics/topic-table.ts'

/** Figures that are asked for; bytes, connections and request times are counted where they arise. */
export function observe(metrics: Metrics, topics: TopicTable, groups: GroupCoordinator): void {
  metrics.gauge('millrace.broker.topics', { unit: '{topic}', description: 'topics' }, () => topics.size)
  metrics.gauge('millrace.broker.log_size', { unit: 'By', description: 'bytes on disk by topic' }, () =>
    [...topics.all()].map(topic => ({ labels: { topic: topic.name }, value: topic.sizeBytes })),
  )
  metrics.gauge(
    'millrace.broker.groups',
    { unit: '{group}', description: 'consumer groups' },
    () => [...groups.all()].length,
  )
}
