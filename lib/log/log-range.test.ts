import { readSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BatchCursor, writeBatch } from '../kafka/index.ts'
import { type Log, type LogRange, openLog } from './index.ts'
import { createLogResources } from './resources.ts'
import { openFilesIn } from './testing/open-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-range-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const resources = createLogResources()
const open = (name: string) =>
  openLog({ folder: join(folder, name), segmentBytes: 1_000_000, flush: 'os' }, { resources })

function batch(bytes: number): Buffer {
  return writeBatch([{ key: null, value: Buffer.alloc(bytes, 'v'), timestampMs: 1, headers: [] }])
}

function bytesOf({ fd, position, length }: LogRange): Buffer {
  const bytes = Buffer.alloc(length)
  expect(readSync(fd, bytes, 0, length, position)).toBe(length)
  return bytes
}

/** Base offsets of whole batches; fails where there is anything else. */
function offsetsIn(bytes: Buffer): number[] {
  const cursor = new BatchCursor(bytes)
  const offsets: number[] = []
  while (cursor.next()) offsets.push(cursor.baseOffset)
  expect(cursor.end).toBe(bytes.length)
  return offsets
}

/** All batches, as a consumer that takes ranges where it can; and how many of them came that way. */
async function consume(log: Log, maxBytes: number): Promise<{ offsets: number[]; inRanges: number }> {
  const offsets: number[] = []
  let inRanges = 0
  for (let at = log.startOffset; at < log.stableOffset; ) {
    const range = await log.range(at, maxBytes)
    const slice = range ?? (await log.read(at, maxBytes))
    const found = offsetsIn('bytes' in slice ? slice.bytes : bytesOf(slice))
    if (range !== undefined) {
      expect(range.length).toBeLessThanOrEqual(maxBytes)
      inRanges += found.length
    }
    offsets.push(...found)
    at = slice.nextOffset
    slice.release()
  }
  return { offsets, inRanges }
}

const anySizes = fc.array(fc.oneof(fc.nat(3_000), fc.integer({ min: 10_000, max: 150_000 })), {
  minLength: 1,
  maxLength: 60,
})

describe('ranges of a log', () => {
  it('hold the batches that reading gives, none twice and none left out, also after it is opened again', async () => {
    let i = 0
    await fc.assert(
      fc.asyncProperty(anySizes, fc.integer({ min: 70_000, max: 600_000 }), async (sizes, maxBytes) => {
        const name = `log-${i++}`
        const log = await open(name)
        for (const size of sizes) await log.append(batch(size))
        const all = sizes.map((_, at) => at)
        expect((await consume(log, maxBytes)).offsets).toEqual(all)
        await log.close()
        const again = await open(name)
        expect((await consume(again, maxBytes)).offsets).toEqual(all)
        await again.close()
      }),
      { numRuns: 30 },
    )
  })

  it('are what a consumer that goes on gets, and not one who begins in the midst or asks for little', async () => {
    const log = await open('log')
    for (let i = 0; i < 200; i++) await log.append(batch(10_000))
    const { offsets, inRanges } = await consume(log, 300_000)
    expect(offsets.length).toBe(200)
    // but for what is left at the end of a segment
    expect(inRanges).toBeGreaterThan(180)
    expect(await log.range(7, 300_000)).toBeUndefined()
    expect(await log.range(0, 20_000)).toBeUndefined()
    expect(await log.range(200, 300_000)).toBeUndefined()
    await log.close()
  })

  it('stay readable when their segment is deleted, until they are released', async () => {
    const log = await open('log')
    for (let i = 0; i < 200; i++) await log.append(batch(10_000))
    const range = await log.range(0, 300_000)
    if (range === undefined) throw new Error('a log read from its start gives a range')
    await log.deleteBefore(150)
    expect(
      (await readdir(join(folder, 'log'))).filter(name => name.startsWith('0000000000000000000')),
    ).not.toContain('00000000000000000000.log')
    expect(offsetsIn(bytesOf(range))[0]).toBe(0)
    const first = () => openFilesIn(folder).filter(path => path.includes('/00000000000000000000.log'))
    expect(first()).toHaveLength(1)
    range.release()
    await expect.poll(first).toEqual([])
    await log.close()
  })
})
