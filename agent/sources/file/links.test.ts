import { appendFile, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { type Row, TestAgent } from './testing/test-agent.ts'

interface Pod {
  agent: TestAgent
  clock: FakeClock
  /** What matches: a link to a link to the file, as kubelet and Docker lay them. */
  link: string
  /** Where the container writes. */
  target: string
  read(): Promise<Row[]>
}

/** `before`: what stands there when the agent comes, and its settings. */
async function withPod(
  run: (pod: Pod) => Promise<void>,
  before: (target: string) => Promise<void> = () => Promise.resolve(),
  extra: object = {},
): Promise<void> {
  await inTemporaryFolder(async folder => {
    const clock = new FakeClock()
    const [containers, pod, docker] = ['containers', 'pods/ns_pod_uid/app', 'docker'].map(name =>
      join(folder, name),
    )
    for (const made of [containers, pod, docker]) await mkdir(made as string, { recursive: true })
    const target = join(docker as string, 'abc-json.log')
    const middle = join(pod as string, '0.log')
    const link = join(containers as string, 'pod_ns_app-abc.log')
    await before(target)
    await sleep(20)
    const agent = await TestAgent.open({ folder, include: ['containers/*.log'], extra, clock })
    await writeFile(target, '')
    await symlink(target, middle)
    await symlink('../pods/ns_pod_uid/app/0.log', link)
    const read = async () => {
      await agent.readAll(clock)
      return await agent.rows()
    }
    await run({ agent, clock, link, target, read })
    await agent.close()
  })
}

const bodies = (rows: readonly Row[]) => rows.map(row => row.body)

/** Makes a file that has the inode of one that is gone; false where the file system gives it to nobody for now. */
async function reborn(inode: number, path: string): Promise<boolean> {
  const made: string[] = []
  let isFound = false
  for (let i = 0; i < 200 && !isFound; i++) {
    const one = `${path}.made-${i}`
    await writeFile(one, '')
    isFound = (await stat(one)).ino === inode
    if (isFound) await rename(one, path)
    else made.push(one)
  }
  for (const one of made) await rm(one)
  return isFound
}

describe('behind a link, a file', () => {
  test('that has the inode of one deleted while the agent was away, and is rotated after the first look, is read', async () => {
    await withPod(async ({ agent, clock, link, target, read }) => {
      // beside the other: an inode comes back in its own folder first
      const gone = target.replace('abc', 'gone')
      await writeFile(gone, 'gone\n')
      await symlink(gone, link.replace('pod_ns', 'gone_ns'))
      await appendFile(target, 'one\n')
      await read()
      await agent.reopen(async () => {
        const { ino } = await stat(gone)
        await rm(gone)
        await rename(target, `${target}.1`)
        if (!(await reborn(ino, target))) await writeFile(target, '')
        await appendFile(target, 'two\n')
      })
      clock.advance(300)
      await agent.source.follower.turn()
      await rename(target, `${target}.2`)
      await writeFile(target, 'three\n')
      expect(bodies(await read()).sort()).toEqual(['gone', 'one', 'three', 'two'])
    })
  })

  test('is read under the path that matched', async () => {
    await withPod(async ({ link, target, read }) => {
      await appendFile(target, 'one\n')
      const [row, ...more] = await read()
      expect(more).toEqual([])
      expect(row).toMatchObject({ body: 'one', source: link, path: link, service: 'pod_ns_app-abc' })
    })
  })

  test('that is rotated beside its target is read to its end, while the agent runs and while it does not', async () => {
    await withPod(async ({ agent, link, target, read }) => {
      await appendFile(target, 'one\n')
      await read()
      await appendFile(target, 'two\n')
      await rename(target, `${target}.20260131-120000`)
      await writeFile(target, 'three\n')
      expect(bodies(await read()).sort()).toEqual(['one', 'three', 'two'])
      await agent.reopen(async () => {
        await appendFile(target, 'four\n')
        await rename(target, `${target}.20260201-120000`)
        await writeFile(target, 'five\n')
      })
      const rows = await read()
      expect(bodies(rows).sort()).toEqual(['five', 'four', 'one', 'three', 'two'])
      expect(new Set(rows.map(row => row.source))).toEqual(new Set([link]))
    })
  })

  test('that is rotated several times between two looks loses nothing of what came and went', async () => {
    const before = (path: string) => writeFile(`${path}.20250101-000000`, 'from before the agent came\n')
    await withPod(async ({ agent, link, target, read }) => {
      await rm(target)
      await writeFile(target, 'one\n')
      await read()
      const rotate = async (date: string, next: string) => {
        await rename(target, `${target}.${date}`)
        await writeFile(target, next)
      }
      await rotate('20260131-120000', 'two\n')
      await rotate('20260131-130000', 'three\n')
      await rotate('20260131-140000', 'four\n')
      expect(bodies(await read()).sort()).toEqual(['four', 'one', 'three', 'two'])
      await agent.reopen(async () => {
        await rotate('20260201-120000', 'five\n')
        await writeFile(`${target}.20260201-120000.gz`, gzipSync('four\n'))
        await rm(`${target}.20260201-120000`)
        await rotate('20260201-130000', 'six\n')
        await writeFile(`${target}.20260201-130000.gz`, gzipSync('five\n'))
        await rm(`${target}.20260201-130000`)
      })
      const rows = await read()
      expect(bodies(rows).sort()).toEqual(['five', 'four', 'one', 'six', 'three', 'two'])
      expect(new Set(rows.map(row => row.source))).toEqual(new Set([link]))
    }, before)
  })

  test('that is rotated before it was first looked at, or read, loses nothing', async () => {
    const before = (path: string) => writeFile(`${path}.20250101-000000`, 'from before the agent came\n')
    await withPod(async ({ agent, target, read }) => {
      await appendFile(target, 'one\n')
      await rename(target, `${target}.20260131-120000`)
      await writeFile(target, 'two\n')
      expect(bodies(await read()).sort()).toEqual(['one', 'two'])
      await agent.reopen()
      expect(bodies(await read()).sort()).toEqual(['one', 'two'])
    }, before)
  })

  test('that comes later has what a rotation left of it since all was read, and nothing older', async () => {
    await withPod(async ({ agent, link, target, read }) => {
      await rm(link)
      await writeFile(`${target}.20260131-110000`, 'older\n')
      await sleep(20)
      agent.positions.watermarkMs = Date.now()
      await sleep(20)
      await writeFile(`${target}.20260131-120000`, 'since\n')
      await sleep(20)
      await rm(target)
      await writeFile(target, 'now\n')
      await symlink('../pods/ns_pod_uid/app/0.log', link)
      expect(bodies(await read()).sort()).toEqual(['now', 'since'])
    })
  })

  test('that was there and empty before the agent came loses nothing, written and rotated while it is down', async () => {
    const before = async (path: string) => {
      await writeFile(`${path}.20260131-110000`, 'older\n')
      await sleep(20)
      await writeFile(path, '')
    }
    await withPod(async ({ agent, target, read }) => {
      await read()
      const readMs = Date.now()
      await sleep(20)
      await agent.reopen(async () => {
        await appendFile(target, 'one\n')
        await rename(target, `${target}.20260131-120000`)
        await sleep(20)
        await writeFile(target, 'two\n')
      })
      agent.positions.watermarkMs = readMs
      expect(bodies(await read()).sort()).toEqual(['one', 'two'])
    }, before)
  })

  test.each([
    ['still stands there', false],
    ['was rotated as well', true],
  ])(
    'loses no generation of which nothing was durable when the agent was killed, where the next one %s',
    async (_, isRotated) => {
      await withPod(async ({ agent, target, read }) => {
        await appendFile(target, 'one\n')
        await read()
        const readMs = Date.now()
        // it is found nowhere while the agent runs, as if it were killed before any of it is in the spool
        const lost = join(dirname(target), 'lost')
        await rename(target, `${target}.20260131-120000`)
        await writeFile(lost, 'two\n')
        await sleep(20)
        await writeFile(target, 'three\n')
        expect(bodies(await read()).sort()).toEqual(['one', 'three'])
        await agent.reopen(async () => {
          await rename(lost, `${target}.20260131-120100`)
          await sleep(20)
          if (!isRotated) return
          await rename(target, `${target}.20260131-120200`)
          await writeFile(target, 'four\n')
        })
        agent.positions.watermarkMs = readMs
        const all = ['one', 'three', 'two', ...(isRotated ? ['four'] : [])]
        expect(bodies(await read()).sort()).toEqual(all.sort())
        await agent.reopen()
        expect(await read()).toHaveLength(all.length)
      })
    },
  )

  test('has nothing of before where all that is there first is passed over', async () => {
    await withPod(
      async ({ target, read }) => {
        await appendFile(target, 'one\n')
        await rename(target, `${target}.20260131-120000`)
        await writeFile(target, 'two\n')
        await read()
        await appendFile(target, 'three\n')
        expect(bodies(await read())).toEqual(['three'])
      },
      undefined,
      { startAt: 'end' },
    )
  })

  test('that is rotated and compressed while the agent is down is read in the archive', async () => {
    await withPod(async ({ agent, target, read }) => {
      await appendFile(target, 'one\n')
      await read()
      await agent.reopen(async () => {
        await writeFile(`${target}.20260131-120000.gz`, gzipSync('one\ntwo\n'))
        await rm(target)
        await writeFile(target, 'three\n')
      })
      expect(bodies(await read()).sort()).toEqual(['one', 'three', 'two'])
    })
  })

  test('whose target is removed and the link pointed elsewhere: the old one is read to its end', async () => {
    await withPod(async ({ link, target, read, agent }) => {
      await appendFile(target, 'one\n')
      await read()
      const next = `${target}.next`
      await appendFile(target, 'two\n')
      await rm(target)
      await writeFile(next, 'three\n')
      await rm(link)
      await symlink(next, link)
      expect(bodies(await read()).sort()).toEqual(['one', 'three', 'two'])
      await agent.reopen(async () => {
        await appendFile(next, 'four\n')
        await writeFile(`${target}.last`, 'five\n')
        await rm(link)
        await symlink(`${target}.last`, link)
      })
      expect(bodies(await read()).sort()).toEqual(['five', 'four', 'one', 'three', 'two'])
    })
  })

  test('that is matched itself as well is read once', async () => {
    await inTemporaryFolder(async folder => {
      const clock = new FakeClock()
      const agent = await TestAgent.open({ folder, include: ['*.log'], clock })
      await writeFile(join(folder, 'a.log'), 'one\n')
      await symlink('a.log', join(folder, 'b.log'))
      await agent.readAll(clock)
      await appendFile(join(folder, 'a.log'), 'two\n')
      await agent.readAll(clock)
      expect(bodies(await agent.rows())).toEqual(['one', 'two'])
      await agent.close()
    })
  })
})
