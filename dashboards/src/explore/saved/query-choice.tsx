import { type FormEvent, useEffect, useRef, useState } from 'react'
import controls from '../../ui/controls.module.css'
import { type Queries, withoutSaved, withSaved } from './queries.ts'
import styles from './query-menu.module.css'
import { useQueries } from './use-queries.ts'

interface Properties {
  query: string
  onRun: (query: string) => void
}

/** Queries to choose from, and a name to keep this one under. */
export function QueryChoice({ query, onRun }: Properties) {
  const kept = useQueries()
  const [queries, setQueries] = useState(kept.read)
  const holder = useRef<HTMLDivElement>(null)
  useEffect(() => {
    holder.current?.querySelector<HTMLElement>('input, button')?.focus()
  }, [])
  const change = (changed: Queries) => {
    kept.write(changed)
    setQueries(changed)
  }
  return (
    <div ref={holder}>
      {query.trim() !== '' && <Save query={query} onSave={name => change(withSaved(queries, name, query))} />}
      <List
        title="Saved"
        queries={queries.saved}
        onRun={onRun}
        onRemove={name => change(withoutSaved(queries, name))}
      />
      <List title="Recent" queries={queries.recent.map(one => ({ name: '', query: one }))} onRun={onRun} />
      {queries.saved.length + queries.recent.length === 0 && <p>Queries that you ask are kept here.</p>}
    </div>
  )
}

function Save({ query, onSave }: { query: string; onSave: (name: string) => void }) {
  const [name, setName] = useState('')
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    onSave(name.trim())
    setName('')
  }
  return (
    <form className={styles['save']} onSubmit={save}>
      <input
        aria-label={`Name for ${query}`}
        placeholder="Name for this query"
        value={name}
        onChange={event => setName(event.target.value)}
      />
      <button type="submit" className={controls['button']} disabled={name.trim() === ''}>
        Save
      </button>
    </form>
  )
}

interface ListProperties {
  title: string
  queries: readonly { name: string; query: string }[]
  onRun: (query: string) => void
  onRemove?: (name: string) => void
}

function List({ title, queries, onRun, onRemove }: ListProperties) {
  if (queries.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {queries.map(({ name, query }) => (
          <li key={name + query}>
            <button type="button" className={styles['query']} onClick={() => onRun(query)}>
              {name !== '' && <b>{name}</b>} <code>{query}</code>
            </button>
            {onRemove !== undefined && (
              <button
                type="button"
                className={controls['quiet']}
                aria-label={`Remove ${name}`}
                onClick={() => onRemove(name)}
              >
                ✕
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
