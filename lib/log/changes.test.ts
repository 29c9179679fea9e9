import { cp, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeBatch } from '../kafka/index.ts'
import { compact } from './compaction/testing/keyed.ts'
import { createLogResources, type Log, openLog } from './index.ts'

let base: string
let log: Log
const options = { segmentBytes: 1 << 20, flush: 'ack' } as const
const batch = writeBatch([{ key: null, value: Buffer.alloc(500), timestampMs: 1, headers: [] }])
const append = () => log.append(Buffer.from(batch))

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'millrace-log-changes-'))
  log = await openLog({ folder: join(base, 'log'), ...options })
})
afterEach(async () => {
  await log.close()
  await rm(base, { recursive: true, force: true })
})

describe('an open log', () => {
  it('keeps a durable start inside a segment over a crash', async () => {
    for (let i = 0; i < 5; i++) await append()
    await log.deleteBefore(3, { durable: true })
    // the files as a kill would leave them: nothing is closed
    await cp(join(base, 'log'), join(base, 'copy'), { recursive: true })
    const recovered = await openLog({ folder: join(base, 'copy'), ...options })
    expect([recovered.startOffset, recovered.endOffset]).toEqual([3, 5])
    await recovered.close()
  })

  it('takes another segment size from the next append on', async () => {
    for (let i = 0; i < 4; i++) await append()
    expect(log.segments).toHaveLength(1)
    log.configure({ segmentBytes: 1200 })
    for (let i = 0; i < 4; i++) await append()
    expect(log.segments.map(s => s.baseOffset)).toEqual([0, 4, 6])
  })

  it('closes a segment whose records span too much time, by the clock where they have none', async () => {
    const at = (timestampMs: number) =>
      log.append(writeBatch([{ key: null, value: null, timestampMs, headers: [] }]))
    log.configure({ segmentMs: 1000 })
    for (const timestampMs of [5000, 6000, 6001, 5500, 7001, 7002]) await at(timestampMs)
    expect(log.segments.map(s => s.baseOffset)).toEqual([0, 2, 5])
    await log.close()
    let nowMs = 0
    const folder = join(base, 'timeless')
    log = await openLog({ folder, ...options, segmentMs: 1000 }, { nowMs: () => nowMs })
    await at(-1)
    nowMs = 1000
    await at(-1)
    nowMs = 1001
    await at(-1)
    expect(log.segments.map(s => s.baseOffset)).toEqual([0, 2])
  })

  it('knows when each segment was last written, over a restart too', async () => {
    const before = Date.now()
    await append()
    await log.roll()
    await append()
    for (const { lastModifiedMs } of log.segments) expect(lastModifiedMs).toBeGreaterThanOrEqual(before)
    await log.close()
    const hourAgo = (before - 3_600_000) / 1000
    await utimes(join(base, 'log', '00000000000000000000.log'), hourAgo, hourAgo)
    log = await openLog({ folder: join(base, 'log'), ...options })
    expect(log.segments.map(s => s.lastModifiedMs < before - 3_000_000)).toEqual([true, false])
  })

  it('remembers over a restart how old its active segment is', async () => {
    const at = (timestampMs: number) =>
      log.append(writeBatch([{ key: null, value: null, timestampMs, headers: [] }]))
    await at(1000)
    await log.close()
    log = await openLog({ folder: join(base, 'log'), ...options, segmentMs: 500 })
    await at(1500)
    await at(1501)
    expect(log.segments.map(s => s.baseOffset)).toEqual([0, 2])
  })

  it('closes a segment whose index is full', async () => {
    log.configure({ indexIntervalBytes: 0, segmentIndexBytes: 16 })
    for (let i = 0; i < 7; i++) await append()
    expect(log.segments.map(s => s.baseOffset)).toEqual([0, 3, 6])
  })

  it('ends a compaction that still runs when it is closed', async () => {
    await append()
    await log.roll()
    const { promise, resolve } = Promise.withResolvers<void>()
    const compacting = compact(log, { throttle: () => promise })
    const closing = log.close()
    resolve()
    await expect(compacting).rejects.toMatchObject({ code: 'LOG_CLOSED' })
    await closing
    expect((await readdir(join(base, 'log'))).filter(name => name.endsWith('.cleaned'))).toEqual([])
  })

  it('writes to its own files, where one of the same name has been read and removed', async () => {
    const resources = createLogResources()
    const folder = join(base, 'same')
    const first = await openLog({ folder, ...options }, { resources })
    await first.append(Buffer.from(batch))
    await first.close()
    // a reader that came late
    await resources.files.use(join(folder, '00000000000000000000.log'), async () => undefined)
    await rm(folder, { recursive: true })
    const second = await openLog({ folder, ...options }, { resources })
    await second.append(Buffer.from(batch))
    await second.close()
    expect((await stat(join(folder, '00000000000000000000.log'))).size).toBe(batch.length)
    await resources.files.close()
  })

  it('keeps the files of deleted segments a while under another name, at most until it is opened again', async () => {
    log.configure({ segmentBytes: 1200, fileDeleteDelayMs: 60_000 })
    for (let i = 0; i < 6; i++) await append()
    await log.deleteBefore(4)
    const deleted = async () =>
      (await readdir(join(base, 'log'))).filter(name => name.endsWith('.log.deleted'))
    expect(await deleted()).toHaveLength(2)
    log.configure({ fileDeleteDelayMs: 20 })
    await append()
    await log.deleteBefore(6)
    while ((await deleted()).length > 2) await new Promise(resolve => setTimeout(resolve, 10))
    await log.close()
    log = await openLog({ folder: join(base, 'log'), ...options })
    expect(await deleted()).toEqual([])
    expect(log.startOffset).toBe(6)
  })
})
