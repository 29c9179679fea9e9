import type { LogLine } from '../../../query/index.ts'

/** After an answer that was no stream, such as 503, a browser does not try again by itself. */
const retryMs = 2_000

export interface TailListener {
  onConnected: (connected: boolean) => void
  onLine: (line: LogLine) => void
  onDropped: (count: number) => void
}

/** Follows lines until it is closed, whatever comes between. Returns what closes it. */
export function openTail(query: string, listener: TailListener): () => void {
  const { onConnected, onLine, onDropped } = listener
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  const open = () => {
    source = new EventSource(`/api/logs/tail?${new URLSearchParams({ query })}`)
    source.onopen = () => onConnected(true)
    source.onerror = () => {
      onConnected(false)
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, retryMs)
    }
    source.addEventListener('log', event => onLine(JSON.parse(event.data) as LogLine))
    source.addEventListener('dropped', event =>
      onDropped((JSON.parse(event.data) as { count: number }).count),
    )
  }
  open()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
