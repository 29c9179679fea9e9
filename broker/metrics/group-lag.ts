import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { TopicTable } from '../topics/topic-table.ts'

/** How far each group is behind the end of each partition it has committed to, at most `limit` of them. */
export function groupLags(groups: GroupCoordinator, topics: TopicTable, limit: number) {
  const lags: { labels: { group: string; topic: string; partition: string }; value: number }[] = []
  for (const { group, offsets } of groups.all())
    for (const { topic, partition, committed } of offsets.all()) {
      const end = topics.get(topic)?.opened(partition)?.log.stableOffset
      if (end === undefined) continue
      if (lags.length === limit) return lags
      const labels = { group: group.id, topic, partition: String(partition) }
      lags.push({ labels, value: Math.max(0, end - committed.offset) })
    }
  return lags
}
