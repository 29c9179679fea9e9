import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { StreamTopicAnswer } from '../../../query/index.ts'
import { alterTopic, type Configs } from '../api/streams.ts'
import { Badge } from '../ui/badge.tsx'
import controls from '../ui/controls.module.css'
import { Section, Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { ReadOnly } from '../ui/read-only.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { meaningOf } from './config-meaning.ts'

type Entry = StreamTopicAnswer['configs'][number]

/** The configuration of a topic; changes are shown, and looked at by the broker, before they are made. */
export function Configurations({ topic }: { topic: StreamTopicAnswer }) {
  const [changes, setChanges] = useState<Configs>({})
  const [onlyOwn, setOnlyOwn] = useState(false)
  const set = (name: string, value: string | null | undefined) => {
    const { [name]: _, ...others } = changes
    setChanges(value === undefined ? others : { ...others, [name]: value })
  }
  const shown = topic.configs.filter(entry => !onlyOwn || !entry.isDefault)
  return (
    <Section>
      <Tools>
        <button
          type="button"
          className={onlyOwn ? controls['pressed'] : controls['button']}
          aria-pressed={onlyOwn}
          onClick={() => setOnlyOwn(!onlyOwn)}
        >
          Only what is not as by default
        </button>
      </Tools>
      {topic.writable ? (
        <Preview topic={topic} changes={changes} onDone={() => setChanges({})} />
      ) : (
        <ReadOnly />
      )}
      <Table
        label="Configuration"
        columns={columnsOf(topic.writable, changes, set)}
        rows={shown}
        keyOf={entry => entry.name}
      />
    </Section>
  )
}

function columnsOf(
  writable: boolean,
  changes: Configs,
  onSet: (name: string, value: string | null | undefined) => void,
): Column<Entry>[] {
  return [
    {
      title: 'Name',
      about: true,
      show: entry => <span title={entry.documentation ?? undefined}>{entry.name}</span>,
      sort: entry => entry.name,
    },
    {
      title: 'Value',
      show: entry =>
        writable && !entry.readOnly ? (
          <input
            aria-label={entry.name}
            value={changes[entry.name] ?? (changes[entry.name] === null ? '' : (entry.value ?? ''))}
            disabled={changes[entry.name] === null}
            onChange={event =>
              onSet(entry.name, event.target.value === entry.value ? undefined : event.target.value)
            }
          />
        ) : (
          <code>{entry.isSensitive ? 'secret' : entry.value}</code>
        ),
    },
    {
      title: 'Means',
      show: ({ name, value }) => meaningOf(name, changes[name] ?? value ?? ''),
    },
    {
      title: 'From',
      show: entry => <Badge tone={entry.isDefault ? 'plain' : 'good'}>{entry.source}</Badge>,
      sort: entry => entry.source,
    },
    {
      title: '',
      show: entry =>
        writable &&
        entry.source === 'topic' && (
          <button
            type="button"
            className={controls['quiet']}
            onClick={() => onSet(entry.name, changes[entry.name] === null ? undefined : null)}
          >
            {changes[entry.name] === null ? 'Keep it' : 'Back to the default'}
          </button>
        ),
    },
  ]
}

interface PreviewProperties {
  topic: StreamTopicAnswer
  changes: Configs
  onDone: () => void
}

function Preview({ topic, changes, onDone }: PreviewProperties) {
  const client = useQueryClient()
  const [checked, setChecked] = useState('')
  const [error, setError] = useState<Error>()
  const entries = Object.entries(changes)
  if (entries.length === 0) return null
  const present = JSON.stringify(changes)
  const run = async (validateOnly: boolean) => {
    try {
      await alterTopic(topic.name, { configs: changes, validateOnly })
      setError(undefined)
      setChecked(present)
      if (validateOnly) return
      await client.invalidateQueries({ queryKey: ['topic', topic.name] })
      onDone()
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <section aria-label="Changes">
      <ul>
        {entries.map(([name, value]) => (
          <li key={name}>
            <code>{name}</code>: <del>{topic.configs.find(entry => entry.name === name)?.value}</del> →{' '}
            <ins>{value ?? 'the default'}</ins>
          </li>
        ))}
      </ul>
      <Tools>
        <button type="button" className={controls['button']} onClick={() => void run(true)}>
          Ask the broker
        </button>
        <button
          type="button"
          className={controls['primary']}
          disabled={checked !== present}
          onClick={() => void run(false)}
        >
          Change
        </button>
        <button type="button" className={controls['quiet']} onClick={onDone}>
          Forget
        </button>
        {checked === present && <span role="status">The broker takes it.</span>}
      </Tools>
      {error !== undefined && <Problem error={error} />}
    </section>
  )
}
