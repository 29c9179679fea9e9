import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import styles from './tabs.module.css'

interface Properties<Name extends string> {
  label: string
  tabs: readonly { name: Name; title: string; count?: number | undefined }[]
  current: Name
  onChange: (name: Name) => void
  children: ReactNode
}

/** One of several views of the same thing; arrow keys go from one to the next. */
export function Tabs<Name extends string>({ label, tabs, current, onChange, children }: Properties<Name>) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // on a phone not all of them are in sight
    const chosen = list.current?.querySelector(`[data-tab="${current}"]`)
    chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [current])
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const at = tabs.findIndex(({ name }) => name === current)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (next === undefined) return
    onChange(next.name)
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.name}"]`)?.focus()
  }
  return (
    <>
      <div ref={list} role="tablist" aria-label={label} className={styles['tabs']} onKeyDown={move}>
        {tabs.map(({ name, title, count }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            data-tab={name}
            aria-selected={name === current}
            aria-controls={`panel-${name}`}
            tabIndex={name === current ? 0 : -1}
            className={name === current ? styles['current'] : styles['tab']}
            onClick={() => onChange(name)}
          >
            {title}
            {count !== undefined && <span className={styles['count']}>{count}</span>}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`panel-${current}`}
        aria-labelledby={`tab-${current}`}
        className={styles['panel']}
      >
        {children}
      </div>
    </>
  )
}
