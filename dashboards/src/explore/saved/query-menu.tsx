import { lazy, Suspense } from 'react'
import { Popover } from '../../ui/popover.tsx'
import styles from './query-menu.module.css'

const QueryChoice = lazy(() => import('./query-choice.tsx').then(module => ({ default: module.QueryChoice })))

interface Properties {
  query: string
  onRun: (query: string) => void
}

/** Queries kept under a name, and those asked lately. */
export function QueryMenu({ query, onRun }: Properties) {
  return (
    <Popover text="Queries" label="Saved and recent queries">
      {close => (
        <div className={styles['menu']}>
          <Suspense>
            <QueryChoice
              query={query}
              onRun={chosen => {
                close()
                onRun(chosen)
              }}
            />
          </Suspense>
        </div>
      )}
    </Popover>
  )
}
