import { messageOf } from '../lib/base/index.ts'
import { Cleaner } from './compaction/cleaner.ts'
import type { Services } from './services.ts'
import { cautiousClock } from './steady-clock.ts'

/** Node's timers take no longer one. */
const longestIntervalMs = 2_000_000_000

/**
 * Lets go of what is past its time, again and again: segments, producers, offsets; and compacts. `folder` holds the
 * partitions.
 */
export function startHousekeeping(services: Services, folder: string): { close(): Promise<void> } {
  const { topics, groups, transactions, tokens, logger, brokerConfigs } = services
  const clock = cautiousClock(services.clock)
  const backoffMs = () => brokerConfigs.number('log.cleaner.backoff.ms')
  const bytesPerSecond = () => brokerConfigs.number('log.cleaner.io.max.bytes.per.second')
  const cleaner = new Cleaner({
    topics,
    folder,
    clock,
    logger: logger.child('cleaner'),
    backoffMs,
    bytesPerSecond,
  })
  cleaner.start()
  let running: Promise<void> = Promise.resolve()
  const every = (name: string, work: () => Promise<void>) => {
    const run = () => {
      running = running
        .then(work)
        .catch(error => logger.error('housekeeping failed', { error: messageOf(error) }))
    }
    return setInterval(run, Math.min(brokerConfigs.number(name), longestIntervalMs)).unref()
  }
  const timers = [
    every('log.retention.check.interval.ms', () => topics.enforceRetention(clock.nowMs())),
    every('offsets.retention.check.interval.ms', () => groups.clean()),
    every('transaction.remove.expired.transaction.cleanup.interval.ms', () => transactions.expire()),
    every('delegation.token.expiry.check.interval.ms', () => tokens.removeEnded()),
  ]
  return {
    close: async () => {
      for (const timer of timers) clearInterval(timer)
      await cleaner.close()
      await running
    },
  }
}
