import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, FakeClock, memoryLogger } from '../../lib/base/index.ts'
import { type RecordInput, writeBatch } from '../../lib/kafka/index.ts'
import { createLogResources, type LogResources } from '../../lib/log/index.ts'
import { staticBrokerConfigs } from '../testing/static-broker-configs.ts'
import { topicSettings } from '../topics/settings.ts'
import { openPartition } from './open-partition.ts'
import type { Partition } from './partition.ts'

const clock = new FakeClock()
const segmentBytes = 1_000
let folder: string
let resources: LogResources
let partition: Partition
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-partition-'))
  await open()
})
afterEach(async () => {
  await partition.close()
  await resources.files.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(from = folder): Promise<void> {
  const { logger } = memoryLogger()
  resources = createLogResources()
  const settings = { ...topicSettings({}, staticBrokerConfigs()), segmentBytes }
  partition = await openPartition({
    ...{ topic: 't', index: 0, folder: from, settings, flush: 'ack', resources, clock, logger },
  })
}

async function restart(): Promise<void> {
  await partition.close()
  await resources.files.close()
  await open()
}

/** As kill -9 leaves it: the files as they are now, without what a clean end writes. */
async function crash(): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'millrace-partition-'))
  for (const name of await readdir(folder))
    await copyFile(join(folder, name), join(copy, name)).catch(error => {
      // a snapshot got its name meanwhile
      if (codeOf(error) !== 'ENOENT') throw error
    })
  await partition.close()
  await resources.files.close()
  await rm(folder, { recursive: true })
  folder = copy
  await open()
}

const sequences = new Map<string, number>()
beforeEach(() => sequences.clear())

async function write(producerId: number, size = 10): Promise<number> {
  const key = String(producerId)
  const baseSequence = sequences.get(key) ?? 0
  const record: RecordInput = {
    key: null,
    value: Buffer.alloc(size),
    timestampMs: clock.nowMs(),
    headers: [],
  }
  const stamp = { producerId: BigInt(producerId), producerEpoch: 0, baseSequence, isTransactional: true }
  const outcome = await partition.produce(writeBatch([record], stamp), 9)
  expect(outcome.errorCode).toBe(0)
  sequences.set(key, baseSequence + 1)
  return outcome.baseOffset
}

function end(producerId: number, isCommit: boolean): Promise<number> {
  const marker = { producerId, epoch: 0, isCommit, coordinatorEpoch: 0, transactionVersion: 1 }
  return partition.appendMarker(marker)
}

const aborted = (from = 0) => partition.abortedTransactions(from, Number.MAX_SAFE_INTEGER)
const files = async (suffix: string) => (await readdir(folder)).filter(name => name.endsWith(suffix)).sort()

describe('the transactions of a partition', () => {
  it('are the same after a clean end and after a crash, over several segments', async () => {
    for (let round = 0; round < 6; round++) {
      await write(1, 300)
      await write(2, 300)
      expect(await end(1, round % 2 === 0)).toBe(0)
      expect(await end(2, false)).toBe(0)
    }
    await write(3)
    const { lastStableOffset } = partition
    const before = await aborted()
    expect(before).toHaveLength(9)
    expect(partition.log.segments.length).toBeGreaterThan(3)
    for (const again of [crash, restart, crash]) {
      await again()
      expect(await aborted()).toEqual(before)
      expect(partition.lastStableOffset).toBe(lastStableOffset)
      expect([...partition.producers.all()].map(({ producerId }) => producerId).sort()).toEqual([1, 2, 3])
    }
    expect(await end(3, true)).toBe(0)
    expect(partition.lastStableOffset).toBe(partition.log.stableOffset)
  })

  it('are written down where each segment begins, and go with their segments', async () => {
    for (let round = 0; round < 6; round++) {
      await write(1, 400)
      await end(1, false)
    }
    const bases = partition.log.segments.map(({ baseOffset }) => baseOffset)
    const named = async () => (await files('.snapshot')).map(name => Number(name.slice(0, 20)))
    await expect.poll(named).toEqual(expect.arrayContaining(bases.slice(1)))
    const indexes = await files('.txnindex')
    expect(indexes.length).toBeGreaterThan(2)
    const third = bases[2] as number
    await partition.log.deleteBefore(third)
    expect(await files('.txnindex')).toEqual(indexes.slice(2))
    expect((await aborted(third)).every(({ lastOffset }) => lastOffset >= third)).toBe(true)
  })

  it('are made anew where an index is damaged or lost its end', async () => {
    for (let round = 0; round < 6; round++) {
      await write(1, 400)
      await end(1, false)
    }
    const before = await aborted()
    await partition.close()
    await resources.files.close()
    const [, second] = await files('.txnindex')
    await writeFile(join(folder, second ?? ''), Buffer.alloc(34, 7))
    await open()
    expect(await aborted()).toEqual(before)
  })

  it('that could not be noted as aborted hold readers back until they are', async () => {
    await write(1)
    const use = resources.files.use.bind(resources.files)
    resources.files.use = <T>(path: string, work: (fd: number) => Promise<T>): Promise<T> =>
      path.endsWith('.txnindex') ? Promise.reject(new Error('the disk fails')) : use(path, work)
    expect(await end(1, false)).not.toBe(0)
    expect(partition.lastStableOffset).toBe(0)
    resources.files.use = use
    // the coordinator tries again
    expect(await end(1, false)).toBe(0)
    expect(await aborted()).toMatchObject([{ producerId: 1, firstOffset: 0, lastOffset: 1 }])
    expect(partition.lastStableOffset).toBe(partition.log.stableOffset)
  })

  it('are the same whatever happened, and whenever it crashed', async () => {
    const step = fc.record({
      kind: fc.constantFrom('write', 'write', 'commit', 'abort', 'crash', 'restart'),
      producerId: fc.integer({ min: 1, max: 3 }),
    })
    const take = async ({ kind, producerId }: { kind: string; producerId: number }) => {
      if (kind === 'write') await write(producerId, 100)
      else if (kind === 'crash') await crash()
      else if (kind === 'restart') await restart()
      else expect(await end(producerId, kind === 'commit')).toBe(0)
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
        await partition.close()
        await resources.files.close()
        await rm(folder, { recursive: true, force: true })
        sequences.clear()
        await open()
        const model = new Model()
        for (const next of steps) {
          const { endOffset } = partition.log
          await take(next)
          model.take(next, endOffset)
        }
        expect(partition.lastStableOffset).toBe(model.firstOpen ?? partition.log.endOffset)
        const found = await aborted()
        expect(found.map(({ firstOffset, lastOffset }) => [firstOffset, lastOffset])).toEqual(model.aborted)
      }),
      { numRuns: 15 },
    )
  }, 60_000)
})

/** What should be known, from what was done. */
class Model {
  readonly #open = new Map<number, number>()
  readonly aborted: [number, number][] = []

  take({ kind, producerId }: { kind: string; producerId: number }, offset: number): void {
    const first = this.#open.get(producerId)
    if (kind === 'write' && first === undefined) this.#open.set(producerId, offset)
    if (kind !== 'commit' && kind !== 'abort') return
    this.#open.delete(producerId)
    if (kind === 'abort' && first !== undefined) this.aborted.push([first, offset])
  }

  get firstOpen(): number | undefined {
    return this.#open.size === 0 ? undefined : Math.min(...this.#open.values())
  }
}
