import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { Link, useLocation } from 'wouter'
import * as z from 'zod/mini'
import type { Board, BoardAnswer } from '../../../query/index.ts'
import { deleteBoard, getBoard, getVersions } from '../api/boards.ts'
import { useAddress } from '../ui/address.ts'
import { Confirm } from '../ui/confirm.tsx'
import controls from '../ui/controls.module.css'
import { readDuration } from '../ui/duration.ts'
import { Loading } from '../ui/loading.tsx'
import { Page } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { useFixedRange } from '../ui/range.ts'
import { useSearchParams } from '../ui/search-params.ts'
import { TimeRange } from '../ui/time-range.tsx'
import { BoardView } from './board-view.tsx'
import { Versions } from './versions.tsx'

/** Forms, YAML and editors come when something is to be changed. */
const BoardDesk = lazy(() =>
  import('./edit/board-desk.tsx').then(({ BoardDesk }) => ({ default: BoardDesk })),
)

const schema = z.object({
  start: z._default(z.string(), ''),
  end: z._default(z.string(), 'now'),
  edit: z._default(z.stringbool(), false),
  version: z._default(z.coerce.number(), 0),
})

/** One dashboard: shown, edited, saved. Variables stand in its address as `var-NAME`. */
export function BoardPage({ name }: { name: string }) {
  const [view, change] = useAddressWithVariables()
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['board', name, view.version],
    queryFn: ({ signal }) => getBoard(name, view.version, signal),
  })
  const versions = useQuery({
    queryKey: ['board-versions', name],
    queryFn: ({ signal }) => getVersions(name, signal),
    enabled: view.edit && view.version !== 0,
  })
  const newest = view.version === 0 ? newestOf(data) : versions.data?.versions[0]
  const board = data?.board
  const start = view.start || `now-${board?.spec.duration ?? '1h'}`
  const { range, look } = useFixedRange({ start, end: view.end })
  useRefresh(board, look)
  const show = (from: string, to: string) => {
    look()
    change({ start: from, end: to })
  }
  const bar = (
    <>
      <Link href="/dashboards" className={controls['link'] ?? ''}>
        All dashboards
      </Link>
      <TimeRange start={start} end={view.end} onRange={show} />
      <button type="button" className={controls['button']} onClick={look}>
        Refresh
      </button>
      <button
        type="button"
        className={view.edit ? controls['pressed'] : controls['button']}
        aria-pressed={view.edit}
        onClick={() => change({ edit: !view.edit })}
      >
        Edit
      </button>
      {data?.origin === 'saved' && (
        <>
          <Versions name={name} version={data.version} onVersion={version => change({ version })} />
          <Confirm
            action="Delete"
            title={`Delete ${name}?`}
            onConfirm={() => deleteBoard(name)}
            onDone={() => {
              void client.invalidateQueries({ queryKey: ['boards'] })
              navigate('/dashboards')
            }}
          >
            <p>All its versions go with it.</p>
          </Confirm>
        </>
      )}
    </>
  )
  const saved = () => {
    change({ version: 0 })
    void client.invalidateQueries({ queryKey: ['boards'] })
    void client.invalidateQueries({ queryKey: ['board', name] })
  }
  return (
    <Page title={board?.spec.display.name || name} bar={bar}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the dashboard" />}
      {view.edit && data !== undefined && newest !== undefined && (
        <Suspense fallback={<Loading what="the dashboard" />}>
          <BoardDesk
            key={`${name} ${view.version}`}
            found={data}
            newest={newest}
            range={range}
            onBrush={show}
            onSaved={saved}
          />
        </Suspense>
      )}
      {!view.edit && board !== undefined && <BoardView board={board} range={range} onBrush={show} />}
    </Page>
  )
}

const newestOf = (found: BoardAnswer | undefined) => (found?.origin === 'saved' ? found.version : found && 0)

/** What does not belong to the frame of the page, the variables, stays in the address when that changes. */
function useAddressWithVariables() {
  const [view] = useAddress(schema)
  const [search, setSearch] = useSearchParams()
  const change = (part: Partial<typeof view>) => {
    const next = new URLSearchParams(search)
    for (const [key, value] of Object.entries({ ...view, ...part }))
      if (value === '' || value === false || value === 0 || value === 'now') next.delete(key)
      else next.set(key, String(value))
    setSearch(next)
  }
  return [view, change] as const
}

/** Looks again as often as the dashboard says, while it can be seen. */
function useRefresh(board: Board | undefined, look: () => void): void {
  const everyMs = readDuration(board?.spec.refreshInterval ?? '') ?? 0
  useEffect(() => {
    if (everyMs < 1_000) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') look()
    }, everyMs)
    return () => clearInterval(timer)
  }, [everyMs, look])
}
