import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BatchCursor, readRecords, writeBatch } from '../kafka/index.ts'
import { type Log, openLog } from './index.ts'

let base: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'millrace-damage-'))
})
afterEach(() => rm(base, { recursive: true, force: true }))

const open = (folder: string): Promise<Log> =>
  openLog({ folder: join(base, folder), segmentBytes: 1000, indexIntervalBytes: 150, flush: 'os' })
const batch = (i: number) =>
  writeBatch([{ key: null, value: Buffer.from(`v${i}`), timestampMs: 100 + i, headers: [] }])

/** Twelve batches of one record, in one segment or several; closed, and so vouched for. */
async function written(folder: string, count: number): Promise<string[]> {
  const log = await open(folder)
  for (let i = 0; i < count; i++) await log.append(batch(i))
  await log.close()
  return (await readdir(join(base, folder))).sort()
}

async function valuesOf(log: Log): Promise<string[]> {
  const values: string[] = []
  for (let at = log.startOffset; at < log.stableOffset; ) {
    const slice = await log.read(at, 200)
    const cursor = new BatchCursor(slice.bytes)
    while (cursor.next()) values.push(...readRecords(cursor).map(r => String(r.value)))
    at = slice.nextOffset
    slice.release()
  }
  return values
}

const all = (count: number) => Array.from({ length: count }, (_, i) => `v${i}`)

describe('a log whose files are damaged', () => {
  it('keeps all before the damage, at whatever byte the file is cut or changed', async () => {
    await written('log', 3)
    const [name = ''] = (await readdir(join(base, 'log'))).filter(file => file.endsWith('.log'))
    const bytes = await readFile(join(base, 'log', name))
    const each = bytes.length / 3
    for (let at = 0; at < bytes.length; at++) {
      for (const damaged of [bytes.subarray(0, at), flipped(bytes, at)]) {
        await rm(join(base, 'copy'), { recursive: true, force: true })
        await cp(join(base, 'log'), join(base, 'copy'), { recursive: true })
        // as after a crash: nothing vouches for the segment
        await rm(join(base, 'copy', 'recovery-point'))
        await writeFile(join(base, 'copy', name), damaged)
        const log = await open('copy')
        const kept = await valuesOf(log)
        // base offset and leader epoch lie outside the checksum
        expect(kept).toEqual(all(3).slice(0, kept.length))
        expect(kept.length).toBeGreaterThanOrEqual(Math.floor(at / each))
        expect(await log.append(batch(9))).toMatchObject({ lastOffset: log.endOffset - 1 })
        await log.close()
      }
    }
  }, 60_000)

  it('finds everything, whatever has become of the indexes', async () => {
    const names = await written('log', 40)
    const indexes = names.filter(name => /index$/.test(name))
    expect(indexes.length).toBeGreaterThanOrEqual(6)
    const damage = fc.oneof(
      fc.constant('missing' as const),
      fc.record({ cutTo: fc.nat(40) }),
      fc.record({ flip: fc.nat(200), bit: fc.nat(7) }),
      fc.record({ junk: fc.uint8Array({ maxLength: 50 }) }),
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...indexes), damage), { maxLength: 4 }),
        async damages => {
          const copy = `copy ${run++}`
          await cp(join(base, 'log'), join(base, copy), { recursive: true })
          for (const [name, how] of damages) await damageFile(join(base, copy, name), how)
          const log = await open(copy)
          expect(await valuesOf(log)).toEqual(all(40))
          for (const offset of [3, 17, 39]) expect((await log.read(offset, 1)).nextOffset).toBe(offset + 1)
          await log.close()
          await rm(join(base, copy), { recursive: true })
        },
      ),
      { numRuns: 100 },
    )
  }, 60_000)

  it('writes down an index that was missing', async () => {
    const names = await written('log', 40)
    const [first = ''] = names.filter(name => name.endsWith('.index'))
    const before = await readFile(join(base, 'log', first))
    await rm(join(base, 'log', first))
    const log = await open('log')
    await log.read(5, 1)
    await log.close()
    expect(await readFile(join(base, 'log', first))).toEqual(before)
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] as number) ^ 0x55
  return copy
}

type Damage = 'missing' | { cutTo: number } | { flip: number; bit: number } | { junk: Uint8Array }

async function damageFile(path: string, how: Damage): Promise<void> {
  if (how === 'missing') return await rm(path, { force: true })
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  if ('cutTo' in how) await writeFile(path, bytes.subarray(0, how.cutTo))
  else if ('junk' in how) await writeFile(path, how.junk)
  else if (bytes.length > 0) {
    const at = how.flip % bytes.length
    bytes[at] = (bytes[at] as number) ^ (1 << how.bit)
    await writeFile(path, bytes)
  }
}
