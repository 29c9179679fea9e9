import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../../api/http.ts'
import { getLogs } from '../../api/logs.ts'
import { Problem } from '../../ui/problem.tsx'
import type { Showing } from '../lines/showing.ts'
import { Fixes } from '../query/fixes-list.tsx'
import type { ChangeView, View } from '../view.ts'
import { ViewBar } from '../view-bar.tsx'
import { LiveList } from './live-list.tsx'
import styles from './live-view.module.css'

interface Properties {
  view: View
  change: ChangeView
  showing: Showing
}

/** Lines of a query as they come in. */
export function LiveView({ view, change, showing }: Properties) {
  const [opened, setOpened] = useState('')
  const mistake = useMistake(view.query)
  return (
    <section className={styles['live']} aria-label="Live">
      <ViewBar view={view} change={change} />
      {mistake === undefined ? (
        <LiveList key={view.query} query={view.query} showing={showing} opened={opened} onOpen={setOpened} />
      ) : (
        <>
          <Problem error={mistake} query={view.query} />
          <Fixes query={view.query} error={mistake} onRun={query => change({ query })} />
        </>
      )}
    </section>
  )
}

/** A stream of events does not say why it is refused; a search does. */
function useMistake(query: string): ApiError | undefined {
  const { error } = useQuery({
    queryKey: ['mistake', query],
    queryFn: ({ signal }) => {
      const page = { cursor: undefined, limit: 1, direction: 'backward' } as const
      return getLogs({ query, start: 'now-1s', end: 'now' }, page, signal)
    },
  })
  return error instanceof ApiError && error.problem.status === 400 ? error : undefined
}
