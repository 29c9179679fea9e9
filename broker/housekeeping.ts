import { messageOf } from '../lib/base/index.ts'
import type { Services } from './services.ts'

/** Kafka's log.retention.check.interval.ms. */
const intervalMs = 300_000

/** Lets go of what is past its time, again and again: segments, producers, offsets. */
export function startHousekeeping(services: Services): { close(): Promise<void> } {
  const { topics, groups, transactions, logger } = services
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    running = running
      .then(async () => {
        await topics.enforceRetention()
        await groups.clean()
        await transactions.expire()
      })
      .catch(error => logger.error('housekeeping failed', { error: messageOf(error) }))
  }, intervalMs)
  timer.unref()
  return {
    close: async () => {
      clearInterval(timer)
      await running
    },
  }
}
