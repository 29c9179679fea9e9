import { lazy, type ReactNode, Suspense, useState } from 'react'
import { Link } from 'wouter'
import controls from '../../ui/controls.module.css'
import { Tools } from '../../ui/page.tsx'
import type { KeptQuery } from './kept-panel.ts'

const KeepDialog = lazy(() => import('./keep-dialog.tsx').then(module => ({ default: module.KeepDialog })))

interface Properties {
  queries: readonly KeptQuery[]
  /** In which they are drawn. */
  unit?: string
  /** What else may become of them. */
  children?: ReactNode
}

/** What may become of queries that are drawn: a panel of a dashboard, or an alert of the first. */
export function KeepQuery({ queries, unit = 'number', children }: Properties) {
  const [isKeeping, setKeeping] = useState(false)
  const [first] = queries
  if (first === undefined) return null
  const { language, query } = first
  return (
    <Tools>
      {children}
      <button type="button" className={controls['button']} onClick={() => setKeeping(true)}>
        Onto a dashboard
      </button>
      <Link
        href={`/alerts/editor?${new URLSearchParams({ language, expr: query })}`}
        className={controls['button'] ?? ''}
      >
        Make an alert
      </Link>
      {isKeeping && (
        <Suspense>
          <KeepDialog queries={queries} unit={unit} onClose={() => setKeeping(false)} />
        </Suspense>
      )}
    </Tools>
  )
}
