import { setTimeout as sleep } from 'node:timers/promises'

/** Waits so long, or less where the signal is aborted meanwhile. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
