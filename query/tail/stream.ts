import type { SSEStreamingApi } from 'hono/streaming'
import type { LogLine } from '../api/schemas.ts'
import type { LogPredicate } from '../logql/evaluate.ts'
import type { TailHub } from './hub.ts'

/** Lines that wait for a slow reader; further ones are counted and left out. */
const maxWaiting = 2_000
const heartbeatMs = 5_000

/** One follower's server-sent events: `log`, `dropped` and `heartbeat`. Returns when the follower is gone. */
export async function streamTail(
  hub: TailHub,
  matches: LogPredicate,
  stream: SSEStreamingApi,
): Promise<void> {
  const waiting: LogLine[] = []
  let dropped = 0
  let wake: () => void = () => undefined
  const leave = await hub.follow(lines => {
    for (const line of lines) {
      if (!matches(line)) continue
      if (waiting.length < maxWaiting) waiting.push(line)
      else dropped++
    }
    wake()
  })
  stream.onAbort(() => wake())
  const beat = setInterval(() => wake(), heartbeatMs)
  try {
    while (!stream.aborted && !stream.closed) {
      const lines = waiting.splice(0)
      const missed = dropped
      dropped = 0
      for (const line of lines) await stream.writeSSE({ event: 'log', data: JSON.stringify(line) })
      if (missed > 0) await stream.writeSSE({ event: 'dropped', data: JSON.stringify({ count: missed }) })
      if (lines.length === 0 && missed === 0) await stream.writeSSE({ event: 'heartbeat', data: '{}' })
      if (waiting.length > 0 || dropped > 0) continue
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  } finally {
    clearInterval(beat)
    await leave()
  }
}
