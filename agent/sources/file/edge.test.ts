import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import {
  appendFile,
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { pathOf, systemPath } from './file-path.ts'
import { playing } from './testing/playing.ts'
import type { TestAgent } from './testing/test-agent.ts'

async function dropped(agent: TestAgent, rule: string): Promise<number> {
  return (await agent.records()).reduce((sum, { entry }) => sum + (entry.dropped[rule] ?? 0), 0)
}

describe('a new generation with an equal first line', () => {
  test('is told by its birth where it has the same inode', async () => {
    await playing({}, async ({ folder, agent, read }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'start\n')
      expect(await read()).toEqual(['start'])
      const { ino } = await stat(path)
      await agent.reopen(async () => {
        // ext4 gives the inode away again at once; others do not, and the case is another then
        await rm(path)
        await writeFile(path, 'start\n')
      })
      expect(await read(), `inode ${ino}, then ${(await stat(path)).ino}`).toEqual(['start', 'start'])
    })
  })

  test('is not taken for a copy of an older one that stands beside it', async () => {
    await playing({ include: ['a.log*'] }, async ({ folder, read, clock }) => {
      await writeFile(join(folder, 'a.log'), 'start\n')
      await read()
      await writeFile(join(folder, 'a.log.1'), 'start\nold\n')
      await writeFile(join(folder, 'a.log.2.gz'), gzipSync('start\nolder\n'))
      await read()
      clock.advance(12_000)
      expect((await read()).sort()).toEqual(['old', 'older', 'start', 'start', 'start'])
    })
  })
})

describe('a hole', () => {
  test.each([75_000, 970_000, 100_000_000])('of %i NULs is no line, and is in the ledger', async bytes => {
    await playing({}, async ({ folder, agent, read }) => {
      const path = join(folder, 'a.log')
      const file = openSync(path, 'w')
      ftruncateSync(file, bytes)
      writeSync(file, '2026-11-28T12:00:00Z ERROR behind\nnext\n', bytes)
      closeSync(file)
      expect(await read()).toEqual(['2026-11-28T12:00:00Z ERROR behind', 'next'])
      expect((await agent.rows())[0]?.timeMs).toBe(Date.UTC(2026, 10, 28, 12))
      expect(await dropped(agent, 'nul-hole')).toBe(bytes)
      expect((await agent.records()).at(-1)?.entry.to).toBe(bytes + 39)
    })
  })

  test('after copytruncate under a writer that does not append', async () => {
    await playing({}, async ({ folder, agent, read }) => {
      const path = join(folder, 'a.log')
      const file = openSync(path, 'w')
      writeSync(file, 'one\ntwo\n')
      await read()
      writeSync(file, 'three\n')
      await copyFile(path, `${path}.1`)
      await truncate(path, 0)
      writeSync(file, 'four\n')
      expect((await read()).sort()).toEqual(['four', 'one', 'three', 'two'])
      expect(await dropped(agent, 'nul-hole')).toBe(14)
      closeSync(file)
    })
  })
})

describe('a line', () => {
  test('of 200 MB is cut, with bounded memory, and what is missing is in the ledger', async () => {
    await playing({ extra: { maxLineBytes: 1000 } }, async ({ folder, agent, clock, read }) => {
      const path = join(folder, 'a.log')
      const part = Buffer.alloc(10_000_000, 'x')
      for (let i = 0; i < 20; i++) appendFileSync(path, part)
      const before = process.memoryUsage().arrayBuffers
      await read()
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000)
      clock.advance(6_000)
      expect((await read()).map(body => body.length)).toEqual([1019])
      expect(await dropped(agent, 'cut')).toBe(199_999_000)
      expect((await agent.records()).at(-1)?.entry.to).toBe(200_000_000)
      appendFileSync(path, 'its end\nnext\n')
      await agent.reopen()
      expect((await read()).at(-1)).toBe('next')
    })
  })

  test('without an end is taken after a while and goes on in the next row, also over a restart', async () => {
    await playing({}, async ({ folder, agent, clock, read }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n10 %\r50 %')
      expect(await read()).toEqual(['one'])
      clock.advance(5_000)
      await read()
      await agent.reopen(() => appendFile(path, '\r100 %\ntwo\n'))
      await read()
      const rows = await agent.rows()
      expect(
        rows.map(({ body, attributes }) => [
          body,
          attributes['millrace.partial'],
          attributes['millrace.continued'],
        ]),
      ).toEqual([
        ['one', undefined, undefined],
        ['10 %\r50 %', true, undefined],
        ['\r100 %', undefined, true],
        ['two', undefined, undefined],
      ])
      expect((await agent.records()).map(({ entry }) => [entry.from, entry.to])).toEqual([
        [0, 4],
        [4, 13],
        [13, 24],
      ])
    })
  })

  test('without an end waits for it where that is asked for', async () => {
    await playing({ extra: { flushPartialMs: null } }, async ({ folder, clock, read }) => {
      await writeFile(join(folder, 'a.log'), 'one\nhalf')
      await read()
      clock.advance(600_000)
      expect(await read()).toEqual(['one'])
    })
  })
})

describe('a stack trace', () => {
  test('is one row though it is written in two goes, and is there once nothing more comes', async () => {
    await playing({}, async ({ folder, clock, read }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'INFO fine\nERROR bad\n')
      expect(await read()).toEqual(['INFO fine'])
      await appendFile(path, 'java.lang.Exception: bad\n\tat A.b(A.java:1)\n')
      expect(await read()).toEqual(['INFO fine'])
      clock.advance(1_000)
      expect(await read()).toEqual(['INFO fine', 'ERROR bad\njava.lang.Exception: bad\n\tat A.b(A.java:1)'])
    })
  })

  test('is a row a line where that is asked for', async () => {
    await playing({ extra: { multiline: 'none' } }, async ({ folder, read }) => {
      await writeFile(join(folder, 'a.log'), 'ERROR bad\n\tat A.b(A.java:1)\n')
      expect(await read()).toEqual(['ERROR bad', '\tat A.b(A.java:1)'])
    })
  })
})

describe('names', () => {
  test('of any bytes are read, and shown in the ledger as text', async () => {
    await playing({}, async ({ folder, agent, read }) => {
      const path = join(folder, pathOf(Buffer.from('caf\xe9.log', 'latin1')))
      await writeFile(systemPath(path), 'one\n')
      await read()
      await agent.reopen(() => appendFile(systemPath(path), 'two\n'))
      expect(await read()).toEqual(['one', 'two'])
      const [row] = await agent.rows()
      expect(row).toMatchObject({
        source: join(folder, 'caf\\xe9.log'),
        path: join(folder, 'caf\\xe9.log'),
        service: 'caf\\xe9',
      })
    })
  })
})

describe('what stands at a path', () => {
  test('becomes a folder: the file that stood there is read to its end, and the next one as well', async () => {
    await playing({}, async ({ folder, read }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      await read()
      await appendFile(path, 'two\n')
      await rm(path)
      await mkdir(path)
      expect(await read()).toEqual(['one', 'two'])
      await rm(path, { recursive: true })
      await writeFile(path, 'three\n')
      expect(await read()).toEqual(['one', 'two', 'three'])
    })
  })

  test('is moved to where nothing looks and is still written to: it is read on', async () => {
    await playing({}, async ({ folder, clock, read }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      await read()
      await rename(path, `${path}.1`)
      await writeFile(path, 'new\n')
      clock.advance(600_000)
      await read()
      await appendFile(`${path}.1`, 'two\n')
      clock.advance(6_000)
      expect(await read()).toEqual(['one', 'new', 'two'])
    })
  })
})

test('a clock that jumps by hours loses nothing and repeats nothing', async () => {
  await playing({ include: ['a.log*'] }, async ({ folder, agent, read }) => {
    const path = join(folder, 'a.log')
    // a wall clock of its own, set back and forth
    const wall = { shiftMs: 0 }
    const now = FakeClock.prototype.nowMs
    FakeClock.prototype.nowMs = function nowMs(this: FakeClock) {
      return now.call(this) + wall.shiftMs
    }
    try {
      const expected: string[] = []
      for (const [i, shiftMs] of [0, 7_200_000, -7_200_000, 86_400_000, 0].entries()) {
        wall.shiftMs = shiftMs
        await appendFile(path, `line ${i}\n`)
        expected.push(`line ${i}`)
        if (i % 2 === 0) await agent.reopen()
        await read()
        await rename(path, `${path}.${i}`)
      }
      expect((await read()).sort()).toEqual(expected)
    } finally {
      FakeClock.prototype.nowMs = now
    }
  })
})

const isRoot = process.getuid?.() === 0
const user = 65_534

/** Runs a source over a folder as somebody who owns nothing, and answers its bodies and warnings. */
function readAsNobody(folder: string): { bodies: string[]; warnings: string[] } {
  const script = join(import.meta.dirname, 'testing', 'read-as.ts')
  const run = spawnSync(process.execPath, [script, folder, String(user)], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout)
}

test.skipIf(!isRoot)(
  'a file and a folder that may not be read are named once, with what to do (needs root to become another)',
  async () => {
    await inTemporaryFolder(async folder => {
      const logs = join(folder, 'logs')
      await mkdir(join(logs, 'closed'), { recursive: true })
      await mkdir(join(folder, 'agent'))
      await writeFile(join(logs, 'mine.log'), 'one\n')
      await writeFile(join(logs, 'theirs.log'), 'two\n')
      await writeFile(join(logs, 'closed', 'inner.log'), 'three\n')
      chmodSync(join(logs, 'theirs.log'), 0o600)
      chmodSync(join(logs, 'closed'), 0o700)
      for (const open of [folder, join(folder, 'agent')]) chmodSync(open, 0o777)
      const { bodies, warnings } = readAsNobody(folder)
      expect(bodies).toEqual(['one'])
      expect(warnings.sort()).toEqual([
        `cannot look for files in a folder: let the agent read it, or exclude it ${join(logs, 'closed')}`,
        `cannot read a file: let the agent read it, or exclude it ${join(logs, 'theirs.log')}`,
      ])
      expect(await readFile(join(logs, 'closed', 'inner.log'), 'utf8')).toBe('three\n')
    })
  },
)

describe('a file rotated more than once between two looks', () => {
  test('loses nothing, though the pattern matches none of what a rotation makes', async () => {
    await playing({ include: ['*.log'] }, async ({ folder, agent, read }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      expect(await read()).toEqual(['one'])
      const rotate = async (next: string) => {
        await rename(`${path}.1`, `${path}.2`).catch(() => undefined)
        await rename(path, `${path}.1`)
        await writeFile(path, next)
      }
      await rotate('two\n')
      await rotate('three\n')
      expect((await read()).sort()).toEqual(['one', 'three', 'two'])
      await agent.reopen()
      expect((await read()).sort()).toEqual(['one', 'three', 'two'])
    })
  })
})

describe('files whose names differ by a number', () => {
  test('are not taken for rotations of each other', async () => {
    await playing({ include: ['app.log', 'file-*.log'] }, async ({ folder, agent, clock, read }) => {
      const put = (name: string, text: string) => writeFile(join(folder, name), text)
      await put('app.log', 'a1\n')
      await put('file-1.log', 'b1\n')
      await put('file-2.log', 'c1\n')
      await read()
      await put('app-2.log', 'not asked for\n')
      for (const name of ['app.log', 'file-1.log', 'file-2.log'])
        await rename(join(folder, name), join(folder, `${name}.1`))
      await put('app.log', 'a2\n')
      await put('file-1.log', 'b2\n')
      await put('file-2.log', 'c2\n')
      await agent.readAll(clock)
      const rows = (await agent.rows()).map(({ path, body }) => `${path.slice(folder.length + 1)} ${body}`)
      expect(rows.sort()).toEqual([
        'app.log a1',
        'app.log a2',
        'file-1.log b1',
        'file-1.log b2',
        'file-2.log c1',
        'file-2.log c2',
      ])
    })
  })
})
