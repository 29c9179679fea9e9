import { expect } from 'vitest'
import type { LogEntry } from '../../../../lib/base/index.ts'
import { itemsOf } from '../../../testing/read-spool.ts'
import { SkewedClock } from '../../../testing/skewed-clock.ts'
import { inTemporaryFolder, until } from '../../../testing/temporary-folder.ts'
import { expectProof } from './expect-proof.ts'
import { type Row, TestAgent } from './test-agent.ts'

export interface Running {
  folder: string
  clock: SkewedClock
  entries: LogEntry[]
  agent: TestAgent
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

/** A machine that is busy with other tests takes its time. */
const patienceMs = 15_000

/** Runs a file source over `*.log` of a folder with a real spool beside it, and checks the ledger at the end. */
export async function following(
  { include = ['*.log'], extra = {} }: Settings,
  run: (running: Running) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async folder => {
    const clock = new SkewedClock()
    const agent = await TestAgent.open({ folder, include, extra, clock })
    const bodies = async (): Promise<string[]> => (await agent.rows()).map(row => row.body)
    agent.source.begin()
    await run({
      folder,
      clock,
      entries: agent.entries,
      agent,
      bodies,
      rows: () => agent.rows(),
      async waitFor(...expected) {
        await until(
          `${expected.length} lines`,
          async () => (await bodies()).length >= expected.length,
          patienceMs,
        )
        expect((await bodies()).sort()).toEqual([...expected].sort())
      },
      async restart(between) {
        await agent.reopen(between)
        agent.source.begin()
      },
      async caughtUp() {
        // within a millisecond the look may have come before
        const nowMs = clock.monotonicMs() + 1
        await until('all is read', () => agent.source.completeBeforeMs() >= nowMs, patienceMs)
      },
    })
    await expectWholeLedger(agent)
    await agent.close()
  })
}

/** Ranges of every generation follow one another, and name as many lines as there are. */
export async function expectWholeLedger(agent: TestAgent): Promise<void> {
  const byGeneration = Map.groupBy(await agent.records(), ({ entry }) => entry.generation)
  for (const group of byGeneration.values()) {
    let at = 0
    for (const { entry, value } of group) {
      expect([entry.from, entry.lines]).toEqual([at, itemsOf('logs', value).length])
      expectProof({ entry, value })
      at = entry.to
    }
  }
}
