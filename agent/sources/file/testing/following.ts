import { join } from 'node:path'
import { expect } from 'vitest'
import { type LogEntry, Metrics, memoryLogger, OnceAMinute, parseConfig } from '../../../../lib/base/index.ts'
import { openLog } from '../../../../lib/log/index.ts'
import { Lane } from '../../../spool/lane.ts'
import { itemsOf, readSpool, type SpooledRecord } from '../../../testing/read-spool.ts'
import { SkewedClock } from '../../../testing/skewed-clock.ts'
import { inTemporaryFolder, until } from '../../../testing/temporary-folder.ts'
import { Positions } from '../positions.ts'
import { FileSource } from '../source.ts'

/** A row as it stands in the spool, and what the ledger says of the request that it came in. */
export interface Row {
  /** The ledger's source. */
  source: string
  path: string
  service: string
  body: string
  observedMs: number
}

export interface Running {
  folder: string
  clock: SkewedClock
  entries: LogEntry[]
  /** Bodies of all log records in the spool, in order. */
  bodies(): Promise<string[]>
  rows(): Promise<Row[]>
  waitFor(...expected: string[]): Promise<void>
  /** Stops the agent, runs something, and starts it again. */
  restart(between?: () => Promise<void>): Promise<void>
  caughtUp(): Promise<void>
}

export interface Settings {
  include?: string[]
  extra?: object
}

/** Runs a file source over `logs/*.log` with a real spool beside it, and checks the ledger at the end. */
export async function following(settings: Settings, run: (running: Running) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async folder => {
    const clock = new SkewedClock()
    const { logger, entries } = memoryLogger()
    const include = (settings.include ?? ['*.log']).map(pattern => join(folder, pattern))
    const source = { type: 'file', include, ...settings.extra }
    const [config] = parseConfig(JSON.stringify({ agent: { sources: [source] } }), {}).agent.sources
    if (config?.type !== 'file') throw new Error('the test has one file source')
    let current: { source: FileSource; lane: Lane }
    let caughtUpMs = 0

    const start = async (): Promise<void> => {
      const log = await openLog({ folder: join(folder, 'spool'), segmentBytes: 1_048_576, flush: 'os' })
      const troubles = new OnceAMinute(logger, clock)
      const lane = new Lane({ log, clock, troubles, hasRoom: () => true })
      const positions = await Positions.load(folder, log, logger)
      const options = { config, agentId: 'a', hostName: 'h', lane, positions, clock, logger }
      const made = new FileSource({ ...options, metrics: new Metrics(), random: Math.random })
      made.onCaughtUp = timeMs => {
        caughtUpMs = timeMs
      }
      made.start()
      current = { source: made, lane }
    }
    const stop = async (): Promise<void> => {
      await current.source.close()
      await current.lane.close()
      await current.lane.log.close()
    }
    const records = () => readSpool(current.lane.log)
    const rows = async (): Promise<Row[]> => (await records()).flatMap(rowsOf)
    const bodies = async (): Promise<string[]> => (await rows()).map(row => row.body)

    await start()
    await run({
      folder,
      clock,
      entries,
      bodies,
      rows,
      async waitFor(...expected) {
        await until(`${expected.length} lines`, async () => (await bodies()).length >= expected.length)
        expect((await bodies()).sort()).toEqual([...expected].sort())
      },
      async restart(between) {
        await stop()
        await between?.()
        await start()
      },
      async caughtUp() {
        const nowMs = clock.nowMs()
        await until('all is read', () => caughtUpMs >= nowMs)
      },
    })
    const byGeneration = Map.groupBy(await records(), ({ entry }) => entry.generation)
    for (const group of byGeneration.values()) {
      let at = 0
      for (const { entry, value } of group) {
        expect([entry.from, entry.lines]).toEqual([at, itemsOf('logs', value).length])
        at = entry.to
      }
    }
    await stop()
  })
}

function rowsOf({ entry, value }: SpooledRecord): Row[] {
  return itemsOf('logs', value).map(({ service, body, attributes, json }) => ({
    source: entry.source,
    path: String(attributes['log.file.path']),
    service,
    body,
    observedMs: Number(BigInt(String(json['observedTimeUnixNano'])) / 1_000_000n),
  }))
}
