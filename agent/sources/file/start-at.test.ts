import { appendFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { TestAgent } from './testing/test-agent.ts'

const include = ['*.log', '*.gz']

async function withAgent(
  extra: object,
  run: (agent: TestAgent, clock: FakeClock, folder: string) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async folder => {
    const clock = new FakeClock(Date.now())
    const agent = await TestAgent.open({ folder, include, extra, clock })
    await run(agent, clock, folder)
    await agent.close()
  })
}

async function bodies(agent: TestAgent, clock: FakeClock): Promise<string[]> {
  clock.advance(2_000)
  await agent.readAll(clock)
  return (await agent.rows()).map(row => row.body)
}

async function droppedBy(agent: TestAgent): Promise<Record<string, number>[]> {
  return (await agent.records()).map(({ entry }) => ({
    ...entry.dropped,
    from: entry.from,
    to: entry.to,
    lines: entry.lines,
  }))
}

describe('with `startAt: end`', () => {
  test('what stands in a file at the first start is passed over by whole lines, and what comes later is read', async () => {
    await withAgent({ startAt: 'end' }, async (agent, clock, folder) => {
      const old = join(folder, 'old.log')
      await writeFile(old, `${'x'.repeat(2000)}\none\nhalf`)
      await writeFile(join(folder, 'old.gz'), gzipSync('archived\n'))
      expect(await bodies(agent, clock)).toEqual([])
      expect(await droppedBy(agent)).toEqual([{ 'start-at-end': 2005, from: 0, to: 2005, lines: 0 }])
      await writeFile(join(folder, 'new.log'), 'new\n')
      await appendFile(old, ' whole\ntwo\n')
      expect((await bodies(agent, clock)).sort()).toEqual(['half whole', 'new', 'two'])
      await agent.reopen(() => appendFile(old, 'three\n'))
      expect((await bodies(agent, clock)).sort()).toEqual(['half whole', 'new', 'three', 'two'])
    })
  })

  test('a restart at once loses nothing that came after the start', async () => {
    await withAgent({ startAt: 'end' }, async (agent, clock, folder) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      await bodies(agent, clock)
      await agent.reopen(() => appendFile(path, 'two\n'))
      expect(await bodies(agent, clock)).toEqual(['two'])
    })
  })

  test('lines of UTF-16 are found', async () => {
    await withAgent({ startAt: 'end' }, async (agent, clock, folder) => {
      const path = join(folder, 'a.log')
      await writeFile(path, Buffer.from('\ufeffone\n\u0a0a half', 'utf16le'))
      await bodies(agent, clock)
      await appendFile(path, Buffer.from(' whole\n', 'utf16le'))
      expect(await bodies(agent, clock)).toEqual(['\u0a0a half whole'])
    })
  })
})

describe('with `ignoreOlder`', () => {
  test('what stands in an old file is passed over, what is added is read, also after a restart', async () => {
    await withAgent({ ignoreOlder: 3_600_000 }, async (agent, clock, folder) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'old\n')
      const before = new Date(clock.nowMs() - 7_200_000)
      await utimes(path, before, before)
      await writeFile(join(folder, 'b.log'), 'young\n')
      expect(await bodies(agent, clock)).toEqual(['young'])
      expect((await droppedBy(agent)).filter(({ lines }) => lines === 0)).toEqual([
        { older: 4, from: 0, to: 4, lines: 0 },
      ])
      await agent.reopen(() => appendFile(path, 'new\n'))
      expect(await bodies(agent, clock)).toEqual(['young', 'new'])
    })
  })

  test('a file that grows old while it is followed is not forgotten', async () => {
    await withAgent({ ignoreOlder: 3_600_000 }, async (agent, clock, folder) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      expect(await bodies(agent, clock)).toEqual(['one'])
      clock.advance(86_400_000)
      await agent.readAll(clock)
      await agent.reopen(() => appendFile(path, 'two\n'))
      expect(await bodies(agent, clock)).toEqual(['one', 'two'])
    })
  })
})
