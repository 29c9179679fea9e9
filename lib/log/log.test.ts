import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryLogger } from '../base/index.ts'
import { BatchCursor, readRecords, writeBatch } from '../kafka/index.ts'
import { FilePool } from './file-pool.ts'
import { type Log, type LogOptions, openLog } from './index.ts'
import { createLogResources } from './resources.ts'

let base: string
let folder: string
let open: Log[]
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'millrace-log-'))
  folder = join(base, 'log')
  open = []
})
afterEach(async () => {
  for (const log of open) await log.close()
  await rm(base, { recursive: true, force: true })
})

async function openHere(options: Partial<LogOptions> = {}, resources = createLogResources()): Promise<Log> {
  const log = await openLog({ folder, segmentBytes: 1 << 20, flush: 'ack', ...options }, { resources })
  open.push(log)
  return log
}

function batch(count: number, timestampMs = 1000, bytes = 20, text = 'v'): Buffer {
  const value = Buffer.alloc(bytes, text)
  return writeBatch(
    Array.from({ length: count }, (_, i) => ({
      key: null,
      value,
      timestampMs: timestampMs + i,
      headers: [],
    })),
  )
}

async function offsetsFrom(log: Log, start: number, maxBytes = 1 << 20): Promise<number[]> {
  const offsets: number[] = []
  for (let at = start; at < log.stableOffset; ) {
    const slice = await log.read(at, maxBytes)
    const cursor = new BatchCursor(slice.bytes)
    while (cursor.next()) offsets.push(...readRecords(cursor).map(r => r.offset))
    expect(cursor.end).toBe(slice.bytes.length)
    at = slice.nextOffset
    slice.release()
  }
  return offsets
}

describe('append and read', () => {
  it('gives offsets in the order of the calls, however many are written at once', async () => {
    const log = await openHere()
    const results = await Promise.all([3, 1, 5].map(count => log.append(batch(count))))
    expect(results).toEqual([
      { baseOffset: 0, lastOffset: 2 },
      { baseOffset: 3, lastOffset: 3 },
      { baseOffset: 4, lastOffset: 8 },
    ])
    expect([log.startOffset, log.stableOffset, log.endOffset]).toEqual([0, 9, 9])
    expect(await offsetsFrom(log, 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('takes several batches in one buffer', async () => {
    const log = await openHere()
    await log.append(Buffer.concat([batch(2), batch(3)]))
    expect(await offsetsFrom(log, 0)).toEqual([0, 1, 2, 3, 4])
  })

  it('answers an offset inside a batch with the whole batch, and the end with nothing', async () => {
    const log = await openHere()
    await log.append(batch(4))
    const inside = await log.read(2, 1)
    expect([inside.baseOffset, inside.nextOffset]).toEqual([0, 4])
    const end = await log.read(4, 1000)
    expect([end.bytes.length, end.nextOffset]).toEqual([0, 4])
    await expect(log.read(5, 1)).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' })
    await expect(log.read(-1, 1)).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' })
  })

  it('keeps to maxBytes but gives at least one batch, however large', async () => {
    const log = await openHere()
    await log.append(batch(1, 0, 100_000))
    for (let i = 0; i < 20; i++) await log.append(batch(1, 0, 1000))
    const first = await log.read(0, 10)
    expect(first.nextOffset).toBe(1)
    const some = await log.read(1, 5000)
    expect(some.bytes.length).toBeLessThanOrEqual(5000)
    expect(some.nextOffset).toBe(5)
    expect(await offsetsFrom(log, 3, 3000)).toHaveLength(18)
  })

  it('refuses bytes that are not whole batches', async () => {
    const log = await openHere()
    await expect(log.append(batch(1).subarray(0, 70))).rejects.toMatchObject({ code: 'CORRUPT_BATCH' })
    expect(await log.append(batch(1))).toEqual({ baseOffset: 0, lastOffset: 0 })
  })

  it('refuses appends once closed', async () => {
    const log = await openHere()
    await log.close()
    await expect(log.append(batch(1))).rejects.toMatchObject({ code: 'LOG_CLOSED' })
  })

  it.each(['ack', 'os'] as const)('reads any offset of a log of many segments, flush %s', async flush => {
    const log = await openHere({ flush, segmentBytes: 20_000, indexIntervalBytes: 1000 })
    await Promise.all(Array.from({ length: 300 }, (_, i) => log.append(batch(1 + (i % 3), i * 10, 200))))
    expect(log.segments.length).toBeGreaterThan(5)
    for (let offset = 0; offset < log.endOffset; offset += 7) {
      const slice = await log.read(offset, 600)
      expect(slice.baseOffset).toBeLessThanOrEqual(offset)
      expect(slice.nextOffset).toBeGreaterThan(offset)
    }
    expect(await offsetsFrom(log, 0, 700)).toEqual(Array.from({ length: log.endOffset }, (_, i) => i))
  })
})

describe('time', () => {
  it('finds the first record at or after a time, across segments and inside batches', async () => {
    const log = await openHere({ segmentBytes: 5000, indexIntervalBytes: 300 })
    for (let i = 0; i < 100; i++) await log.append(batch(5, i * 100, 30))
    for (const time of [0, 1, 250, 4999, 9000, 9904])
      expect(await log.offsetForTimestamp(time), `at ${time}`).toEqual(expectedAt(time))
    expect(await log.offsetForTimestamp(9905)).toBeUndefined()
  })

  function expectedAt(time: number) {
    for (let i = 0; i < 100; i++)
      for (let j = 0; j < 5; j++)
        if (i * 100 + j >= time) return { offset: i * 5 + j, timestampMs: i * 100 + j }
    return undefined
  }
})

describe('removal', () => {
  it('deletes whole segments below an offset and keeps the start over a restart', async () => {
    let log = await openHere({ segmentBytes: 3000 })
    for (let i = 0; i < 100; i++) await log.append(batch(1, i, 200))
    const before = log.sizeBytes
    await log.deleteBefore(50)
    expect(log.startOffset).toBe(50)
    expect(log.sizeBytes).toBeLessThan(before)
    await expect(log.read(49, 100)).rejects.toMatchObject({ code: 'OFFSET_OUT_OF_RANGE' })
    await log.close()
    log = await openHere({ segmentBytes: 3000 })
    expect([log.startOffset, log.endOffset]).toEqual([50, 100])
    expect(await offsetsFrom(log, 50)).toHaveLength(50)
    expect((await readdir(folder)).filter(name => name.endsWith('.deleted'))).toEqual([])
  })

  it('cuts everything from an offset on, also into an older segment, and goes on from there', async () => {
    const log = await openHere({ segmentBytes: 3000 })
    for (let i = 0; i < 100; i++) await log.append(batch(1, i, 200))
    await log.truncate(95)
    expect(log.endOffset).toBe(95)
    await log.truncate(20)
    expect([log.endOffset, log.stableOffset]).toEqual([20, 20])
    expect(await log.append(batch(2))).toEqual({ baseOffset: 20, lastOffset: 21 })
    expect(await offsetsFrom(log, 0)).toEqual(Array.from({ length: 22 }, (_, i) => i))
  })

  it('rolls so that the last data can be deleted too', async () => {
    const log = await openHere()
    await log.append(batch(3))
    await log.roll()
    await log.deleteBefore(3)
    expect([log.startOffset, log.endOffset, log.sizeBytes]).toEqual([3, 3, 0])
  })
})

describe('restart', () => {
  it('goes on where it ended', async () => {
    let log = await openHere({ segmentBytes: 3000 })
    for (let i = 0; i < 50; i++) await log.append(batch(2, i, 200))
    await log.close()
    log = await openHere({ segmentBytes: 3000 })
    expect(log.endOffset).toBe(100)
    expect(await log.append(batch(1))).toEqual({ baseOffset: 100, lastOffset: 100 })
    expect(await offsetsFrom(log, 0)).toHaveLength(101)
  })

  it('reads a folder whose recovery point and indexes are gone', async () => {
    let log = await openHere({ segmentBytes: 3000, indexIntervalBytes: 500 })
    for (let i = 0; i < 50; i++) await log.append(batch(2, i, 200))
    await log.close()
    for (const name of await readdir(folder)) if (!name.endsWith('.log')) await rm(join(folder, name))
    log = await openHere({ segmentBytes: 3000, indexIntervalBytes: 500 })
    expect(await offsetsFrom(log, 0)).toHaveLength(100)
    expect(await log.offsetForTimestamp(30)).toEqual({ offset: 59, timestampMs: 30 })
  })

  it('cuts a torn batch off the end and says so', async () => {
    const log = await openHere()
    await log.append(batch(2))
    await copyOver(async path => appendFile(path, batch(3).subarray(0, 90)))
    const { logger, entries } = memoryLogger()
    const recovered = await openLog(
      { folder: join(base, 'copy'), segmentBytes: 1 << 20, flush: 'ack' },
      { logger },
    )
    open.push(recovered)
    expect(recovered.endOffset).toBe(2)
    expect(entries.map(e => [e.message, e.attributes['bytes']])).toEqual([['torn end of a log cut off', 90]])
    expect(await recovered.append(batch(1))).toEqual({ baseOffset: 2, lastOffset: 2 })
  })

  it('keeps everything acknowledged, whatever a power cut leaves of what came after', async () => {
    const log = await openHere({ segmentBytes: 4000, indexIntervalBytes: 300 })
    for (let i = 0; i < 40; i++) await log.append(batch(1 + (i % 2), i, 100))
    const acknowledged = log.stableOffset
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.nat(2),
        fc.nat(400),
        fc.array(fc.nat(255), { maxLength: 300 }),
        async (more, cut, junk) => {
          const copy = await copyOver(async path => {
            const whole = Array.from({ length: more }, (_, i) => batch(1, 0, 150 + i))
            const size = (await stat(path)).size
            await appendFile(path, Buffer.concat([...whole, Buffer.from(junk)]))
            const grown = (await stat(path)).size
            await truncate(path, Math.max(size, grown - cut))
          }, `run${run++}`)
          const recovered = await openLog({ folder: copy, segmentBytes: 4000, flush: 'ack' })
          expect(recovered.endOffset).toBeGreaterThanOrEqual(acknowledged)
          expect(await offsetsFrom(recovered, 0)).toEqual(
            Array.from({ length: recovered.endOffset }, (_, i) => i),
          )
          await recovered.close()
        },
      ),
      { numRuns: 30 },
    )
  })

  async function copyOver(damage: (activePath: string) => Promise<void>, name = 'copy'): Promise<string> {
    const copy = join(base, name)
    await cp(folder, copy, { recursive: true })
    const logs = (await readdir(copy)).filter(file => file.endsWith('.log')).sort()
    await damage(join(copy, logs.at(-1) ?? ''))
    return copy
  }
})

describe('trouble', () => {
  class FaultyPool extends FilePool {
    fault: string | undefined
    override use<T>(path: string, use: (fd: number) => Promise<T>): Promise<T> {
      if (this.fault === undefined) return super.use(path, use)
      return Promise.reject(Object.assign(new Error('no luck'), { code: this.fault }))
    }
  }

  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EIO', 'no luck'],
    ['EMFILE', 'no luck'],
    ['EROFS', 'no luck'],
  ])(
    'a write failed by %s leaves nothing readable and the log goes on when the cause is gone',
    async (code, words) => {
      const files = new FaultyPool()
      const log = await openHere({}, { ...createLogResources(), files })
      await log.append(batch(2))
      files.fault = code
      const failed = [log.append(batch(1)), log.append(batch(1))]
      for (const append of failed) await expect(append).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' })
      await expect(log.append(batch(1))).rejects.toThrow(words)
      files.fault = undefined
      expect(log.endOffset).toBe(2)
      expect(await log.append(batch(1))).toEqual({ baseOffset: 2, lastOffset: 2 })
      expect(await offsetsFrom(log, 0)).toEqual([0, 1, 2])
    },
  )

  it('damage in the middle is an error, not a crash or an endless loop', async () => {
    const log = await openHere()
    for (let i = 0; i < 10; i++) await log.append(batch(1, 0, 3000))
    const path = join(folder, '00000000000000000000.log')
    const bytes = await readFile(path)
    bytes.fill(0xff, 12_000, 20_000)
    await writeFile(path, bytes)
    await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_DAMAGED' })
  })

  async function readAll(log: Log): Promise<void> {
    for (let at = 0; at < log.stableOffset; ) at = (await log.read(at, 1000)).nextOffset
  }

  it('keeps no more files open than it may', async () => {
    const files = new FilePool(4)
    const log = await openHere({ segmentBytes: 1000 }, { ...createLogResources(), files })
    for (let i = 0; i < 40; i++) await log.append(batch(1, i, 200))
    await offsetsFrom(log, 0)
    expect(files.size).toBeLessThanOrEqual(4)
  })
})
