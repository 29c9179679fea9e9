import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type BatchOptions,
  type Compression,
  compressions,
  type RecordInput,
  writeBatch,
} from '../../kafka/index.ts'
import { type Log, openLog } from '../index.ts'
import { batchesOf, compact, keyed, marker, recordsOf } from './testing/keyed.ts'

let folder: string
let log: Log
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-compaction-'))
  log = await reopened()
})
afterEach(async () => {
  await log.close()
  await rm(folder, { recursive: true, force: true })
})

function reopened(): Promise<Log> {
  return openLog({ folder, segmentBytes: 4096, indexIntervalBytes: 200, flush: 'os' })
}
const put = (records: RecordInput[], options?: BatchOptions) => log.append(writeBatch(records, options))
const texts = async () => (await recordsOf(log)).map(({ key, value }) => `${key}=${value}`)

type Step =
  | { records: { key: number; value: number | null }[]; codec: Compression }
  | 'roll'
  | 'compact'
  | 'reopen'

const record = fc.record({ key: fc.nat(6), value: fc.option(fc.nat(99)) })
const batch = fc.record({
  records: fc.array(record, { minLength: 1, maxLength: 6 }),
  codec: fc.constantFrom<Compression>(...compressions),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: batch },
  { weight: 2, arbitrary: fc.constant('roll' as const) },
  { weight: 1, arbitrary: fc.constant('compact' as const) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
)

describe('compaction', () => {
  it('leaves of each key the newest record, at its offset, and the active segment as it is', async () => {
    await put([keyed('a', '1'), keyed('b', '1'), keyed('a', '2')])
    await put([keyed('a', '3'), keyed('c', '1')])
    await log.roll()
    await put([keyed('a', '4'), keyed('a', '5')])
    expect((await compact(log)).cleanTo).toBe(5)
    expect((await recordsOf(log)).map(r => [r.offset, `${r.key}=${r.value}`])).toEqual([
      [1, 'b=1'],
      [3, 'a=3'],
      [4, 'c=1'],
      [5, 'a=4'],
      [6, 'a=5'],
    ])
    expect([log.startOffset, log.endOffset]).toEqual([0, 7])
  })

  it('answers reads at offsets that are gone with what comes next', async () => {
    for (let i = 0; i < 4; i++) {
      await put([keyed('a', String(i))])
      await log.roll()
    }
    await compact(log)
    for (const offset of [0, 1, 2, 3]) expect((await log.read(offset, 1)).nextOffset).toBe(4)
    expect(await log.offsetForTimestamp(1)).toMatchObject({ offset: 3 })
    expect(await log.read(4, 100)).toMatchObject({ nextOffset: 4 })
  })

  it('keeps tombstones for their time from the first compaction on, then drops them (KIP-534)', async () => {
    await put([keyed('a', '1'), keyed('b', '1', 50)])
    await put([keyed('a', null, 70)])
    await put([keyed('c', '1')])
    await log.roll()
    await compact(log, { nowMs: 10_000, deleteRetentionMs: 1000 })
    expect(await texts()).toEqual(['b=1', 'a=null', 'c=1'])
    const [, tombstone] = await batchesOf(log)
    expect(tombstone).toMatchObject({ deleteHorizonMs: 11_000, maxTimestampMs: 70 })
    expect((await recordsOf(log))[1]?.timestampMs).toBe(70)
    const again = async (nowMs: number) => {
      await put([keyed('z', '1')])
      await log.roll()
      await compact(log, { nowMs, deleteRetentionMs: 1000 })
      return await texts()
    }
    expect(await again(10_999)).toEqual(['b=1', 'a=null', 'c=1', 'z=1'])
    expect(await again(11_000)).toEqual(['b=1', 'c=1', 'z=1'])
  })

  it("keeps each producer's last batch, be it empty, and that of the pass", async () => {
    const producer = (producerId: bigint, baseSequence: number) => ({
      producerId,
      producerEpoch: 3,
      baseSequence,
    })
    await put([keyed('a', '1')], producer(7n, 0))
    await put([keyed('a', '2')], producer(7n, 1))
    await put([keyed('a', '3')], producer(8n, 0))
    await put([keyed('b', '1')])
    await put([keyed('b', '2')])
    await log.roll()
    await put([keyed('a', '4'), keyed('b', '3')])
    await log.roll()
    const lastOfProducers = new Map([[7, { lastOffset: 1, epoch: 3 }]])
    await compact(log, { lastOfProducers })
    expect((await batchesOf(log)).map(b => [b.lastOffset, b.count, b.producerId, b.baseSequence])).toEqual([
      [1, 0, 7n, 1],
      [6, 2, -1n, -1],
    ])
    await log.close()
    log = await reopened()
    expect(await texts()).toEqual(['a=4', 'b=3'])
  })

  it('drops aborted records and, later, the markers that have nothing before them', async () => {
    const inTransaction = { producerId: 7n, producerEpoch: 0, baseSequence: 0, isTransactional: true }
    await put([keyed('a', 'old')])
    await put([keyed('a', 'aborted')], inTransaction)
    await log.append(marker('abort', 7n))
    await put([keyed('b', 'kept')], { ...inTransaction, baseSequence: 1 })
    await log.append(marker('commit', 7n))
    await put([keyed('c', '1')])
    await log.roll()
    const aborted = { producerId: 7, firstOffset: 1, lastOffset: 2, lastStableOffset: 3 }
    const pass = (nowMs: number) =>
      compact(log, { nowMs, deleteRetentionMs: 1000, abortedTransactions: async () => [aborted] })
    const offsets = async () => (await batchesOf(log)).map(b => [b.lastOffset, b.deleteHorizonMs])
    await pass(10_000)
    expect(await offsets()).toEqual([
      [0, undefined],
      [2, undefined],
      [3, undefined],
      [4, undefined],
      [5, undefined],
    ])
    expect((await readdir(folder)).filter(name => name.endsWith('.txnindex'))).toHaveLength(1)
    await log.roll()
    await pass(20_000)
    expect(await offsets()).toEqual([
      [0, undefined],
      [2, 21_000],
      [3, undefined],
      [4, undefined],
      [5, undefined],
    ])
    await pass(21_000)
    expect(await offsets()).toEqual([
      [0, undefined],
      [3, undefined],
      [4, undefined],
      [5, undefined],
    ])
    expect((await recordsOf(log)).filter(r => r.key === 'a').map(r => r.value)).toEqual(['old'])
  })

  it('ends a pass where the keys fill its memory, and goes on from there', async () => {
    const keysFrom = (first: number) =>
      Array.from({ length: 16 }, (_, i) => keyed(`key ${(first + i) % 800}`, String(first + i)))
    for (let first = 0; first < 1600; first += 16) await put(keysFrom(first))
    await log.roll()
    const first = await compact(log, { maxMapBytes: 1 })
    expect(first.cleanTo).toBe(768)
    const second = await compact(log, { maxMapBytes: 1, dirtyFrom: first.cleanTo })
    const third = await compact(log, { maxMapBytes: 1, dirtyFrom: second.cleanTo })
    expect(third.cleanTo).toBe(1600)
    expect((await recordsOf(log)).map(r => r.offset)).toEqual(Array.from({ length: 800 }, (_, i) => 800 + i))
  })

  it('joins small segments up to the size of one', async () => {
    for (let i = 0; i < 100; i++) await put([keyed(`key ${i % 10}`, 'x'.repeat(300))])
    const before = log.segments.length
    await log.roll()
    await compact(log)
    await put([keyed('other', '1')])
    await log.roll()
    await compact(log, { dirtyFrom: 100 })
    expect(log.segments.length).toBeLessThan(before / 2)
    expect(new Set((await recordsOf(log)).map(r => r.key)).size).toBe(11)
  })

  it('agrees with a model: the newest value of each key, nothing new, nothing moved', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        await log.truncate(0)
        const { written, dirtyFrom } = await carryOut([...steps, 'roll', 'compact'])
        const left = await recordsOf(log)
        for (const { offset, key, value, timestampMs } of left)
          expect([`${key}=${value}`, timestampMs]).toEqual([written.get(offset), 5])
        expect(lastValues(left.map(({ key, value }) => [key, value]))).toEqual(
          lastValues([...written.values()].map(text => text.split('=') as [string, string])),
        )
        const clean = left.filter(r => r.offset < dirtyFrom).map(r => r.key)
        expect(new Set(clean).size).toBe(clean.length)
        expect(dirtyFrom).toBe(log.segments.at(-1)?.baseOffset)
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  /** What was written at which offset, and from where on the log is not compacted. */
  async function carryOut(steps: readonly Step[]) {
    const written = new Map<number, string>()
    let dirtyFrom = 0
    let nowMs = 1_000_000
    const carryOutOne = async (step: Step) => {
      if (step === 'roll') return await log.roll()
      if (step === 'compact') {
        nowMs += 400
        dirtyFrom = (await compact(log, { dirtyFrom, nowMs, deleteRetentionMs: 1000 })).cleanTo
      } else if (step === 'reopen') {
        await log.close()
        log = await reopened()
      } else await write(step, written)
    }
    for (const step of steps) await carryOutOne(step)
    return { written, dirtyFrom }
  }

  async function write(
    { records, codec }: Exclude<Step, string>,
    written: Map<number, string>,
  ): Promise<void> {
    const inputs = records.map(({ key, value }) => keyed(`k${key}`, value === null ? null : `v${value}`, 5))
    const { baseOffset } = await put(inputs, { compression: codec })
    for (const [i, { key, value }] of inputs.entries()) written.set(baseOffset + i, `${key}=${value}`)
  }

  /** What a reader of the whole log knows: keys with tombstones are as if they had never been. */
  function lastValues(records: (readonly [string, string])[]) {
    const values = new Map<string, string>()
    for (const [key, value] of records) values.set(key, value)
    return new Map([...values].filter(([, value]) => value !== 'null').sort())
  }
})
