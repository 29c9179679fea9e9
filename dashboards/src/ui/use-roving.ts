import { type KeyboardEvent, type RefCallback, useCallback, useEffect, useState } from 'react'

interface Roving<E extends HTMLElement> {
  ref: RefCallback<E>
  onKeyDown: (event: KeyboardEvent<E>) => void
}

/**
 * A list of any length costs the Tab key no more than one of its rows: up, down, Home and End go from row to row, left and right
 * through what a row has to press, and Tab comes back to the row that had the focus last. A row that can be opened has
 * `data-opens`, and the focus itself. Source: https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_roving_tabindex
 */
export function useRoving<E extends HTMLElement>(rowSelector: string): Roving<E> {
  const [list, setList] = useState<E | null>(null)
  useEffect(() => {
    if (list === null) return
    const settle = () => makeStops(rowsIn(list, rowSelector), document.activeElement)
    settle()
    // rows come and go, whether the list is drawn anew or not
    const changes = new MutationObserver(settle)
    changes.observe(list, { childList: true, subtree: true })
    list.addEventListener('focusin', settle)
    return () => {
      changes.disconnect()
      list.removeEventListener('focusin', settle)
    }
  }, [list, rowSelector])
  const onKeyDown = useCallback(
    (event: KeyboardEvent<E>) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const next = nextStop(rowsIn(event.currentTarget, rowSelector), event.target as HTMLElement, event.key)
      if (next === undefined) return
      next.focus()
      event.preventDefault()
    },
    [rowSelector],
  )
  return { ref: setList, onKeyDown }
}

/** From above to below, each as what can have the focus in it. */
function rowsIn(list: HTMLElement, selector: string): HTMLElement[][] {
  return [...list.querySelectorAll<HTMLElement>(selector)].map(row => {
    const controls = [...row.querySelectorAll<HTMLElement>('button, a[href]')]
    return 'opens' in row.dataset ? [row, ...controls] : controls
  })
}

/** Tab stops at the row with the focus, else at the one where it stopped before, else at the first. */
function makeStops(rows: readonly HTMLElement[][], focused: Element | null): void {
  const has = (test: (stop: HTMLElement) => boolean) => rows.find(row => row.some(test))
  const current =
    has(stop => stop === focused) ?? has(stop => stop.getAttribute('tabindex') === '0') ?? rows[0]
  for (const row of rows) {
    const tabIndex = row === current ? '0' : '-1'
    for (const stop of row)
      if (stop.getAttribute('tabindex') !== tabIndex) stop.setAttribute('tabindex', tabIndex)
  }
}

function nextStop(rows: readonly HTMLElement[][], from: HTMLElement, key: string): HTMLElement | undefined {
  const at = rows.findIndex(row => row.includes(from))
  const row = rows[at]
  if (row === undefined) return undefined
  const column = row.indexOf(from)
  return {
    ArrowDown: rows[at + 1]?.[0],
    ArrowUp: rows[at - 1]?.[0],
    Home: rows[0]?.[0],
    End: rows.at(-1)?.[0],
    ArrowRight: row[column + 1],
    ArrowLeft: row[column - 1],
  }[key]
}
