import { messageOf } from '../lib/base/index.ts'
import { Cleaner } from './compaction/cleaner.ts'
import type { Services } from './services.ts'
import { cautiousClock } from './steady-clock.ts'

/** Kafka's log.retention.check.interval.ms. */
const intervalMs = 300_000

/**
 * Lets go of what is past its time, again and again: segments, producers, offsets; and compacts. `folder` holds the
 * partitions.
 */
export function startHousekeeping(services: Services, folder: string): { close(): Promise<void> } {
  const { topics, groups, transactions, logger, brokerConfigs } = services
  const clock = cautiousClock(services.clock)
  const backoffMs = () => Number(brokerConfigs.value('log.cleaner.backoff.ms'))
  const cleaner = new Cleaner({ topics, folder, clock, logger: logger.child('cleaner'), backoffMs })
  cleaner.start()
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    running = running
      .then(async () => {
        await topics.enforceRetention(clock.nowMs())
        await groups.clean()
        await transactions.expire()
      })
      .catch(error => logger.error('housekeeping failed', { error: messageOf(error) }))
  }, intervalMs)
  timer.unref()
  return {
    close: async () => {
      clearInterval(timer)
      await cleaner.close()
      await running
    },
  }
}
