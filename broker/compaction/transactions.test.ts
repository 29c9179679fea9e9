import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FakeClock, memoryLogger } from '../../lib/base/index.ts'
import { joinParts, writeBatch } from '../../lib/kafka/index.ts'
import { createLogResources } from '../../lib/log/index.ts'
import { readCommitted } from '../handlers/committed.ts'
import { openPartition } from '../partitions/open-partition.ts'
import type { Partition } from '../partitions/partition.ts'
import { committedOf } from '../testing/scene.ts'
import { staticBrokerConfigs } from '../testing/static-broker-configs.ts'
import { topicSettings } from '../topics/settings.ts'

const clock = new FakeClock()

interface Step {
  kind: 'write' | 'commit' | 'abort' | 'compact' | 'restart'
  producerId: number
  key: number
}

interface Written {
  offset: number
  text: string
}

/** A compacted partition of transactions, and what readers of committed records should find of each key in the end. */
class Subject {
  readonly #folder: string
  #resources = createLogResources()
  #partition: Partition | undefined
  readonly #pending = new Map<number, Map<number, Written>>()
  readonly #sequences = new Map<number, number>()
  readonly #committed = new Map<number, Written>()
  #values = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  get partition(): Partition {
    if (this.#partition === undefined) throw new Error('not open')
    return this.#partition
  }

  async open(): Promise<void> {
    const { logger } = memoryLogger()
    this.#resources = createLogResources()
    const configs = { 'cleanup.policy': 'compact' }
    const settings = { ...topicSettings(configs, staticBrokerConfigs()), segmentBytes: 600 }
    const resources = this.#resources
    this.#partition = await openPartition({
      ...{ topic: 't', index: 0, folder: this.#folder, settings, flush: 'ack', resources, clock, logger },
    })
  }

  async close(): Promise<void> {
    await this.partition.close()
    await this.#resources.files.close()
  }

  async take({ kind, producerId, key }: Step): Promise<void> {
    if (kind === 'write') await this.#write(producerId, key)
    else if (kind === 'compact') await this.#compact()
    else if (kind === 'restart') {
      await this.close()
      await this.open()
    } else await this.end(producerId, kind === 'commit')
  }

  async end(producerId: number, isCommit: boolean): Promise<void> {
    const marker = { producerId, epoch: 0, isCommit, coordinatorEpoch: 0, transactionVersion: 1 }
    expect(await this.partition.appendMarker(marker)).toBe(0)
    const pending = isCommit ? (this.#pending.get(producerId) ?? []) : []
    // what stands later counts, whichever was committed first
    for (const [key, written] of pending)
      if (written.offset > (this.#committed.get(key)?.offset ?? -1)) this.#committed.set(key, written)
    this.#pending.delete(producerId)
  }

  get committed(): Map<number, string> {
    return new Map([...this.#committed].map(([key, { text }]) => [key, text]))
  }

  /** As a consumer reads from the start to the end; the last value of each key. */
  async read(): Promise<Map<number, string>> {
    const found = new Map<number, string>()
    const end = this.partition.lastStableOffset
    for (let at = this.partition.log.startOffset; at < end; ) {
      const wanted = { fetchOffset: at, maxBytes: 1_000, takesRanges: false }
      const { slice, records, aborted } = await readCommitted(this.partition, wanted, end)
      const { committed, nextOffset } = committedOf(joinParts([records]), aborted, at)
      for (const text of committed) found.set(Number(text.split(' ')[0]), text)
      slice.release()
      at = nextOffset
    }
    return found
  }

  async #write(producerId: number, key: number): Promise<void> {
    const text = `${key} ${this.#values++}`.padEnd(60)
    const baseSequence = this.#sequences.get(producerId) ?? 0
    const value = Buffer.from(text)
    const record = { key: Buffer.from(String(key)), value, timestampMs: clock.nowMs(), headers: [] }
    const stamp = { producerId: BigInt(producerId), producerEpoch: 0, baseSequence, isTransactional: true }
    const { errorCode, baseOffset: offset } = await this.partition.produce(writeBatch([record], stamp), 9)
    expect(errorCode).toBe(0)
    this.#sequences.set(producerId, baseSequence + 1)
    const pending = this.#pending.get(producerId) ?? new Map<number, Written>()
    this.#pending.set(producerId, pending.set(key, { offset, text }))
  }

  async #compact(): Promise<void> {
    const { log, lastStableOffset, producers } = this.partition
    const open = log.segments.find(
      ({ nextOffset }, i, all) => nextOffset > lastStableOffset || i === all.length - 1,
    )
    const last = [...producers.all()].map(({ producerId, epoch, batches }) => {
      const { lastOffset } = batches.findLast(batch => batch.lastOffset !== undefined) ?? {}
      return [producerId, { epoch, lastOffset }] as const
    })
    await log.compact({
      dirtyFrom: 0,
      before: open?.baseOffset ?? 0,
      nowMs: clock.nowMs(),
      deleteRetentionMs: 0,
      abortedTransactions: (from, to) => this.partition.abortedTransactions(from, to),
      lastOfProducers: new Map(last),
      throttle: () => Promise.resolve(),
    })
  }
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('write', 'write', 'write', 'commit', 'abort', 'compact', 'restart'),
  producerId: fc.integer({ min: 1, max: 2 }),
  key: fc.nat(3),
})

it('compaction leaves readers of committed records the newest value of each key, and nothing that was aborted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
      const folder = await mkdtemp(join(tmpdir(), 'millrace-compaction-'))
      const subject = new Subject(folder)
      await subject.open()
      try {
        for (const next of steps) await subject.take(next)
        for (const producerId of [1, 2]) await subject.end(producerId, false)
        await subject.take({ kind: 'compact', producerId: 0, key: 0 })
        expect(await subject.read()).toEqual(subject.committed)
        await subject.take({ kind: 'restart', producerId: 0, key: 0 })
        expect(await subject.read()).toEqual(subject.committed)
      } finally {
        await subject.close()
        await rm(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 40 },
  )
}, 60_000)
