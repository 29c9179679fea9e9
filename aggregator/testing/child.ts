import { parseConfig } from '../../cli/config.ts'
import { Metrics, messageOf, stderrLogger, systemClock } from '../../lib/base/index.ts'
import { startAggregator } from '../start.ts'

// An aggregator in a process of its own, for tests that kill it. Argument: the configuration as JSON.
// Says `{ ready: true }` over IPC; ends when the parent goes.

try {
  const role = await startAggregator(parseConfig(process.argv[2] ?? '{}', {}), {
    logger: stderrLogger('aggregator', 'error'),
    metrics: new Metrics(),
    clock: systemClock,
    fail(error) {
      process.stderr.write(`${messageOf(error)}\n`)
      process.exit(1)
    },
  })
  const stop = () => {
    role.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('disconnect', stop)
  process.send?.({ ready: true })
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exit(2)
}
