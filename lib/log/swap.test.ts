import { cp, mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeBatch } from '../kafka/index.ts'
import { compact, keyed, recordsOf } from './compaction/testing/keyed.ts'
import { type Log, openLog } from './index.ts'

let base: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'millrace-swap-'))
})
afterEach(() => rm(base, { recursive: true, force: true }))

const open = (name: string): Promise<Log> =>
  openLog({ folder: join(base, name), segmentBytes: 1 << 20, flush: 'ack' })

/** A log of four segments, as it was before the first three were compacted and as it is afterwards. */
async function compacted(): Promise<{ oldBases: string[]; values: string[] }> {
  const log = await open('log')
  for (const [i, key] of ['a', 'b', 'a', 'b', 'a', 'c', 'c'].entries()) {
    await log.append(writeBatch([keyed(key, String(i))]))
    if (i % 2 === 1) await log.roll()
  }
  await cp(join(base, 'log'), join(base, 'before'), { recursive: true })
  await compact(log)
  await log.close()
  await cp(join(base, 'log'), join(base, 'after'), { recursive: true })
  return { oldBases: ['0', '2', '4'].map(offset => offset.padStart(20, '0')), values: ['b=3', 'a=4', 'c=6'] }
}

const suffixes = ['.index', '.timeindex', '.log']
const [first = ''] = ['0'.padStart(20, '0')]

type Step = (folder: string) => Promise<unknown>

/** What an exchange does to the files, one after the other. */
function stepsOf(oldBases: readonly string[]): Step[] {
  const renameTo = (from: string, to: string) => (folder: string) =>
    rename(join(folder, from), join(folder, to))
  const written = suffixes.map(
    (suffix): Step =>
      folder =>
        cp(join(base, 'after', first + suffix), join(folder, `${first}${suffix}.cleaned`)),
  )
  const finished = suffixes.map(suffix => renameTo(`${first}${suffix}.cleaned`, `${first}${suffix}.swap`))
  const removed = oldBases
    .toReversed()
    .flatMap(old => suffixes.toReversed().map(suffix => renameTo(old + suffix, `${old}${suffix}.deleted`)))
  const exchanged = suffixes.map(suffix => renameTo(`${first}${suffix}.swap`, first + suffix))
  return [...written, ...finished, ...removed, ...exchanged]
}

describe('an exchange of segments', () => {
  it('is whole or has not been, at whatever step a crash ends it', async () => {
    const { oldBases, values } = await compacted()
    const steps = stepsOf(oldBases)
    for (let done = 0; done <= steps.length; done++) {
      const name = `step ${done}`
      await cp(join(base, 'before'), join(base, name), { recursive: true })
      for (const step of steps.slice(0, done)) await step(join(base, name))
      const log = await open(name)
      const newest = new Map((await recordsOf(log)).map(r => [r.key, r.value]))
      expect([...newest].map(([key, value]) => `${key}=${value}`).sort(), name).toEqual(values.toSorted())
      expect([log.startOffset, log.endOffset, log.segments.length]).toEqual([0, 7, done < 6 ? 4 : 2])
      await log.append(writeBatch([keyed('d', '1')]))
      await log.close()
      const left = (await readdir(join(base, name))).filter(file => /swap|cleaned|deleted/.test(file))
      expect(left).toEqual([])
    }
  }, 30_000)

  it('does not disturb those who read and write meanwhile', async () => {
    const log = await open('busy')
    let written = 0
    let isOver = false
    const write = async () => {
      while (!isOver) {
        await log.append(writeBatch([keyed(`key ${written % 50}`, 'x'.repeat(200))]))
        if (++written % 40 === 0) await log.roll()
      }
    }
    const read = async () => {
      let reads = 0
      for (; !isOver; reads++) {
        const offsets = (await recordsOf(log)).map(r => r.offset)
        expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
        expect(new Set(offsets).size).toBe(offsets.length)
        await new Promise(resolve => setImmediate(resolve))
      }
      return reads
    }
    const running = [write(), read(), read()]
    let dirtyFrom = 0
    try {
      for (let i = 0; i < 20; i++) {
        while (log.segments.length < 3) await new Promise(resolve => setImmediate(resolve))
        dirtyFrom = (await compact(log, { dirtyFrom })).cleanTo
      }
    } finally {
      isOver = true
    }
    const [, ...reads] = await Promise.all(running)
    expect(Math.min(...reads.map(Number))).toBeGreaterThan(0)
    const clean = (await recordsOf(log)).filter(r => r.offset < dirtyFrom)
    expect(new Set(clean.map(r => r.key)).size).toBe(clean.length)
    await log.close()
  }, 30_000)

  it('waits for a recovery point that speaks of no segment it changes', async () => {
    const log = await open('log')
    for (const [i, key] of ['a', 'b', 'a', 'b', 'c'].entries())
      await log.append(writeBatch([keyed(key, `${i} ${'x'.repeat(100 * i)}`)]))
    const taken = join(base, 'log', 'recovery-point.tmp')
    await mkdir(taken)
    // the segment is closed, but that cannot be written down
    await expect(log.roll()).rejects.toMatchObject({ code: 'EISDIR' })
    await expect(compact(log)).rejects.toMatchObject({ code: 'EISDIR' })
    await rmdir(taken)
    await compact(log)
    await log.append(writeBatch([keyed('d', '5')]))
    await cp(join(base, 'log'), join(base, 'crashed'), { recursive: true })
    await log.close()
    const recovered = await open('crashed')
    expect((await recordsOf(recovered)).map(r => r.offset)).toEqual([2, 3, 4, 5])
    await recovered.close()
  })

  it('is given up where the segments have been deleted meanwhile', async () => {
    const log = await open('log')
    for (const value of ['1', '2']) {
      await log.append(writeBatch([keyed('a', value)]))
      await log.roll()
    }
    let isDeleted = false
    const throttle = async () => {
      if (isDeleted) return
      isDeleted = true
      await log.deleteBefore(1)
    }
    await compact(log, { throttle }).catch(() => undefined)
    expect([log.startOffset, (await recordsOf(log)).map(r => r.offset)]).toEqual([1, [1]])
    await log.close()
    expect((await readdir(join(base, 'log'))).filter(name => /swap|cleaned/.test(name))).toEqual([])
  })
})
