import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { StreamGroupsAnswer } from '../../../query/index.ts'
import { getGroups } from '../api/streams.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Empty } from '../ui/empty.tsx'
import { FindField } from '../ui/find-field.tsx'
import { formatCount, formatSpan } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { isFound, useFind } from '../ui/use-find.ts'
import { refreshMs } from './topics.tsx'

type Group = StreamGroupsAnswer['groups'][number]

/** Groups of all kinds, and how far each is behind. */
export function Groups() {
  const [, navigate] = useLocation()
  const [sought, setSought] = useFind()
  const { data, error, refetch } = useQuery({
    queryKey: ['groups'],
    queryFn: ({ signal }) => getGroups(signal),
    refetchInterval: refreshMs,
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="groups" />
  const shown = data.groups.filter(({ group }) => isFound(group, sought))
  return (
    <Section>
      <Tools>
        <FindField value={sought} onChange={setSought} />
      </Tools>
      {shown.length === 0 ? (
        <Empty title="No group has this name" />
      ) : (
        <Table
          label="Groups"
          columns={columns}
          rows={shown}
          keyOf={({ group }) => group}
          onOpen={({ group }) => navigate(`/streams/groups/${encodeURIComponent(group)}`)}
        />
      )}
    </Section>
  )
}

const tones: Record<string, Tone> = { Stable: 'good', Dead: 'bad', Empty: 'plain' }

export function GroupState({ state }: { state: string }) {
  return <Badge tone={tones[state] ?? 'warn'}>{state}</Badge>
}

const notKnown = <span title="It has committed nothing: how far it is behind is not known.">–</span>

const columns: Column<Group>[] = [
  { title: 'Group', show: ({ group }) => group, sort: ({ group }) => group, about: true },
  { title: 'Kind', show: ({ type }) => type, sort: ({ type }) => type },
  { title: 'State', show: ({ state }) => <GroupState state={state} />, sort: ({ state }) => state },
  { title: 'Members', show: ({ members }) => members, sort: ({ members }) => members, align: 'right' },
  { title: 'Topics', show: ({ topics }) => topics.join(', ') },
  {
    title: 'Records behind',
    show: ({ hasCommitted, lagRecords }) => (hasCommitted ? formatCount(lagRecords) : notKnown),
    sort: ({ hasCommitted, lagRecords }) => (hasCommitted ? lagRecords : -1),
    align: 'right',
  },
  {
    title: 'Time behind',
    show: ({ hasCommitted, lagSeconds }) => (hasCommitted ? formatSpan(lagSeconds * 1000) : notKnown),
    sort: ({ hasCommitted, lagSeconds }) => (hasCommitted ? lagSeconds : -1),
    align: 'right',
  },
]
