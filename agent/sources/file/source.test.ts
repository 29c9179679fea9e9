import { appendFile, copyFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { following } from './testing/following.ts'

/** Longer than the part of a file that stands for its identity. */
const header = 'h'.repeat(1500)

describe.concurrent('a file', { timeout: 20_000 }, () => {
  test('is read from its beginning and as it grows; a line is taken when it has its end', async () => {
    await following({}, async ({ folder, waitFor, caughtUp }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\ntwo\nthr')
      await waitFor('one', 'two')
      await appendFile(path, 'ee\nfour\n')
      await waitFor('one', 'two', 'three', 'four')
      await caughtUp()
    })
  })

  test('goes on after a restart where it stood, also when it was shorter then than its fingerprint', async () => {
    await following({}, async ({ folder, waitFor, restart, caughtUp }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      await waitFor('one')
      await restart(() => appendFile(path, `two\n${header}\n`))
      await waitFor('one', 'two', header)
      await restart(() => appendFile(path, 'three\n'))
      await waitFor('one', 'two', header, 'three')
      await caughtUp()
    })
  })

  test('that cannot be read is said once, and the others go on', async () => {
    await following({ include: ['*.log', '*.gz'] }, async ({ folder, waitFor, entries, clock, caughtUp }) => {
      await writeFile(join(folder, 'bad.gz'), 'this is no gzip')
      await writeFile(join(folder, 'good.log'), 'one\n')
      for (let i = 0; i < 3; i++) {
        clock.advance(11_000)
        await caughtUp()
      }
      await waitFor('one')
      const warnings = entries.filter(entry => entry.level === 'warn')
      expect(warnings.map(entry => entry.attributes['path'])).toEqual([join(folder, 'bad.gz')])
    })
  })

  test('with a line over the limit has it cut and marked', async () => {
    await following({ extra: { maxLineBytes: 64 } }, async ({ folder, waitFor }) => {
      await writeFile(join(folder, 'a.log'), `${'x'.repeat(100)}\nshort\n`)
      await waitFor(`${'x'.repeat(64)} …[cut by millrace]`, 'short')
    })
  })

  test('with lines longer than what is read at once is read whole', async () => {
    await following({ extra: { maxLineBytes: 2_000_000 } }, async ({ folder, waitFor }) => {
      const long = 'x'.repeat(800_000)
      await writeFile(join(folder, 'a.log'), `${long}\nshort\n${long}\n`)
      await waitFor(long, 'short', long)
    })
  })

  test('with stack traces gives one record per event, the last after it is quiet', async () => {
    const extra = { multiline: { start: '^>', timeoutMs: 300 } }
    await following({ extra }, async ({ folder, waitFor, clock }) => {
      await writeFile(join(folder, 'a.log'), '> one\n  at a\n> two\n  at b\n')
      await waitFor('> one\n  at a')
      clock.advance(400)
      await waitFor('> one\n  at a', '> two\n  at b')
    })
  })
})

describe.concurrent('rotation', { timeout: 20_000 }, () => {
  test('by rename out of the pattern: the old file is read to its end while the new one starts', async () => {
    await following({}, async ({ folder, waitFor, caughtUp, clock }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      await waitFor('one')
      await rename(path, `${path}.1`)
      await writeFile(path, 'new one\n')
      await appendFile(`${path}.1`, 'two\nlast without end')
      await waitFor('one', 'new one', 'two')
      await caughtUp()
      clock.advance(6_000)
      await waitFor('one', 'new one', 'two', 'last without end')
    })
  })

  test('by rename to a name that matches: nothing is read twice', async () => {
    await following({ include: ['a.log*'] }, async ({ folder, waitFor, caughtUp }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      await waitFor('one')
      for (const n of [1, 2, 3]) {
        await rename(path, `${path}.${n}`)
        await writeFile(path, `new ${n}\n`)
        await appendFile(`${path}.${n}`, `late ${n}\n`)
        await caughtUp()
      }
      await waitFor('one', 'new 1', 'new 2', 'new 3', 'late 1', 'late 2', 'late 3')
    })
  })

  test('by copy and truncate: what was not read yet is read in the copy', async () => {
    await following({}, async ({ folder, waitFor, restart, caughtUp }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, `${header}\none\n`)
      await waitFor(header, 'one')
      await restart(async () => {
        await appendFile(path, 'unread\n')
        await copyFile(path, `${path}.1`)
        await truncate(path, 0)
        await appendFile(path, 'new\n')
      })
      await waitFor(header, 'one', 'unread', 'new')
      await caughtUp()
    })
  })

  test('by copy and truncate while it is followed, with a copy that matches: nothing is read twice', async () => {
    await following({ include: ['a.log*'] }, async ({ folder, waitFor, bodies, caughtUp, restart }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\ntwo\n')
      await waitFor('one', 'two')
      await copyFile(path, `${path}.1`)
      await caughtUp()
      expect(await bodies()).toEqual(['one', 'two'])
      await truncate(path, 0)
      await appendFile(path, 'new\n')
      await waitFor('one', 'two', 'new')
      await caughtUp()
      await restart()
      await caughtUp()
      await waitFor('one', 'two', 'new')
    })
  })

  test('by copy and truncate, with a copy that is seen while it is made: nothing is read twice', async () => {
    await following({ include: ['a.log*'] }, async ({ folder, waitFor, bodies, caughtUp }) => {
      const path = join(folder, 'a.log')
      const content = `${header}\none\ntwo\n`
      await writeFile(path, content)
      await waitFor(header, 'one', 'two')
      for (const part of ['', content.slice(0, 100), content.slice(100, 1502), content.slice(1502)]) {
        await appendFile(`${path}.1`, part)
        await caughtUp()
        expect(await bodies()).toEqual([header, 'one', 'two'])
      }
      await truncate(path, 0)
      await appendFile(path, 'new\n')
      await waitFor(header, 'one', 'two', 'new')
      await caughtUp()
    })
  })

  test('a short file beside one that begins like it is read once it is no copy in the making', async () => {
    await following({ include: ['a.log*'] }, async ({ folder, waitFor, bodies, caughtUp, clock }) => {
      await writeFile(join(folder, 'a.log'), 'columns\none\n')
      await waitFor('columns', 'one')
      await writeFile(join(folder, 'a.log.1'), 'columns\n')
      await caughtUp()
      expect(await bodies()).toEqual(['columns', 'one'])
      clock.advance(20_000)
      await waitFor('columns', 'one', 'columns')
    })
  })

  test('by copy and truncate, written again beyond the old position before anybody looked', async () => {
    await following({}, async ({ folder, waitFor, restart }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'old 1\nold 2\n')
      await waitFor('old 1', 'old 2')
      await restart(() => writeFile(path, 'new 1\nnew 2\nnew 3\n'))
      await waitFor('old 1', 'old 2', 'new 1', 'new 2', 'new 3')
    })
  })

  test('while the agent was away: the renamed file and the new one are both read to their end', async () => {
    await following({}, async ({ folder, waitFor, restart }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, `${header}\n`)
      await waitFor(header)
      await restart(async () => {
        await appendFile(path, 'unread\n')
        await rename(path, `${path}.1`)
        // the same header again: only what follows tells the two apart
        await writeFile(path, `${header}\nnew\n`)
      })
      await waitFor(header, 'unread', header, 'new')
    })
  })

  test('by deletion: what is left of an open file is read', async () => {
    await following({}, async ({ folder, waitFor, clock }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, 'one\n')
      await waitFor('one')
      await appendFile(path, 'two\nlast')
      await rm(path)
      await waitFor('one', 'two')
      clock.advance(6_000)
      await waitFor('one', 'two', 'last')
    })
  })

  test('and compression: the compressed form of what was read is not read again', async () => {
    await following(
      { include: ['a.log*'] },
      async ({ folder, waitFor, caughtUp, restart, clock, bodies }) => {
        const path = join(folder, 'a.log')
        await writeFile(path, `${header}\none\n`)
        await waitFor(header, 'one')
        await rename(path, `${path}.1`)
        await caughtUp()
        const content = await readFile(`${path}.1`)
        await writeFile(`${path}.1.gz`, gzipSync(Buffer.concat([content, Buffer.from('added late\n')])))
        await rm(`${path}.1`)
        clock.advance(7_000)
        await caughtUp()
        clock.advance(7_000)
        await waitFor(header, 'one', 'added late')
        await restart()
        clock.advance(2_000)
        await caughtUp()
        expect((await bodies()).length).toBe(3)
      },
    )
  })

  test('an inode that is used again with the same header is another file', async () => {
    await following({}, async ({ folder, waitFor, restart }) => {
      const path = join(folder, 'a.log')
      await writeFile(path, `${header}\none\n`)
      await waitFor(header, 'one')
      // same inode, same head, longer than the position: the bytes before the position differ
      await restart(() => writeFile(path, `${header}\ntwo\nthree\n`))
      await waitFor(header, 'one', header, 'two', 'three')
    })
  })
})

test('a compressed file is read whole, once', async () => {
  await following({ include: ['*.gz'] }, async ({ folder, waitFor, restart, clock, caughtUp, bodies }) => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${'x'.repeat(60)}`)
    await writeFile(join(folder, 'old.log.gz'), gzipSync(`${lines.join('\n')}\nlast`))
    clock.advance(2_000)
    await waitFor(...lines, 'last')
    await restart()
    await caughtUp()
    expect((await bodies()).length).toBe(20_001)
  })
})

test('two files with the same content are two files', async () => {
  await following({}, async ({ folder, waitFor, caughtUp }) => {
    await writeFile(join(folder, 'a.log'), 'same\n')
    await writeFile(join(folder, 'b.log'), 'same\n')
    await waitFor('same', 'same')
    await caughtUp()
  })
})
