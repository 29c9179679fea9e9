import { parseConfig } from '../../cli/config.ts'
import { Metrics, messageOf, stderrLogger, systemClock } from '../../lib/base/index.ts'
import { startStore } from '../start.ts'

// A store in a process of its own, for tests: chDB cannot live in a test runner's worker thread.
// Argument: the configuration as JSON. Says `{ ready: addresses }` over IPC, stops on SIGTERM or when the parent goes.

try {
  const role = await startStore(parseConfig(process.argv[2] ?? '{}', {}), {
    logger: stderrLogger('store', 'warn'),
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
  process.send?.({ ready: role.addresses })
} catch (error) {
  process.send?.({ failed: { code: (error as { code?: unknown }).code, message: messageOf(error) } })
  process.exit(2)
}
