import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { StreamTopicsAnswer } from '../../../query/index.ts'
import { getTopics } from '../api/streams.ts'
import { Badge } from '../ui/badge.tsx'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { FindField } from '../ui/find-field.tsx'
import { formatBytes, formatCount } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Note, Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { ReadOnly } from '../ui/read-only.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { isFound, useFind } from '../ui/use-find.ts'
import { useRates } from '../ui/use-rates.ts'
import { NewTopic } from './new-topic.tsx'

type Topic = StreamTopicsAnswer['topics'][number]

export const refreshMs = 5_000

/** All topics: how large they are and how fast they grow. */
export function Topics() {
  const [, navigate] = useLocation()
  const [sought, setSought] = useFind()
  const [internal, setInternal] = useState(false)
  const [making, setMaking] = useState(false)
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['topics'],
    queryFn: ({ signal }) => getTopics(signal),
    refetchInterval: refreshMs,
  })
  const topics = data?.topics ?? []
  const rates = useRates(dataUpdatedAt, new Map(topics.map(topic => [topic.name, topic.endOffsets])))
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="topics" />
  const shown = topics.filter(topic => (internal || !topic.isInternal) && isFound(topic.name, sought))
  return (
    <Section>
      <Tools>
        <FindField value={sought} onChange={setSought} />
        <button
          type="button"
          className={internal ? controls['pressed'] : controls['button']}
          aria-pressed={internal}
          onClick={() => setInternal(!internal)}
        >
          Internal topics
        </button>
        {data.writable && (
          <button type="button" className={controls['primary']} onClick={() => setMaking(true)}>
            New topic
          </button>
        )}
      </Tools>
      {!data.writable && <ReadOnly />}
      {shown.length === 0 ? (
        <Empty title="No topic has this name" />
      ) : (
        <Table
          label="Topics"
          columns={columnsOf(rates)}
          rows={shown}
          keyOf={topic => topic.name}
          onOpen={topic => navigate(`/streams/topics/${encodeURIComponent(topic.name)}`)}
        />
      )}
      <Note>
        Cluster {data.cluster.clusterId}, {data.cluster.brokers}{' '}
        {data.cluster.brokers === 1 ? 'broker' : 'brokers'}
      </Note>
      {making && <NewTopic onClose={() => setMaking(false)} />}
    </Section>
  )
}

function columnsOf(rates: ReadonlyMap<string, number>): Column<Topic>[] {
  const rateOf = (topic: Topic) => rates.get(topic.name)
  return [
    { title: 'Topic', show: topic => topic.name, sort: topic => topic.name, about: true },
    { title: 'Partitions', show: topic => topic.partitions, sort: topic => topic.partitions, align: 'right' },
    {
      title: 'Replicas',
      show: topic =>
        topic.underReplicated === 0 ? (
          topic.replicationFactor
        ) : (
          <Badge tone="bad">{`${topic.underReplicated} under-replicated`}</Badge>
        ),
      align: 'right',
    },
    {
      title: 'Records',
      show: topic => formatCount(topic.records),
      sort: topic => topic.records,
      align: 'right',
    },
    {
      title: 'Records/s',
      show: topic => (rateOf(topic) === undefined ? '…' : formatCount(rateOf(topic) ?? 0)),
      sort: topic => rateOf(topic) ?? -1,
      align: 'right',
    },
    {
      title: 'Size',
      show: topic => (topic.bytes === null ? 'unknown' : formatBytes(topic.bytes)),
      sort: topic => topic.bytes ?? -1,
      align: 'right',
    },
  ]
}
