import { OperatingError, type RoleContext } from '../lib/base/index.ts'

const intervalMs = 1_000
/** The engine's own cap is soft: 2.66 GB resident were seen under a cap of 2 GB. */
const tolerated = 1.6
/** So many readings in a row, since one query may well touch the limit for a moment. */
const readingsInARow = 3

/**
 * Watches the resident size from outside the engine. Past the limit the role fails, with one line, and whoever
 * supervises it starts it again: an embedded engine that has grown does not shrink.
 */
export function watchMemory(
  maxMemoryBytes: number,
  context: Pick<RoleContext, 'metrics' | 'fail'>,
  readResident: () => number = process.memoryUsage.rss,
): () => void {
  const limit = maxMemoryBytes * tolerated
  let over = 0
  let resident = readResident()
  context.metrics.gauge(
    'millrace.store.resident',
    { unit: 'By', description: 'resident size of the store process' },
    () => resident,
  )
  const timer = setInterval(() => {
    resident = readResident()
    over = resident > limit ? over + 1 : 0
    if (over !== readingsInARow) return
    const message = `the store holds ${Math.round(resident / 1e6)} MB, more than ${Math.round(limit / 1e6)}: it starts afresh; raise store.maxMemoryBytes if this happens again`
    context.fail(new OperatingError('STORE_MEMORY', message))
  }, intervalMs)
  return () => clearInterval(timer)
}
