import { appendFile, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FilePool } from './file-pool.ts'
import { type AbortedTransaction, TransactionIndex } from './transaction-index.ts'

let folder: string
let files: FilePool
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-txnindex-'))
  files = new FilePool()
})
afterEach(async () => {
  await files.close()
  await rm(folder, { recursive: true, force: true })
})

const name = (base: number) => `${String(base).padStart(20, '0')}.txnindex`
const open = (...bases: number[]) => TransactionIndex.open(folder, files, bases)

function aborted(
  producerId: number,
  firstOffset: number,
  lastOffset: number,
  lastStableOffset = lastOffset + 1,
): AbortedTransaction {
  return { producerId, firstOffset, lastOffset, lastStableOffset }
}

/** What a log might have seen: the stable offset of an entry is never past the start of one that ends later. */
function history(list: readonly { gap: number; reach: number }[]): AbortedTransaction[] {
  let at = 0
  const all = list.map(({ gap, reach }) => {
    at += gap
    return aborted(at, Math.max(0, at - reach), at)
  })
  return all.map((entry, i) => {
    const later = all.slice(i + 1).map(other => other.firstOffset)
    return { ...entry, lastStableOffset: Math.min(entry.lastOffset + 1, ...later) }
  })
}

describe('the index of aborted transactions', () => {
  it('makes a file only for segments that have any, 34 bytes an entry, and finds them again', async () => {
    const { index } = await open(0, 100)
    await index.append(100, aborted(7, 90, 110))
    await index.append(100, aborted(8, 112, 120))
    await index.sync()
    expect(await readdir(folder)).toEqual([name(100)])
    expect((await stat(join(folder, name(100)))).size).toBe(68)
    const again = (await open(0, 100)).index
    expect(await again.between(0, 1000)).toEqual([aborted(7, 90, 110), aborted(8, 112, 120)])
    expect(await again.between(111, 1000)).toEqual([aborted(8, 112, 120)])
    expect(await again.between(0, 112)).toEqual([aborted(7, 90, 110)])
    expect(await again.between(121, 1000)).toEqual([])
  })

  it('drops what stands at an offset or later, and the files that become empty', async () => {
    const { index } = await open(0, 100)
    await index.append(0, aborted(1, 5, 50))
    await index.append(0, aborted(1, 60, 70))
    await index.append(100, aborted(1, 80, 130))
    await index.truncate(70)
    expect(await index.between(0, 1000)).toEqual([aborted(1, 5, 50)])
    expect(await readdir(folder)).toEqual([name(0)])
    await index.append(0, aborted(2, 61, 90))
    expect(await (await open(0, 100)).index.between(0, 1000)).toEqual([aborted(1, 5, 50), aborted(2, 61, 90)])
  })

  it('cuts a torn entry off, and gives up files from the first damaged one on', async () => {
    const { index } = await open(0, 100, 200)
    await index.append(0, aborted(1, 5, 50))
    await index.append(100, aborted(1, 105, 150))
    await index.append(200, aborted(1, 205, 250))
    await files.close()
    await appendFile(join(folder, name(200)), Buffer.alloc(10))
    expect(await open(0, 100, 200)).toMatchObject({ soundBelow: Number.POSITIVE_INFINITY })
    expect((await stat(join(folder, name(200)))).size).toBe(34)
    await files.close()
    await writeFile(join(folder, name(100)), Buffer.alloc(34, 1))
    const reopened = await open(0, 100, 200)
    expect(reopened.soundBelow).toBe(100)
    expect(await reopened.index.between(0, 1000)).toEqual([aborted(1, 5, 50)])
    expect(await readdir(folder)).toEqual([name(0)])
    await files.close()
    await truncate(join(folder, name(0)), 12)
    expect(await (await open(0)).index.between(0, 1000)).toEqual([])
  })

  it('forgets segments that are gone, and passes over a file that has just been removed', async () => {
    const { index } = await open(0, 100)
    await index.append(0, aborted(1, 5, 50))
    await index.append(100, aborted(1, 105, 150))
    await files.close()
    await rm(join(folder, name(0)))
    expect(await index.between(0, 1000)).toEqual([aborted(1, 105, 150)])
    index.forgetBelow(100)
    expect(await index.between(0, 1000)).toEqual([aborted(1, 105, 150)])
  })

  it('finds what a plain search finds, whatever was aborted', async () => {
    const gaps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 9 }), reach: fc.nat(40) }), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(gaps, fc.nat(300), fc.nat(300), async (list, from, to) => {
        await files.close()
        for (const file of await readdir(folder)) await rm(join(folder, file))
        const { index } = await open(0, 60, 120)
        const entries = history(list)
        for (const entry of entries)
          await index.append([0, 60, 120].findLast(base => base <= entry.lastOffset) ?? 0, entry)
        const expected = entries.filter(e => e.lastOffset >= from && e.firstOffset < to)
        expect(await index.between(from, to)).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })
})
