import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeBatch } from '../../kafka/index.ts'
import { type AbortedTransaction, type Log, openLog } from '../index.ts'
import { batchesOf, compact, keyed, marker, recordsOf } from './testing/keyed.ts'

type Step =
  | { type: 'write'; producer: number; keys: number[] }
  | { type: 'end'; producer: number; isCommit: boolean }
  | { type: 'roll' | 'compact' }

const producer = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('write' as const),
      producer,
      keys: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('end' as const), producer, isCommit: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'roll' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'compact' as const }) },
)

interface Transaction {
  producerId: number
  firstOffset: number
  /** Of its marker; undefined while it is open. */
  lastOffset: number | undefined
  isCommit: boolean
}

/** Writes to a log as producers and a coordinator do, and remembers what it has written. Producer 0 has no transactions. */
class Scene {
  readonly written = new Map<number, { key: string; value: string; transaction: Transaction | undefined }>()
  readonly transactions: Transaction[] = []
  dirtyFrom = 0
  readonly #log: Log
  #nowMs = 1_000_000
  #sequence = 0

  constructor(log: Log) {
    this.#log = log
  }

  async carryOut(step: Step): Promise<unknown> {
    if (step.type === 'write') return await this.#write(step.producer, step.keys)
    if (step.type === 'end') return await this.#end(step.producer, step.isCommit)
    return step.type === 'roll' ? await this.#log.roll() : await this.#compact()
  }

  async #write(producerId: number, keys: number[]): Promise<void> {
    const first = this.#sequence
    this.#sequence += keys.length
    const records = keys.map((key, i) => keyed(`k${key}`, `${first + i}`))
    const inTransaction = {
      producerId: BigInt(producerId),
      producerEpoch: 0,
      baseSequence: first,
      isTransactional: true,
    }
    const { baseOffset } = await this.#log.append(writeBatch(records, producerId === 0 ? {} : inTransaction))
    const transaction = producerId === 0 ? undefined : this.#openOf(producerId, baseOffset)
    for (const [i, { key, value }] of records.entries())
      this.written.set(baseOffset + i, { key: String(key), value: String(value), transaction })
  }

  #openOf(producerId: number, firstOffset: number): Transaction {
    const open = this.transactions.find(t => t.producerId === producerId && t.lastOffset === undefined)
    if (open !== undefined) return open
    const begun = { producerId, firstOffset, lastOffset: undefined, isCommit: false }
    this.transactions.push(begun)
    return begun
  }

  async #end(producerId: number, isCommit: boolean): Promise<void> {
    const open = this.transactions.find(t => t.producerId === producerId && t.lastOffset === undefined)
    if (open === undefined) return
    open.isCommit = isCommit
    const { lastOffset } = await this.#log.append(marker(isCommit ? 'commit' : 'abort', BigInt(producerId)))
    open.lastOffset = lastOffset
  }

  async #compact(): Promise<void> {
    this.#nowMs += 400
    const { segments, endOffset } = this.#log
    const open = this.transactions.filter(t => t.lastOffset === undefined).map(t => t.firstOffset)
    const lastStableOffset = Math.min(endOffset, ...open)
    const unstable = segments.find(segment => segment.nextOffset > lastStableOffset)
    const before = Math.min(unstable?.baseOffset ?? endOffset, segments.at(-1)?.baseOffset ?? 0)
    const { cleanTo } = await compact(this.#log, {
      dirtyFrom: this.dirtyFrom,
      before,
      nowMs: this.#nowMs,
      deleteRetentionMs: 1000,
      abortedTransactions: async (from, to) => this.#aborted(from, to),
    })
    this.dirtyFrom = Math.max(this.dirtyFrom, cleanTo)
  }

  #aborted(from: number, to: number): AbortedTransaction[] {
    return this.transactions.flatMap(({ producerId, firstOffset, lastOffset, isCommit }) =>
      lastOffset === undefined || isCommit || lastOffset < from || firstOffset >= to
        ? []
        : [{ producerId, firstOffset, lastOffset, lastStableOffset: firstOffset }],
    )
  }

  /** What a reader of committed records knows of every key, from these offsets. */
  committed(offsets: Iterable<number>): Map<string, string> {
    const values = new Map<string, string>()
    for (const offset of offsets) {
      const record = this.written.get(offset)
      const { transaction } = record ?? {}
      const counts =
        transaction === undefined || (transaction.lastOffset !== undefined && transaction.isCommit)
      if (record !== undefined && counts) values.set(record.key, record.value)
    }
    return new Map([...values].sort())
  }
}

async function markersOf(log: Log): Promise<Set<number>> {
  return new Set((await batchesOf(log)).map(batch => batch.lastOffset))
}

/** The markers that the transaction indexes name. */
async function indexed(folder: string): Promise<number[]> {
  const markers: number[] = []
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.txnindex')) continue
    const bytes = await readFile(join(folder, name))
    for (let at = 0; at < bytes.length; at += 34) markers.push(Number(bytes.readBigInt64BE(at + 18)))
  }
  return markers
}

async function check(log: Log, scene: Scene): Promise<void> {
  const left = await recordsOf(log)
  for (const { offset, key, value } of left) expect(scene.written.get(offset)).toMatchObject({ key, value })
  expect(scene.committed(left.map(r => r.offset))).toEqual(scene.committed(scene.written.keys()))
  const markers = await markersOf(log)
  const ended = left.flatMap(({ offset }) => {
    const { transaction } = scene.written.get(offset) ?? {}
    return transaction?.lastOffset === undefined ? [] : [{ ...transaction, end: transaction.lastOffset }]
  })
  expect(ended.filter(({ end }) => !markers.has(end))).toEqual([])
  // of what was given up nothing is left where compaction has been
  expect(ended.filter(({ end, isCommit }) => !isCommit && end < scene.dirtyFrom)).toEqual([])
}

describe('compaction of transactions', () => {
  it('changes nothing for readers of committed records, and leaves no record without its marker', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const folder = await mkdtemp(join(tmpdir(), 'millrace-compaction-transactions-'))
        const log = await openLog({ folder, segmentBytes: 600, flush: 'os' })
        const scene = new Scene(log)
        const last: Step[] = [{ type: 'roll' }, { type: 'compact' }]
        for (const each of [...steps, ...last]) await scene.carryOut(each)
        await check(log, scene)
        const markers = await markersOf(log)
        expect((await indexed(folder)).filter(end => !markers.has(end))).toEqual([])
        await log.close()
        await rm(folder, { recursive: true })
      }),
      { numRuns: 200 },
    )
  }, 60_000)
})
