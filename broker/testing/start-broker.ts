import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '../../cli/config.ts'
import { type LogEntry, Metrics, memoryLogger, type Role, systemClock } from '../../lib/base/index.ts'
import { startBroker } from '../index.ts'

export interface TestBroker {
  address: string
  /** By listener name. */
  addresses: Readonly<Record<string, string>>
  dataDir: string
  entries: LogEntry[]
  metrics: Metrics
  /** Stops it and starts it again over the same folder, on another port unless one is set. */
  restart(): Promise<void>
  /** Stops it and leaves its folder. */
  stop(): Promise<void>
  /** Stops it and removes its folder. */
  close(): Promise<void>
}

/** A broker in this process, in a folder of its own, on a free port; `settings` as in `--set broker.flush=os`. */
export async function startTestBroker(settings: readonly string[] = []): Promise<TestBroker> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-broker-'))
  const { logger, entries } = memoryLogger()
  const metrics = new Metrics()
  const set = [
    `dataDir=${dataDir}`,
    'broker.listen=127.0.0.1:0',
    'broker.groupInitialRebalanceDelayMs=0',
    ...settings,
  ]
  const start = (): Promise<Role> =>
    startBroker(parseConfig('', { set }), {
      logger,
      metrics,
      clock: systemClock,
      fail: error => {
        throw error
      },
    })
  let role = await start()
  return {
    get address() {
      return role.addresses['kafka'] ?? ''
    },
    get addresses() {
      return role.addresses
    },
    dataDir,
    entries,
    metrics,
    restart: async () => {
      await role.close()
      role = await start()
    },
    stop: () => role.close(),
    close: async () => {
      await role.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
