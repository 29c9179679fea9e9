import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { StreamGroupAnswer } from '../../../query/index.ts'
import { deleteGroup, getGroup } from '../api/streams.ts'
import { Confirm } from '../ui/confirm.tsx'
import controls from '../ui/controls.module.css'
import { formatCount, formatSpan } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Note, Page, PageBody } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { ReadOnly } from '../ui/read-only.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { GroupState } from './groups.tsx'
import { LagHistory } from './lag-history.tsx'
import { ResetGroup } from './reset-group.tsx'
import { refreshMs } from './topics.tsx'

type Partition = StreamGroupAnswer['partitions'][number]
type Member = StreamGroupAnswer['members'][number]

/** One group: who is in it, and how far it is behind where. */
export function GroupView({ name }: { name: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['group', name],
    queryFn: ({ signal }) => getGroup(name, signal),
    refetchInterval: refreshMs,
  })
  const bar = (
    <>
      <Link href="/streams/groups" className={controls['link'] ?? ''}>
        All groups
      </Link>
      {data !== undefined && <GroupState state={data.state} />}
      {data?.writable === true && <Actions group={data} onDone={() => void refetch()} />}
    </>
  )
  return (
    <Page title={name} bar={bar}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the group" />}
      {data !== undefined && (
        <PageBody>
          {!data.writable && <ReadOnly />}
          <p>
            {capital(data.type)} group{data.assignor !== '' && `, partitions divided by ${data.assignor}`}:{' '}
            <Behind partitions={data.partitions} />
          </p>
          <LagHistory group={name} />
          <h2>Partitions</h2>
          <Table
            label="Partitions"
            columns={partitionColumns}
            rows={data.partitions}
            keyOf={({ topic, partition }) => `${topic}-${partition}`}
          />
          <h2>Members</h2>
          {data.members.length === 0 ? (
            <Note>Nobody reads now.</Note>
          ) : (
            <Table
              label="Members"
              columns={data.type === 'streams' ? [...memberColumns, ...taskColumns] : memberColumns}
              rows={data.members}
              keyOf={m => m.memberId}
            />
          )}
        </PageBody>
      )}
    </Page>
  )
}

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1)

function Actions({ group, onDone }: { group: StreamGroupAnswer; onDone: () => void }) {
  const [, navigate] = useLocation()
  const [resetting, setResetting] = useState(false)
  return (
    <>
      <button type="button" className={controls['button']} onClick={() => setResetting(true)}>
        Reset offsets
      </button>
      {group.members.length === 0 && (
        <Confirm
          action="Delete"
          title={`Delete group ${group.group}?`}
          word={group.group}
          onConfirm={() => deleteGroup(group.group)}
          onDone={() => navigate('/streams/groups')}
        >
          <p>How far it had read is forgotten. That cannot be undone.</p>
        </Confirm>
      )}
      {resetting && <ResetGroup group={group} onClose={() => setResetting(false)} onDone={onDone} />}
    </>
  )
}

const partitionColumns: Column<Partition>[] = [
  { title: 'Topic', show: p => p.topic, sort: p => p.topic },
  { title: 'Partition', show: p => p.partition, sort: p => p.partition, align: 'right' },
  {
    title: 'Read up to',
    show: p => p.committed ?? 'nothing yet',
    sort: p => p.committed ?? -1,
    align: 'right',
  },
  { title: 'End', show: p => p.endOffset, sort: p => p.endOffset, align: 'right' },
  {
    title: 'Records behind',
    show: p => formatCount(p.lagRecords),
    sort: p => p.lagRecords,
    align: 'right',
  },
  {
    title: 'Time behind',
    show: p => formatSpan(p.lagSeconds * 1000),
    sort: p => p.lagSeconds,
    align: 'right',
  },
  { title: 'Read by', show: p => p.members.join(', ') },
]

const memberColumns: Column<Member>[] = [
  { title: 'Client', show: m => m.clientId, sort: m => m.clientId },
  { title: 'Host', show: m => m.host, sort: m => m.host },
  { title: 'Instance', show: m => m.instanceId ?? '' },
  {
    title: 'Partitions',
    show: m => m.assignments.map(({ topic, partitions }) => `${topic}: ${partitions.join(', ')}`).join('; '),
  },
]

/** Of a streams group. */
const taskColumns: Column<Member>[] = [
  { title: 'At work', show: m => tasksOf(m.tasks?.active) },
  { title: 'Kept ready', show: m => tasksOf(m.tasks?.standby) },
  { title: 'On their way to it', show: m => tasksOf(m.tasks?.warmup) },
]

type Tasks = NonNullable<Member['tasks']>['active']

/** `0_1`, as Kafka Streams writes subtopology and partition. */
function tasksOf(tasks: Tasks = []): string {
  return tasks
    .flatMap(({ subtopology, partitions }) => partitions.map(partition => `${subtopology}_${partition}`))
    .join(', ')
}

function Behind({ partitions }: Pick<StreamGroupAnswer, 'partitions'>) {
  if (partitions.every(({ committed }) => committed === null))
    return 'it has committed nothing, so how far it is behind is not known.'
  const records = partitions.reduce((sum, p) => sum + p.lagRecords, 0)
  return (
    <>
      <strong>{formatCount(records)}</strong> {records === 1 ? 'record' : 'records'} behind,{' '}
      <strong>{formatSpan(Math.max(0, ...partitions.map(p => p.lagSeconds)) * 1000)}</strong>
    </>
  )
}
