import type { SSEStreamingApi } from 'hono/streaming'
import type { LogLine } from '../api/schemas.ts'
import type { TailHub } from './hub.ts'

/** Lines that wait for a slow reader; further ones are counted and left out. */
const maxWaiting = 2_000
const heartbeatMs = 5_000

/** Sends what a follower is to see; returns when the follower is gone. */
export type TailStreamer = (stream: SSEStreamingApi) => Promise<void>

/**
 * Begins to follow; resolves once no further line can be missed, so that whoever is answered then may rely on it. The
 * streamer must be run: it also ends the following. Events: `log`, `dropped` and `heartbeat`. Errors: TOO_MANY_TAILS.
 */
export async function followTail(hub: TailHub, matches: (line: LogLine) => boolean): Promise<TailStreamer> {
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
  return async stream => {
    stream.onAbort(() => wake())
    const beat = setInterval(() => wake(), heartbeatMs)
    try {
      while (!stream.aborted && !stream.closed) {
        const lines = waiting.splice(0)
        const missed = dropped
        dropped = 0
        await writeEvents(stream, lines, missed)
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
}

async function writeEvents(
  stream: SSEStreamingApi,
  lines: readonly LogLine[],
  dropped: number,
): Promise<void> {
  for (const line of lines) await stream.writeSSE({ event: 'log', data: JSON.stringify(line) })
  if (dropped > 0) await stream.writeSSE({ event: 'dropped', data: JSON.stringify({ count: dropped }) })
  if (lines.length === 0 && dropped === 0) await stream.writeSSE({ event: 'heartbeat', data: '{}' })
}
