import { useEffect, useRef } from 'react'

/** Keys of the whole page: `/` goes to the query, `[` and `]` to earlier and later times. Not while something is typed. */
export function useKeys(onShift: (direction: -1 | 1) => void): void {
  const shift = useRef(onShift)
  shift.current = onShift
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '/') focusQuery()
      else if (event.key === '[') shift.current(-1)
      else if (event.key === ']') shift.current(1)
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable="true"], dialog') !== null
  )
}

function focusQuery(): void {
  document.querySelector<HTMLElement>('[data-query="main"] :is([contenteditable="true"], textarea)')?.focus()
}
