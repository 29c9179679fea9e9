import { setTimeout as sleep } from 'node:timers/promises'
import { isRetriable } from '../index.ts'
import { KafkaError } from './cluster.ts'

const retryForMs = 10_000
const firstPauseMs = 50
const longestPauseMs = 1_000

/**
 * Repeats a question while the cluster answers that it will know soon (a coordinator that loads, an election), for ten
 * seconds at most. Broken connections are not waited for: the caller decides how long a broker may be away.
 */
export async function untilKnown<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + retryForMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await ask()
    } catch (error) {
      const passes = error instanceof KafkaError && isRetriable(error.kafkaCode)
      if (!passes || performance.now() + pauseMs > deadline) throw error
      await sleep(pauseMs)
    }
  }
}
