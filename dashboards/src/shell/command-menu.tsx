import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { useLocation } from 'wouter'
import { getFacets } from '../api/logs.ts'
import { useQueries } from '../explore/saved/use-queries.ts'
import { Dialog } from '../ui/dialog.tsx'
import styles from './command-menu.module.css'
import { type Found, find } from './find.ts'
import { pages } from './pages.ts'

const maxShown = 12

/** Finds pages, services, traces and lines by a few letters or an id, and goes there. */
export function CommandMenu({ onClose }: { onClose: () => void }) {
  const id = useId()
  const [, navigate] = useLocation()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const services = useServices()
  const kept = useQueries()
  const found = find(text, { pages, services, recent: kept.read().recent }).slice(0, maxShown)
  const go = (target: Found | undefined) => {
    if (target === undefined) return
    onClose()
    navigate(target.address)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setChosen(Math.min(found.length - 1, chosen + 1))
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, chosen - 1))
    else if (event.key === 'Enter') go(found[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Go to" onClose={onClose}>
      <input
        className={styles['field']}
        role="combobox"
        aria-label="Find a page, service, query, trace or line"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[chosen] === undefined ? undefined : `${id}-${chosen}`}
        placeholder="a page, a service, words, a trace id, a line id"
        value={text}
        onChange={event => {
          setText(event.target.value)
          setChosen(0)
        }}
        onKeyDown={onKey}
      />
      <div role="listbox" id={id} aria-label="Found" className={styles['list']}>
        {found.map((target, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys of the list
          <div
            key={target.kind + target.address}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            className={i === chosen ? styles['chosen'] : styles['item']}
            onClick={() => go(target)}
          >
            <span>{target.title}</span>
            <small>{target.kind}</small>
          </div>
        ))}
      </div>
    </Dialog>
  )
}

function useServices(): readonly string[] {
  const [services, setServices] = useState<readonly string[]>([])
  useEffect(() => {
    const ended = new AbortController()
    const range = { query: '', start: 'now-24h', end: 'now', fields: 'service' }
    getFacets(range, ended.signal).then(
      ({ facets }) => setServices(facets[0]?.values.map(({ value }) => value) ?? []),
      // without the store pages can still be found
      () => setServices([]),
    )
    return () => ended.abort()
  }, [])
  return services
}
