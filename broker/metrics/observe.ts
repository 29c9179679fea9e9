import { addProcessMetrics, type Metrics } from '../../lib/base/index.ts'
import type { FetchSessions } from '../fetch-sessions/fetch-sessions.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { Services } from '../services.ts'
import type { Topic } from '../topics/topic.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import type { Traffic } from '../topics/traffic.ts'
import { groupLags } from './group-lag.ts'

/** Series of one metric that are told: a broker of ten thousand topics must stay readable. */
const maxSeries = 2_000

/** Figures that are asked for, by Kafka's meanings; connections and request times are counted where they arise. */
export function observe(
  metrics: Metrics,
  { topics, groups, fetchSessions }: Pick<Services, 'topics' | 'groups' | 'fetchSessions'>,
): void {
  addProcessMetrics(metrics)
  observeTraffic(metrics, topics)
  observeLogs(metrics, topics)
  observeGroups(metrics, topics, groups)
  observeFetchSessions(metrics, fetchSessions)
}

const trafficMetrics: readonly [name: string, unit: string, description: string, key: keyof Traffic][] = [
  ['bytes_in', 'By', 'bytes of record batches appended for producers', 'bytesIn'],
  ['bytes_out', 'By', 'bytes of record batches given to consumers', 'bytesOut'],
  ['messages_in', '{record}', 'records appended for producers', 'messagesIn'],
  ['produce_requests', '{request}', 'partitions of produce requests', 'produceRequests'],
  ['failed_produce_requests', '{request}', 'of those, refused or failed', 'failedProduceRequests'],
  ['fetch_requests', '{request}', 'partitions of fetch requests', 'fetchRequests'],
  ['failed_fetch_requests', '{request}', 'of those, refused or failed', 'failedFetchRequests'],
]

function observeTraffic(metrics: Metrics, topics: TopicTable): void {
  for (const [name, unit, description, key] of trafficMetrics)
    metrics.observedCounter(`millrace.broker.${name}`, { unit, description }, () =>
      perTopic(topics, topic => topic.traffic[key]),
    )
}

function observeLogs(metrics: Metrics, topics: TopicTable): void {
  metrics.gauge('millrace.broker.topics', { unit: '{topic}', description: 'topics' }, () => topics.size)
  metrics.gauge('millrace.broker.partitions', { unit: '{partition}', description: 'partitions' }, () => {
    let count = 0
    for (const topic of topics.all()) count += topic.partitionCount
    return count
  })
  metrics.gauge('millrace.broker.log_size', { unit: 'By', description: 'bytes on disk by topic' }, () =>
    perTopic(topics, topic => topic.sizeBytes),
  )
  metrics.gauge(
    'millrace.broker.unsynced_bytes',
    { unit: 'By', description: 'bytes written to logs that a loss of power could still take' },
    () => {
      let bytes = 0
      for (const topic of topics.all()) bytes += topic.unsyncedBytes
      return bytes
    },
  )
}

function observeGroups(metrics: Metrics, topics: TopicTable, groups: GroupCoordinator): void {
  const description = { unit: '{group}', description: 'consumer groups by state' }
  metrics.gauge('millrace.broker.groups', description, () => {
    const counts = new Map<string, number>()
    for (const { group } of groups.all()) counts.set(group.state, (counts.get(group.state) ?? 0) + 1)
    return [...counts].map(([state, value]) => ({ labels: { state }, value }))
  })
  metrics.gauge(
    'millrace.broker.group_lag',
    { unit: '{record}', description: 'records that a group has not committed yet, by partition' },
    () => groupLags(groups, topics, maxSeries),
  )
}

/** Kafka's NumIncrementalFetchSessions, NumIncrementalFetchPartitionsCached, IncrementalFetchSessionEvictionsPerSec. */
function observeFetchSessions(metrics: Metrics, sessions: FetchSessions): void {
  metrics.gauge(
    'millrace.broker.incremental_fetch_sessions',
    { unit: '{session}', description: 'consumers that need not name all partitions in every request' },
    () => sessions.size,
  )
  metrics.gauge(
    'millrace.broker.incremental_fetch_partitions',
    { unit: '{partition}', description: 'partitions in the fetch sessions of all consumers' },
    () => sessions.partitions,
  )
  metrics.observedCounter(
    'millrace.broker.incremental_fetch_session_evictions',
    { unit: '{session}', description: 'fetch sessions that had to go for others' },
    () => sessions.evicted,
  )
}

function perTopic(topics: TopicTable, value: (topic: Topic) => number) {
  const series: { labels: { topic: string }; value: number }[] = []
  for (const topic of topics.all()) {
    if (series.length === maxSeries) break
    series.push({ labels: { topic: topic.name }, value: value(topic) })
  }
  return series
}
