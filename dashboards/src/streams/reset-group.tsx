import { type FormEvent, useState } from 'react'
import type { StreamGroupAnswer, StreamResetAnswer } from '../../../query/index.ts'
import { type ResetTo, resetGroup } from '../api/streams.ts'
import controls from '../ui/controls.module.css'
import { Dialog } from '../ui/dialog.tsx'
import { countOf } from '../ui/format.ts'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { type Times, useTimes } from '../ui/times.ts'

interface Properties {
  group: StreamGroupAnswer
  onClose: () => void
  onDone: () => void
}

const momentPattern =
  '\\s*\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d)?(\\.\\d+)?(Z|[+\\-]\\d\\d:\\d\\d)?\\s*'

type To = ResetTo['to']
type Row = StreamResetAnswer['rows'][number]

const kinds: Record<To, string> = {
  earliest: 'the earliest: all that is there',
  latest: 'the latest: only what comes from now on',
  current: 'where it is, within what is there',
  offset: 'an offset',
  datetime: 'a time',
  'shift-by': 'so many records on, or back (-)',
}

/** Where a group shall go on: what it means is shown before it is done. */
export function ResetGroup({ group, onClose, onDone }: Properties) {
  const times = useTimes()
  const [to, setTo] = useState<To>('earliest')
  const [value, setValue] = useState('')
  const [topic, setTopic] = useState('')
  const [plan, setPlan] = useState<StreamResetAnswer>()
  const [error, setError] = useState<Error>()
  const topics = [...new Set(group.partitions.map(partition => partition.topic))]
  const run = async (apply: boolean) => {
    try {
      const reset = { to: resetTo(to, value, times), apply, ...(topic === '' ? {} : { topics: [topic] }) }
      setPlan(await resetGroup(group.group, reset))
      setError(undefined)
      if (apply) onDone()
    } catch (failure) {
      setError(failure as Error)
    }
  }
  const change = (apply: () => void) => {
    setPlan(undefined)
    apply()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run(false)
  }
  return (
    <Dialog title={`Where ${group.group} goes on`} onClose={onClose}>
      {group.members.length > 0 && (
        <p>It has members that read now: stop them first, the broker refuses otherwise.</p>
      )}
      <form onSubmit={submit}>
        <Tools>
          <label>
            Topics
            <select value={topic} onChange={event => change(() => setTopic(event.target.value))}>
              <option value="">all it reads</option>
              {topics.map(name => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <label>
            From
            <select value={to} onChange={event => change(() => setTo(event.target.value as To))}>
              {Object.entries(kinds).map(([kind, title]) => (
                <option key={kind} value={kind}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          {(to === 'offset' || to === 'datetime' || to === 'shift-by') && (
            <label>
              {to === 'datetime' ? `2026-11-23 14:03 (${times.zone})` : 'Number'}
              <input
                required
                type={to === 'datetime' ? 'text' : 'number'}
                pattern={to === 'datetime' ? momentPattern : undefined}
                title={to === 'datetime' ? 'a time as in 2026-11-23 14:03' : undefined}
                value={value}
                onChange={event => change(() => setValue(event.target.value))}
              />
            </label>
          )}
          <button type="submit" className={controls['button']}>
            Preview
          </button>
        </Tools>
      </form>
      {error !== undefined && <Problem error={error} />}
      {plan !== undefined && <Plan plan={plan} onApply={() => void run(true)} />}
    </Dialog>
  )
}

function Plan({ plan, onApply }: { plan: StreamResetAnswer; onApply: () => void }) {
  if (plan.rows.length === 0) return <p>It has read nothing yet: there is nothing to reset.</p>
  return (
    <>
      <Table
        label="What changes"
        columns={planColumns}
        rows={plan.rows}
        keyOf={({ topic, partition }) => `${topic}-${partition}`}
      />
      <p>
        {plan.applied ? (
          <strong role="status">Done.</strong>
        ) : (
          <button type="button" className={controls['danger']} onClick={onApply}>
            Reset {countOf(plan.rows.length, 'partition')}
          </button>
        )}
      </p>
    </>
  )
}

const planColumns: Column<Row>[] = [
  { title: 'Topic', show: row => row.topic },
  { title: 'Partition', show: row => row.partition, align: 'right' },
  { title: 'Now', show: row => row.current ?? 'nothing yet', align: 'right' },
  { title: 'Then', show: row => row.next, align: 'right' },
  { title: 'Difference', show: row => difference(row), align: 'right' },
]

function difference({ current, next }: Row): string {
  if (current === null) return ''
  const moved = next - current
  return moved === 0 ? 'none' : moved > 0 ? `${moved} left out` : `${-moved} once more`
}

function resetTo(to: To, value: string, times: Times): ResetTo {
  switch (to) {
    case 'offset':
      return { to, offset: Number(value) }
    case 'shift-by':
      return { to, records: Number(value) }
    case 'datetime':
      return { to, timestampMs: times.parse(value) ?? Date.parse(value) }
    default:
      return { to }
  }
}
