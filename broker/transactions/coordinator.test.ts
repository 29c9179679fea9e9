import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { FakeClock, memoryLogger } from '../../lib/base/index.ts'
import { errorCodes, writeBatch } from '../../lib/kafka/index.ts'
import { Deadlines } from '../deadlines.ts'
import { GroupCoordinator } from '../groups/coordinator.ts'
import { GroupConfigs } from '../groups/group-configs.ts'
import type { Partition } from '../partitions/partition.ts'
import { openTopics } from '../testing/open-topics.ts'
import { openMetadataJournal } from '../topics/metadata-journal.ts'
import type { MetadataStore } from '../topics/metadata-store.ts'
import { offsetsTopic, transactionsTopic } from '../topics/names.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import { TransactionCoordinator } from './coordinator.ts'
import { newTransaction, type Transaction } from './transaction.ts'
import { transactionRecord } from './transaction-records.ts'

const clock = new FakeClock()
const expirationMs = 604_800_000
let folder: string
let store: MetadataStore
let topics: TopicTable
let deadlines: Deadlines
let groups: GroupCoordinator
let transactions: TransactionCoordinator
let nextProducerId = 7
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-transactions-'))
  nextProducerId = 7
  await open()
})
afterEach(async () => {
  await close()
  await rm(folder, { recursive: true, force: true })
})

let ids = 0
async function open(): Promise<void> {
  const newId = () => `id${ids++}`
  const { logger } = memoryLogger()
  deadlines = new Deadlines(clock)
  store = await openMetadataJournal(join(folder, 'metadata.jsonl'), newId)
  const config = parseConfig('', { set: [] })
  topics = openTopics(folder, store, clock, newId)
  const openTopic = () => topics.create(offsetsTopic, 2, {})
  const configs = new GroupConfigs(store, config)
  groups = new GroupCoordinator({
    clock,
    logger,
    deadlines,
    topics,
    configs,
    onShareMemberGone: () => undefined,
    offsetsRetentionMs: () => Number.POSITIVE_INFINITY,
    initialDelayMs: 0,
    openTopic,
  })
  transactions = new TransactionCoordinator({
    clock,
    logger,
    deadlines,
    topics,
    groups,
    producerIds: {
      next: () =>
        nextProducerId < 0 ? Promise.reject(new Error('the disk fails')) : Promise.resolve(nextProducerId++),
    },
    maxTimeoutMs: 900_000,
    scanIntervalMs: 10_000,
    expirationMs,
    openTopic: () => topics.create(transactionsTopic, 1, {}),
  })
}

async function close(): Promise<void> {
  await transactions.close()
  groups.close()
  deadlines.close()
  await topics.close()
  await store.close()
}

async function restart(): Promise<void> {
  await close()
  await open()
}

async function partitionOf(topic: string): Promise<Partition> {
  return await (await topics.create(topic, 1, {})).partition(0)
}

/** What a crash may have left: a record in the partition, and the transaction in a state. */
async function leave(state: Partial<Transaction>, epochOfRecord: number): Promise<void> {
  const partition = await partitionOf('t')
  const value = Buffer.from('v')
  const stamp = { producerId: 7n, producerEpoch: epochOfRecord, isTransactional: true }
  await partition.append(writeBatch([{ key: null, value, timestampMs: 1, headers: [] }], stamp))
  const transaction = {
    ...newTransaction('x', 7, 60_000, clock.nowMs()),
    partitions: new Map([['t', new Set([0])]]),
    startedAtMs: clock.nowMs(),
    ...state,
  }
  const log = await partitionOf(transactionsTopic)
  await log.append(writeBatch([transactionRecord(transaction, clock.nowMs())]))
}

const settled = (state: string) => expect.poll(() => transactions.get('x')?.state).toBe(state)
const inT = new Map([['t', new Set([0])]])

describe('a start after a crash', () => {
  it.each([
    ['PrepareCommit', 1, 'CompleteCommit', 0],
    ['PrepareCommit', 2, 'CompleteCommit', 0],
    ['PrepareAbort', 1, 'CompleteAbort', 1],
    ['PrepareAbort', 2, 'CompleteAbort', 1],
  ] as const)('carries out %s of protocol %i', async (state, clientVersion, completed, abortedCount) => {
    const producerEpoch = clientVersion === 2 ? 1 : 0
    await leave({ state, producerEpoch, clientVersion }, 0)
    await restart()
    await transactions.ready()
    await settled(completed)
    const partition = await partitionOf('t')
    expect(partition.lastStableOffset).toBe(2)
    expect(await partition.abortedTransactions(0, 10)).toHaveLength(abortedCount)
    // nothing is left to do: no more markers
    await restart()
    await transactions.ready()
    await settled(completed)
    expect((await partitionOf('t')).log.endOffset).toBe(2)
  })

  it('writes a marker again where the partition has it already', async () => {
    await leave({ state: 'PrepareAbort', producerEpoch: 1, clientVersion: 2 }, 0)
    const marker = { producerId: 7, epoch: 1, isCommit: false, coordinatorEpoch: 0, transactionVersion: 2 }
    expect(await (await partitionOf('t')).appendMarker(marker)).toBe(0)
    await restart()
    await transactions.ready()
    await settled('CompleteAbort')
    const partition = await partitionOf('t')
    expect(partition.lastStableOffset).toBe(3)
    expect(await partition.abortedTransactions(0, 10)).toMatchObject([{ firstOffset: 0, lastOffset: 1 }])
  })

  it('leaves what is open open, until it times out', async () => {
    await leave({ state: 'Ongoing', producerEpoch: 0, clientVersion: 1 }, 0)
    await restart()
    await transactions.ready()
    transactions.abortTimedOut()
    expect(transactions.get('x')?.state).toBe('Ongoing')
    clock.advance(60_001)
    transactions.abortTimedOut()
    await settled('CompleteAbort')
    expect((await partitionOf('t')).lastStableOffset).toBe(2)
    // who had it open is fenced
    const end = await transactions.end('x', { producerId: 7, epoch: 0, isCommit: true }, 1)
    expect(end.errorCode).toBe(errorCodes.PRODUCER_FENCED)
  })

  it('goes on with what was complete, or empty, or forgotten', async () => {
    await leave({ state: 'CompleteCommit', producerEpoch: 4, partitions: new Map() }, 0)
    await restart()
    expect(await transactions.initialize('x', 1000, undefined)).toEqual({
      errorCode: 0,
      producerId: 7,
      epoch: 5,
    })
    await restart()
    await transactions.ready()
    expect(transactions.get('x')).toMatchObject({ state: 'Empty', producerEpoch: 5 })
    clock.advance(expirationMs)
    await transactions.expire()
    expect([...transactions.all()]).toEqual([])
    await restart()
    await transactions.ready()
    expect(transactions.get('x')).toBeUndefined()
  })
})

describe('the coordinator', () => {
  it('answers CONCURRENT_TRANSACTIONS while a step is being written', async () => {
    await partitionOf('t')
    const me = await transactions.initialize('x', 1000, undefined)
    const [first, second] = [
      transactions.addPartitions('x', me, inT, 1),
      transactions.addPartitions('x', me, new Map([['u', new Set([0])]]), 1),
    ]
    expect(await first).toBe(0)
    expect(await second).toBe(errorCodes.CONCURRENT_TRANSACTIONS)
  })

  it('does not count a step that could not be written', async () => {
    await partitionOf('t')
    const me = await transactions.initialize('x', 1000, undefined)
    await transactions.addPartitions('x', me, inT, 1)
    const log = await partitionOf(transactionsTopic)
    const { append } = log
    log.append = () => ({ errorCode: errorCodes.KAFKA_STORAGE_ERROR, baseOffset: -1, message: null })
    for (let i = 0; i < 3; i++)
      expect((await transactions.initialize('x', 1000, undefined)).errorCode).toBe(
        errorCodes.COORDINATOR_NOT_AVAILABLE,
      )
    expect(transactions.get('x')).toMatchObject({ state: 'Ongoing', producerEpoch: me.epoch })
    log.append = append
    const again = await transactions.initialize('x', 1000, undefined)
    expect(again.errorCode).toBe(errorCodes.CONCURRENT_TRANSACTIONS)
    await settled('CompleteAbort')
    expect((await transactions.initialize('x', 1000, undefined)).epoch).toBe(me.epoch + 2)
  })

  it('tries a partition again whose disk fails, and completes only then', async () => {
    const partition = await partitionOf('t')
    const me = await transactions.initialize('x', 1000, undefined)
    await transactions.addPartitions('x', me, inT, 1)
    const { appendMarker } = partition
    let failures = 0
    partition.appendMarker = () => {
      failures++
      return Promise.resolve(errorCodes.KAFKA_STORAGE_ERROR)
    }
    expect((await transactions.end('x', { ...me, isCommit: true }, 1)).errorCode).toBe(0)
    await expect.poll(() => failures).toBe(1)
    expect(transactions.get('x')?.state).toBe('PrepareCommit')
    partition.appendMarker = appendMarker
    clock.advance(1_000)
    await expect.poll(() => transactions.get('x')?.state, { timeout: 5000 }).toBe('CompleteCommit')
    expect(partition.log.endOffset).toBe(1)
  })

  it('admits writes in the order in which they came, after the transaction before has ended', async () => {
    await partitionOf('t')
    let me = await transactions.initialize('x', 1000, undefined)
    const admitted: number[] = []
    for (let round = 0; round < 3; round++) {
      const asked = { ...me, transactionalId: 'x', partitions: inT, mayAdd: true }
      const all = [0, 1, 2, 3].map(i =>
        transactions.admit(asked, codeOf => {
          admitted.push(i)
          return codeOf('t', 0)
        }),
      )
      expect(await Promise.all(all)).toEqual([0, 0, 0, 0])
      me = await transactions.end('x', { ...me, isCommit: true }, 2)
      expect(me.errorCode).toBe(0)
    }
    expect(admitted).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
  })

  it('is not available while no producer id can be had', async () => {
    nextProducerId = -1
    const refused = await transactions.initialize('x', 1000, undefined)
    expect(refused.errorCode).toBe(errorCodes.COORDINATOR_NOT_AVAILABLE)
    nextProducerId = 8
    expect(await transactions.initialize('x', 1000, undefined)).toMatchObject({ errorCode: 0, producerId: 8 })
  })

  it('gives another producer id when the epochs are used up', async () => {
    await leave({ state: 'CompleteCommit', producerEpoch: 32_766, partitions: new Map() }, 0)
    await restart()
    nextProducerId = 50
    expect(await transactions.initialize('x', 1000, { producerId: 7, epoch: 32_766 })).toMatchObject({
      errorCode: 0,
      producerId: 50,
      epoch: 0,
    })
  })
})
