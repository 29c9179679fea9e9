import { lazy, Suspense, useState } from 'react'
import type { Showing } from './showing.ts'
import type { LogsResult } from './use-logs.ts'

interface Properties {
  logs: LogsResult
  showing: Showing
  opened: string
  onOpen: (id: string) => void
}

const LinkedLine = lazy(() => import('./linked-line.tsx').then(module => ({ default: module.LinkedLine })))

/** A line that a link names and that the list below does not have. One that was opened in the list is not such a line. */
export function Linked({ logs, showing, opened, onOpen }: Properties) {
  const [linked] = useState(opened)
  if (linked === '' || linked !== opened || logs.lines.some(line => line.id === opened)) return null
  return (
    <Suspense>
      <LinkedLine id={opened} showing={showing} onClose={() => onOpen('')} />
    </Suspense>
  )
}
