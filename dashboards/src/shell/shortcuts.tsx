import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Dialog } from '../ui/dialog.tsx'
import { isTyping } from '../ui/is-typing.ts'
import { CommandMenu } from './command-menu.tsx'
import { pages } from './pages.ts'
import styles from './shortcuts.module.css'

/** The keys of all pages. `g` and a letter go to a page; lists and fields have their own. */
const keys: readonly [keys: string, meaning: string][] = [
  ['⌘K or Ctrl K', 'find a page, a service, a query, a trace or a line'],
  ['?', 'these keys'],
  ['/', 'to the query, or what is looked for'],
  ['↑ ↓', 'through a list; Home and End to its ends'],
  ['Enter', 'open what is chosen; in a query: run it'],
  ['[ ]', 'the range before, the range after'],
  ['← →', 'in tabs: to the next; in a trace: fold and unfold'],
  ['Esc', 'close what is open'],
  ...pages.map(({ title, key }): [string, string] => [`g ${key}`, title]),
]

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
  if (open === 'menu') return <CommandMenu onClose={() => setOpen(undefined)} />
  if (open === 'keys') return <Keys onClose={() => setOpen(undefined)} />
  return null
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

function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className={styles['keys']}>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

/** The field of the page in which one looks for something; an editor takes the place of a plain one when it has come. */
function focusQuery(): void {
  document
    .querySelector<HTMLElement>(
      '[data-focus="query"], [data-query="main"] :is([contenteditable="true"], textarea, input), .cm-content',
    )
    ?.focus()
}
