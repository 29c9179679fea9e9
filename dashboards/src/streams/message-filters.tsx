import { type FormEvent, type ReactNode, useState } from 'react'
import controls from '../ui/controls.module.css'
import { Tools } from '../ui/page.tsx'
import { useTimes } from '../ui/times.ts'
import type { MessagesView } from './messages-view.ts'

interface Properties {
  view: MessagesView
  partitions: number
  onRun: (view: MessagesView) => void
  /** The same again. */
  onReload: () => void
  children: ReactNode
}

const formats = ['auto', 'otlp', 'json', 'text', 'hex', 'registry'] as const

/** Which records: from where, of which partition, with which key and text. */
export function MessageFilters({ view, partitions, onRun, onReload, children }: Properties) {
  const times = useTimes()
  const [wanted, setWanted] = useState(view)
  const set = (part: Partial<MessagesView>) => setWanted({ ...wanted, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const ms = times.parse(wanted.from)
    const next = { ...wanted, from: ms === undefined ? placeOf(wanted.from) : String(ms) }
    if (JSON.stringify(next) === JSON.stringify(view)) onReload()
    else onRun(next)
  }
  return (
    <form onSubmit={submit} aria-label="Which records">
      <Tools>
        <label>
          From
          <input
            list="places"
            value={/^(next|before):/.test(wanted.from) ? '' : wanted.from}
            placeholder="a page on the way"
            title="latest, earliest, offset:120, now-10m, or a time"
            onChange={event => set({ from: event.target.value })}
          />
          <datalist id="places">
            <option value="latest" />
            <option value="earliest" />
            <option value="now-10m" />
            <option value="now-1h" />
            <option value="offset:0" />
          </datalist>
        </label>
        <label>
          Partition
          <select value={wanted.partition} onChange={event => set({ partition: event.target.value })}>
            <option value="">all</option>
            {Array.from({ length: partitions }, (_, partition) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a partition is its number
              <option key={partition}>{partition}</option>
            ))}
          </select>
        </label>
        <label>
          Key
          <input
            value={wanted.key}
            placeholder="exactly"
            onChange={event => set({ key: event.target.value })}
          />
        </label>
        <label>
          Text
          <input
            data-focus="query"
            value={wanted.text}
            placeholder="in key or value"
            onChange={event => set({ text: event.target.value })}
          />
        </label>
        <label>
          Shown as
          <select
            value={wanted.format}
            onChange={event => set({ format: event.target.value as MessagesView['format'] })}
          >
            {formats.map(format => (
              <option key={format}>{format}</option>
            ))}
          </select>
        </label>
        <button type="submit" className={controls['primary']}>
          Read
        </button>
        {children}
      </Tools>
    </form>
  )
}

/** `1h` and `-1h` are `now-1h`. */
function placeOf(text: string): string {
  const [, span] = /^\s*(?:now)?\s*-?\s*(\d+(?:ms|[smhdw]))\s*$/.exec(text) ?? []
  return span === undefined ? text.trim() || 'latest' : `now-${span}`
}
