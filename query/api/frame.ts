import type { QueryContext } from '../context.ts'
import type { StoreCost } from '../store-reader.ts'

/** Starts the clock of an answer; the returned function puts around it what every answer says. */
export function beginAnswer({ clock, watcher }: QueryContext) {
  const startedMs = clock.monotonicMs()
  // asked for before the data: what is in the store by now was complete by then
  const completeness = watcher.answer()
  return async (cost: StoreCost, rollup: string | null = null, warnings: string[] = []) => {
    const { completeToMs, missingHosts } = await completeness
    const ms = Math.round((clock.monotonicMs() - startedMs) * 100) / 100
    return {
      completeTo: completeToText(completeToMs),
      missingHosts,
      cost: { ms, rows: cost.rows, bytes: cost.bytes, rollup },
      warnings,
    }
  }
}

/** Null also where an agent has had nothing acknowledged yet: its moment is 0, and no answer is complete to 1970. */
export function completeToText(ms: number | null): string | null {
  return ms === null || ms <= 0 ? null : nanoseconds(ms)
}

export function nanoseconds(ms: number): string {
  return String(BigInt(Math.floor(ms)) * 1_000_000n)
}

/**
 * Keeps an answer about a window that is closed: all that can be known of it was there. Late lines amend such a window,
 * so a kept answer lives for some seconds only (see the cache's own limit).
 */
export async function keptWhenClosed<T extends { completeTo: string | null }>(
  { closedWindows }: QueryContext,
  key: string,
  endNs: bigint,
  answer: () => Promise<T>,
): Promise<T> {
  const kept = closedWindows.get(key) as T | undefined
  if (kept !== undefined) return kept
  const made = await answer()
  if (made.completeTo !== null && BigInt(made.completeTo) >= endNs) closedWindows.set(key, made)
  return made
}
