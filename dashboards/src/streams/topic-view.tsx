import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import * as z from 'zod/mini'
import type { StreamTopicAnswer } from '../../../query/index.ts'
import { deleteTopic, getGroups, getTopic } from '../api/streams.ts'
import { useAddress } from '../ui/address.ts'
import { Confirm } from '../ui/confirm.tsx'
import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import { countOf, formatBytes, formatCount, formatSpan } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Page, Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Configurations } from './configurations.tsx'
import { Messages } from './messages.tsx'
import { messagesFields } from './messages-view.ts'
import { refreshMs } from './topics.tsx'

const tabs = [
  { name: 'messages', title: 'Messages' },
  { name: 'partitions', title: 'Partitions' },
  { name: 'groups', title: 'Groups' },
  { name: 'configuration', title: 'Configuration' },
] as const

const schema = z.object({
  ...messagesFields,
  tab: z._default(z.enum(['messages', 'partitions', 'groups', 'configuration']), 'messages'),
})

/** One topic: what lies in it, how, and who reads it. */
export function TopicView({ name }: { name: string }) {
  const [view, change] = useAddress(schema)
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['topic', name],
    queryFn: ({ signal }) => getTopic(name, signal),
    refetchInterval: refreshMs,
  })
  const remove = data?.writable === true && !data.isInternal && (
    <Confirm
      action="Delete"
      title={`Delete topic ${name}?`}
      word={name}
      onConfirm={() => deleteTopic(name)}
      onDone={() => {
        void client.invalidateQueries({ queryKey: ['topics'] })
        navigate('/streams')
      }}
    >
      <p>All its records go with it. That cannot be undone.</p>
    </Confirm>
  )
  const bar = (
    <>
      <Link href="/streams" className={controls['link'] ?? ''}>
        All topics
      </Link>
      {remove}
    </>
  )
  return (
    <Page title={name} bar={bar}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the topic" />}
      {data !== undefined && (
        <Tabs label="Views of the topic" tabs={tabs} current={view.tab} onChange={tab => change({ tab })}>
          {view.tab === 'messages' && (
            <Messages
              topic={name}
              partitions={data.partitions.length}
              writable={data.writable}
              view={view}
              onChange={change}
            />
          )}
          {view.tab === 'partitions' && <Partitions topic={data} />}
          {view.tab === 'groups' && <Readers topic={name} />}
          {view.tab === 'configuration' && <Configurations key={name} topic={data} />}
        </Tabs>
      )}
    </Page>
  )
}

type Partition = StreamTopicAnswer['partitions'][number]

function Partitions({ topic }: { topic: StreamTopicAnswer }) {
  return (
    <Section>
      <Table
        label="Partitions"
        columns={partitionColumns}
        rows={topic.partitions}
        keyOf={({ partition }) => String(partition)}
      />
    </Section>
  )
}

const partitionColumns: Column<Partition>[] = [
  { title: 'Partition', show: p => p.partition, sort: p => p.partition, align: 'right' },
  { title: 'Leader', show: p => (p.leader < 0 ? 'none' : p.leader), align: 'right' },
  { title: 'Replicas', show: p => p.replicas.join(', ') },
  { title: 'In sync', show: p => p.inSyncReplicas.join(', ') },
  { title: 'Start', show: p => p.startOffset, sort: p => p.startOffset, align: 'right' },
  { title: 'End', show: p => p.endOffset, sort: p => p.endOffset, align: 'right' },
  { title: 'Records', show: p => formatCount(p.endOffset - p.startOffset), align: 'right' },
  {
    title: 'Size',
    show: p => (p.bytes === null ? 'unknown' : formatBytes(p.bytes)),
    sort: p => p.bytes ?? 0,
    align: 'right',
  },
]

function Readers({ topic }: { topic: string }) {
  const [, navigate] = useLocation()
  const { data, error } = useQuery({ queryKey: ['groups'], queryFn: ({ signal }) => getGroups(signal) })
  if (error !== null) return <Problem error={error} />
  if (data === undefined) return <Loading what="groups" />
  const readers = data.groups.filter(({ topics }) => topics.includes(topic))
  if (readers.length === 0) return <Empty title="No group has read this topic" />
  return (
    <Section>
      <Table
        label="Groups that read the topic"
        columns={[
          { title: 'Group', show: group => group.group },
          { title: 'State', show: group => group.state },
          {
            title: 'Behind, all its topics',
            show: group =>
              group.hasCommitted
                ? `${countOf(group.lagRecords, 'record')}, ${formatSpan(group.lagSeconds * 1000)}`
                : 'nothing committed',
            align: 'right',
          },
        ]}
        rows={readers}
        keyOf={({ group }) => group}
        onOpen={({ group }) => navigate(`/streams/groups/${encodeURIComponent(group)}`)}
      />
    </Section>
  )
}
