import { appendFile, copyFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../lib/base/index.ts'
import { inTemporaryFolder, until } from '../../testing/temporary-folder.ts'
import { following, type Running } from './testing/following.ts'
import { TestAgent } from './testing/test-agent.ts'

/** What happens to a file that has been looked at, before another one gets a line. */
const before: [string, (path: string) => Promise<void>][] = [
  ['has a line without an end', path => appendFile(path, 'half a line')],
  ['is empty', () => Promise.resolve()],
  [
    'was copied and truncated',
    async path => {
      await copyFile(path, `${path}.1`)
      await truncate(path, 0)
    },
  ],
  ['was renamed', path => rename(path, `${path}.1`)],
  [
    'was renamed with a line that has no end',
    async path => {
      await appendFile(path, 'half')
      await rename(path, `${path}.1`)
    },
  ],
  ['was deleted', path => rm(path)],
]

async function expectOwn({ folder, rows, clock }: Running): Promise<void> {
  clock.advance(3_600_000)
  const later = clock.nowMs()
  await writeFile(join(folder, 'shop.log'), 'first\n')
  const found = async () => (await rows()).filter(({ body }) => body === 'first')
  await until('the line', async () => (await found()).length > 0)
  const [row, ...more] = await found()
  expect(more).toEqual([])
  const path = join(folder, 'shop.log')
  expect(row).toMatchObject({ source: path, path, service: 'shop' })
  expect(row?.observedMs).toBeGreaterThanOrEqual(later)
}

describe.concurrent('a line stands under its own path, service and time where another file', {
  timeout: 20_000,
}, () => {
  test.each(before)('%s', async (_, change) => {
    await following({}, async running => {
      const path = join(running.folder, 'billing.log')
      await writeFile(path, '')
      await running.caughtUp()
      await change(path)
      await running.caughtUp()
      await expectOwn(running)
    })
  })

  test.each(before)('that was read before %s', async (_, change) => {
    await following({}, async running => {
      const path = join(running.folder, 'billing.log')
      await writeFile(path, 'one\ntwo\n')
      await running.waitFor('one', 'two')
      await change(path)
      await running.caughtUp()
      await expectOwn(running)
    })
  })
})

test('a file that the patterns of two sources match is read by one of them, and by the other when that ends', async () => {
  await inTemporaryFolder(async folder => {
    const clock = new FakeClock()
    const agent = await TestAgent.open({ folder, include: ['*.log'], clock })
    const other = agent.another(['a.*'])
    const path = join(folder, 'a.log')
    const turns = async () => {
      for (let i = 0; i < 3; i++) {
        clock.advance(300)
        await other.follower.turn()
        await agent.source.follower.turn()
      }
      return (await agent.rows()).map(row => row.body)
    }
    await writeFile(path, 'one\n')
    expect(await turns()).toEqual(['one'])
    await appendFile(path, 'two\n')
    await rename(path, `${path}.1`)
    await writeFile(path, 'three\n')
    expect((await turns()).sort()).toEqual(['one', 'three', 'two'])
    await other.close()
    await appendFile(path, 'four\n')
    await agent.readAll(clock)
    expect((await agent.rows()).map(row => row.body).sort()).toEqual(['four', 'one', 'three', 'two'])
    await agent.close()
  })
})
