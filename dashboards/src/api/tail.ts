import type { LogLine } from '../../../query/index.ts'
import { addressOf } from './http.ts'

/** After an answer that was no stream, such as 503, a browser does not try again by itself. */
const retryMs = 2_000
/** A quiet service shows its last lines. */
const backfill = 100

export interface TailListener {
  onConnected: (connected: boolean) => void
  onLine: (line: LogLine) => void
  onDropped: (count: number) => void
}

/** Follows lines until it is closed, whatever comes between: it goes on where it left off. Returns what closes it. */
export function openTail(query: string, listener: TailListener): () => void {
  const { onConnected, onLine, onDropped } = listener
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastEventId: string | undefined
  // what is new comes out of the topics: a store that cannot be asked for what was before must not keep it away
  let asksStore = true
  const open = () => {
    // a browser that connects again by itself gives the id back as a header; here it is ours to give
    const from = lastEventId !== undefined ? { lastEventId } : asksStore ? { backfill } : {}
    source = new EventSource(addressOf('/api/logs/tail', { query, ...from }))
    source.onopen = () => onConnected(true)
    source.onerror = () => {
      onConnected(false)
      asksStore = !asksStore
      source.close()
      timer = setTimeout(open, retryMs)
    }
    const on = <T>(name: string, take: (data: T) => void) =>
      source.addEventListener(name, event => {
        if (event.lastEventId !== '') lastEventId = event.lastEventId
        take(JSON.parse(event.data) as T)
      })
    on<LogLine>('log', onLine)
    on<{ count: number }>('dropped', ({ count }) => onDropped(count))
    on<unknown>('heartbeat', () => undefined)
  }
  open()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
