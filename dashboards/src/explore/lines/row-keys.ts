import type { Virtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback } from 'react'
import type { Entry } from './fold.ts'

interface Rows {
  entries: readonly Entry[]
  /** Index of the current line; -1 where there is none. */
  at: number
  virtual: Virtualizer<HTMLDivElement, Element>
  setCurrent: (id: string) => void
  toggle: (id: string) => void
  close: () => void
}

const page = 20

/** Keys that go through lines. Those pressed in what is open are not the grid's, but for Escape. */
export function useRowKeys({ entries, at, virtual, setCurrent, toggle, close }: Rows) {
  return useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      const { key, currentTarget, target } = event
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (key === 'Escape') {
        close()
        currentTarget.focus({ preventScroll: true })
        return
      }
      if (target !== currentTarget) return
      const id = entries[at]?.line.id
      const to = destination(key, at, entries.length)
      if (to !== undefined) {
        setCurrent(entries[to]?.line.id ?? '')
        virtual.scrollToIndex(to, { align: 'auto' })
      } else if ((key === 'Enter' || key === ' ') && id !== undefined) toggle(id)
      else return
      event.preventDefault()
    },
    [entries, at, virtual, setCurrent, toggle, close],
  )
}

function destination(key: string, at: number, count: number): number | undefined {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page }[key]
  if (count === 0) return undefined
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, at + step))
}
