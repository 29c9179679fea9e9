import { Metrics, memoryLogger, systemClock } from '../../lib/base/index.ts'
import { noFilter } from '../records/filter.ts'
import { Intake } from '../sources/intake.ts'
import { Repeats } from '../sources/repeats.ts'
import { laneNames } from '../spool/lane-names.ts'
import { Spool } from '../spool/spool.ts'
import { inTemporaryFolder } from './temporary-folder.ts'

export interface TestSpool {
  folder: string
  spool: Spool
  intake: Intake
  entries: ReturnType<typeof memoryLogger>['entries']
  logger: ReturnType<typeof memoryLogger>['logger']
}

export const testLanes = laneNames({ logs: 'otlp_logs', metrics: 'otlp_metrics', traces: 'otlp_spans' }, 1)

/** Runs a test with a spool on disk and an intake into it. */
export function withSpool(run: (spool: TestSpool) => Promise<void>, maxBytes = 67_108_864): Promise<void> {
  return inTemporaryFolder(async folder => {
    const { logger, entries } = memoryLogger()
    const spool = await Spool.open({
      agentFolder: folder,
      lanes: testLanes,
      maxBytes,
      clock: systemClock,
      logger,
    })
    const intake = new Intake({
      source: 'otlp',
      agentId: 'a',
      startedMs: 1,
      spool,
      filter: noFilter,
      repeats: new Repeats(systemClock),
      clock: systemClock,
      metrics: new Metrics(),
    })
    try {
      await run({ folder, spool, intake, entries, logger })
    } finally {
      await spool.close()
    }
  })
}
