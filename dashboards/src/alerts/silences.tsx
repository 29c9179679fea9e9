import { useQuery } from '@tanstack/react-query'
import * as z from 'zod/mini'
import type { SilenceAnswer } from '../../../query/index.ts'
import { endSilence, getSilences } from '../api/alerts.ts'
import { useAddress } from '../ui/address.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Loading } from '../ui/loading.tsx'
import { Note, Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { type Times, useTimes } from '../ui/times.ts'
import { NewSilence } from './new-silence.tsx'

const schema = z.object({ labels: z._default(z.string(), '') })
const tones: Record<SilenceAnswer['status']['state'], Tone> = {
  active: 'warn',
  pending: 'plain',
  expired: 'plain',
}

/** What nobody wants to hear of, and until when. */
export function Silences() {
  const times = useTimes()
  const [view, change] = useAddress(schema)
  const { data, error, refetch } = useQuery({
    queryKey: ['silences'],
    queryFn: ({ signal }) => getSilences(signal),
  })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="silences" />
  const done = () => {
    change({ labels: '' })
    void refetch()
  }
  return (
    <Section>
      <NewSilence key={view.labels} labels={view.labels} onDone={done} />
      {data.length === 0 ? (
        <Note>Nothing is silenced.</Note>
      ) : (
        <Table
          label="Silences"
          columns={columnsOf(times, () => void refetch())}
          rows={data.toSorted((a, b) => b.endsAt.localeCompare(a.endsAt))}
          keyOf={({ id }) => id}
        />
      )}
    </Section>
  )
}

function columnsOf(times: Times, onDone: () => void): Column<SilenceAnswer>[] {
  return [
    { title: 'State', show: ({ status }) => <Badge tone={tones[status.state]}>{status.state}</Badge> },
    {
      title: 'Of alerts with',
      show: ({ matchers }) => <code>{matchers.map(written).join(', ')}</code>,
      about: true,
    },
    { title: 'From', show: ({ startsAt }) => times.dateTime(Date.parse(startsAt)), sort: s => s.startsAt },
    { title: 'Until', show: ({ endsAt }) => times.dateTime(Date.parse(endsAt)), sort: s => s.endsAt },
    { title: 'Why', show: ({ comment }) => comment },
    { title: 'By', show: ({ createdBy }) => createdBy },
    {
      title: '',
      show: ({ id, status }) =>
        status.state !== 'expired' && (
          <Confirm
            action="End"
            title="End this silence now?"
            onConfirm={() => endSilence(id)}
            onDone={onDone}
          >
            <p>Alerts that it covers are told of again.</p>
          </Confirm>
        ),
    },
  ]
}

function written({ name, value, isRegex, isEqual }: SilenceAnswer['matchers'][number]): string {
  return `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}${JSON.stringify(value)}`
}
