import { lazy, Suspense, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { isTyping } from '../ui/is-typing.ts'
import { pages } from './pages.ts'

const CommandMenu = lazy(() => import('./command-menu.tsx').then(module => ({ default: module.CommandMenu })))
const Keys = lazy(() => import('./keys.tsx').then(module => ({ default: module.Keys })))

const chordMs = 1_200

/** Listens for the keys that hold everywhere, and shows the menu and the list of keys. */
export function Shortcuts() {
  const [open, setOpen] = useState<'menu' | 'keys'>()
  const [, navigate] = useLocation()
  useEffect(() => {
    let chordUntilMs = 0
    const onKey = (event: KeyboardEvent) => {
      const action = actionOf(event, Date.now() < chordUntilMs)
      chordUntilMs = action === 'chord' ? Date.now() + chordMs : 0
      if (action === undefined || action === 'chord') return
      if (typeof action === 'object') navigate(action.path)
      else if (action === 'query') focusQuery()
      else setOpen(action)
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [navigate])
  const close = () => setOpen(undefined)
  return (
    <Suspense>
      {open === 'menu' && <CommandMenu onClose={close} />}
      {open === 'keys' && <Keys onClose={close} />}
    </Suspense>
  )
}

type Action = 'menu' | 'keys' | 'query' | 'chord' | { path: string }

/** What a key means outside of fields; within them only ⌘K means anything. */
function actionOf(event: KeyboardEvent, afterChord: boolean): Action | undefined {
  const isCommand = event.metaKey || event.ctrlKey
  if (isCommand && event.key.toLowerCase() === 'k') return 'menu'
  if (isCommand || event.altKey || isTyping(event.target)) return undefined
  if (afterChord) return pages.find(({ key }) => key === event.key)
  return ({ g: 'chord', '?': 'keys', '/': 'query' } as const)[event.key]
}

/** The field of the page in which one looks for something; an editor takes the place of a plain one when it has come. */
function focusQuery(): void {
  document
    .querySelector<HTMLElement>(
      '[data-focus="query"], [data-query="main"] :is([contenteditable="true"], textarea, input), .cm-content',
    )
    ?.focus()
}
