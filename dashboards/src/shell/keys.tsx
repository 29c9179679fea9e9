import { Dialog } from '../ui/dialog.tsx'
import styles from './keys.module.css'
import { pages } from './pages.ts'

/** The keys of all pages. `g` and a letter go to a page; lists and fields have their own. */
const keys: readonly [keys: string, meaning: string][] = [
  ['⌘K or Ctrl K', 'find a page, a service, a query, a trace or a line'],
  ['?', 'these keys'],
  ['/', 'to the query, or what is looked for'],
  ['Tab', 'on; its first stop leads past all that stands before the results'],
  ['↑ ↓', 'through a list; Home and End to its ends; ← → through what a row has to press'],
  ['Enter', 'open what is chosen; in a query: run it'],
  ['[ ]', 'the range before, the range after'],
  ['← →', 'in tabs: to the next; in a trace: fold and unfold'],
  ['Esc', 'close what is open'],
  ...pages.map(({ title, key }): [string, string] => [`g ${key}`, title]),
]

export function Keys({ onClose }: { onClose: () => void }) {
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
