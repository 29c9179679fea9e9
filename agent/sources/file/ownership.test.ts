import { appendFile, copyFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../../testing/temporary-folder.ts'
import { following, type Running } from './testing/following.ts'

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
