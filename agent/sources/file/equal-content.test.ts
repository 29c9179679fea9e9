import { appendFile, copyFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { playing } from './testing/playing.ts'

describe('a file with the content of one that is gone', () => {
  test.each([
    ['job-01.log', 'job-02.log'],
    ['report-20261128.log', 'report-20261129.log'],
    ['out.1.log', 'out.2.log'],
    ['out.log', 'out.old.log'],
  ])('is one of its own where it came later: %s, %s', async (first, second) => {
    await playing({}, async ({ folder, read, clock }) => {
      await writeFile(join(folder, first), 'done\n')
      expect(await read()).toEqual(['done'])
      await rm(join(folder, first))
      await read()
      await writeFile(join(folder, second), 'done\n')
      expect(await read()).toEqual(['done', 'done'])
      // also once nothing more is expected of the first
      await rm(join(folder, second))
      for (let i = 0; i < 3; i++) {
        clock.advance(61_000)
        await read()
      }
      await writeFile(join(folder, first), 'done\n')
      await writeFile(join(folder, second), 'done\nwell\n')
      expect((await read()).sort()).toEqual(['done', 'done', 'done', 'done', 'well'])
    })
  })

  test('is one of its own also where the agent was started anew between them', async () => {
    await playing({}, async ({ folder, agent, read, clock }) => {
      await writeFile(join(folder, 'job-01.log'), 'done\n')
      await read()
      await rm(join(folder, 'job-01.log'))
      for (let i = 0; i < 3; i++) {
        clock.advance(61_000)
        await read()
      }
      await agent.positions.checkpoint(new Map([['logs', agent.lane.log.stableOffset]]))
      await agent.reopen(() => writeFile(join(folder, 'job-02.log'), 'done\n'))
      expect(await read()).toEqual(['done', 'done'])
    })
  })

  test.each([
    ['away', 5],
    ['away', 20_000],
    ['there', 5],
    ['there', 20_000],
  ])(
    'is one of its own where it was written anew at the same path while the agent was %s: %i lines',
    async (where, lines) => {
      await playing({}, async ({ folder, agent, read }) => {
        const path = join(folder, 'a.log')
        const content = Array.from({ length: lines }, (_, i) => `line ${i}\n`).join('')
        const writeAnew = async () => {
          await rm(path)
          await writeFile(path, content)
        }
        await writeFile(path, content)
        expect((await read()).length).toBe(lines)
        if (where === 'away') await agent.reopen(writeAnew)
        else await writeAnew()
        expect((await read()).length).toBe(2 * lines)
      })
    },
  )

  test.each([5, 20_000])(
    'is not where it was copied with its times while the agent was away: %i lines',
    async lines => {
      await playing({}, async ({ folder, agent, read }) => {
        const path = join(folder, 'a.log')
        await writeFile(path, Array.from({ length: lines }, (_, i) => `line ${i}\n`).join(''))
        await utimes(path, new Date('2026-01-01'), new Date('2026-01-01'))
        expect((await read()).length).toBe(lines)
        await agent.reopen(async () => {
          await rename(path, `${path}.elsewhere`)
          await copyFile(`${path}.elsewhere`, path)
          await utimes(path, new Date('2026-01-01'), new Date('2026-01-01'))
          await rm(`${path}.elsewhere`)
        })
        expect((await read()).length).toBe(lines)
        await appendFile(path, 'more\n')
        expect((await read()).slice(lines)).toEqual(['more'])
      })
    },
  )

  test.each(['copied', 'compressed'])('is not where it was %s before', async how => {
    await playing({ include: ['*.log*'] }, async ({ folder, read, clock }) => {
      await writeFile(join(folder, 'a.log'), 'done\n')
      await read()
      const isCopy = how === 'copied'
      await writeFile(join(folder, isCopy ? 'a.log.1' : 'a.log.1.gz'), isCopy ? 'done\n' : gzipSync('done\n'))
      await rm(join(folder, 'a.log'))
      await read()
      clock.advance(61_000)
      expect(await read()).toEqual(['done'])
    })
  })
})
