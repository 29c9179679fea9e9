import { describe, expect, it } from 'vitest'
import { apis, errorCodes, errorName, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'
import { TransactionalProducer } from './testing/transactional-producer.ts'
import { WireClient } from './testing/wire-client.ts'

describe.each([1, 2] as const)('transactions by protocol %i', testTimeout, protocol => {
  const scene = Scene.forEachTest(['broker.transactionScanIntervalMs=50'])
  const producerOf = async (transactionalId = 'x', options: { timeoutMs?: number } = {}) => {
    const producer = new TransactionalProducer(scene, transactionalId, protocol)
    expect(await producer.init(options)).toBe(0)
    return producer
  }
  const settled = (producer: TransactionalProducer, state: string) =>
    expect.poll(() => producer.state(), testTimeout).toBe(state)
  const listOffsets = async (isolationLevel: number, timestamp = -1) => {
    const partitions = [{ partitionIndex: 0, timestamp }]
    const request = { replicaId: -1, isolationLevel, topics: [{ name: 't', partitions }] }
    const response = await scene.client.send(apis.listOffsets, 7, request)
    return response.topics[0]?.partitions[0]?.offset
  }

  it('show nothing before they commit, and all of it then', async () => {
    await scene.createTopic('t')
    const producer = await producerOf()
    expect(await producer.write('a')).toBe(0)
    expect(await producer.write('b')).toBe(0)
    expect((await scene.fetch(0)).values).toEqual(['a', 'b'])
    expect(await scene.fetchCommitted()).toEqual({ values: [], stable: 0, end: 2, aborted: [] })
    expect([await listOffsets(0), await listOffsets(1)]).toEqual([2, 0])
    expect([await listOffsets(0, 1), await listOffsets(1, 1)]).toEqual([0, -1])
    expect(await producer.state()).toBe('Ongoing')
    const client = await WireClient.open(scene.broker.address)
    const waiting = scene.fetchCommitted(0, { maxWaitMs: 20_000, client })
    expect(await producer.end(true)).toBe(0)
    expect((await waiting).values).toEqual(['a', 'b'])
    client.close()
    await settled(producer, 'CompleteCommit')
    expect(await scene.fetchCommitted()).toEqual({ values: ['a', 'b'], stable: 3, end: 3, aborted: [] })
    expect(await producer.write('c')).toBe(0)
    expect(await scene.fetchCommitted()).toMatchObject({ values: ['a', 'b'], stable: 3, end: 4 })
  })

  it('are told to readers when they were aborted, by where they begin, also after a restart', async () => {
    await scene.createTopic('t')
    const [first, second] = [await producerOf('one'), await producerOf('two')]
    await first.write('a')
    await second.write('b')
    await second.end(false)
    await settled(second, 'CompleteAbort')
    expect(await scene.fetchCommitted()).toMatchObject({ values: [], stable: 0, end: 3 })
    await first.end(false)
    await settled(first, 'CompleteAbort')
    await first.write('c')
    await first.end(true)
    await settled(first, 'CompleteCommit')
    const seen = await scene.fetchCommitted()
    expect(seen.values).toEqual(['c'])
    expect(seen.aborted.map(({ firstOffset }) => firstOffset)).toEqual([0, 1])
    await scene.restart()
    expect(await scene.fetchCommitted()).toEqual(seen)
    expect((await scene.fetchCommitted(3)).aborted.map(({ firstOffset }) => firstOffset)).toEqual([0])
    expect((await scene.fetchCommitted(4)).aborted).toEqual([])
  })

  it('go on after a restart', async () => {
    await scene.createTopic('t')
    const producer = await producerOf()
    await producer.write('a')
    await scene.restart()
    expect(await scene.fetchCommitted()).toMatchObject({ values: [], stable: 0, end: 1 })
    expect(await producer.write('b')).toBe(0)
    expect(await producer.end(true)).toBe(0)
    await settled(producer, 'CompleteCommit')
    expect((await scene.fetchCommitted()).values).toEqual(['a', 'b'])
    await scene.restart()
    expect(await producer.state()).toBe('CompleteCommit')
    expect(await producer.write('c')).toBe(0)
  })

  it('are aborted by the next producer of their id, and the one before is fenced', async () => {
    await scene.createTopic('t')
    const old = await producerOf()
    await old.write('a')
    const next = await producerOf()
    expect(next.producerId).toBe(old.producerId)
    expect(next.producerEpoch).toBeGreaterThan(old.producerEpoch)
    expect((await old.produce('b')).errorCode).toBe(errorCodes.INVALID_PRODUCER_EPOCH)
    expect(await old.add('t')).toBe(errorCodes.PRODUCER_FENCED)
    expect(await old.add('t', 1)).toBe(errorCodes.INVALID_PRODUCER_EPOCH)
    expect(await old.end(true)).toBe(errorCodes.PRODUCER_FENCED)
    expect(await old.init({ expected: old.session })).toBe(errorCodes.PRODUCER_FENCED)
    expect(await old.init({ expected: old.session, version: 3 })).toBe(errorCodes.INVALID_PRODUCER_EPOCH)
    expect(await next.write('c')).toBe(0)
    expect(await next.end(true)).toBe(0)
    await settled(next, 'CompleteCommit')
    expect((await scene.fetchCommitted()).values).toEqual(['c'])
  })

  it('are aborted when they take too long, and their producer is fenced', async () => {
    await scene.createTopic('t')
    const producer = await producerOf('slow', { timeoutMs: 200 })
    await producer.write('a')
    await settled(producer, 'CompleteAbort')
    expect(await scene.fetchCommitted()).toMatchObject({ values: [], stable: 2, end: 2 })
    expect((await producer.produce('b')).errorCode).toBe(errorCodes.INVALID_PRODUCER_EPOCH)
    const { session } = producer
    // by protocol 2 its epoch says that the transaction has an outcome already
    const expected = protocol === 1 ? 'PRODUCER_FENCED' : 'INVALID_TXN_STATE'
    expect(errorName(await producer.end(true))).toBe(expected)
    expect(await producer.init({ expected: session })).toBe(0)
    expect(producer.producerEpoch).toBe(session.producerEpoch + 1)
    expect(await producer.write('c')).toBe(0)
  })

  it('answer a batch that is sent again with its first offset, and refuse a gap', async () => {
    await scene.createTopic('t')
    const producer = await producerOf()
    await producer.write('a')
    await producer.write('b')
    expect(await producer.produce('b', 't', { sequence: 1 })).toEqual({ errorCode: 0, baseOffset: 1 })
    const gap = await producer.produce('d', 't', { sequence: 3 })
    expect(gap.errorCode).toBe(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
  })

  it('take no batch that is not theirs', async () => {
    await scene.createTopic('t')
    await scene.createTopic('u')
    const producer = await producerOf()
    await producer.write('a')
    const stranger = await producer.produce('b', 't', { transactionalId: 'other' })
    expect(stranger.errorCode).toBe(errorCodes.INVALID_PRODUCER_ID_MAPPING)
    const nameless = await producer.produce('b', 't', { transactionalId: null })
    expect(nameless.errorCode).toBe(errorCodes.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    const plain = writeBatch([record('p', Date.now())], { ...producer.session, baseSequence: 1 })
    expect((await scene.produce(plain)).errorCode).toBe(errorCodes.INVALID_TXN_STATE)
    // a partition that nobody added, said to clients as they understand it
    expect((await producer.produce('b', 'u', { version: 10 })).errorCode).toBe(errorCodes.INVALID_TXN_STATE)
    expect((await producer.produce('b', 'u', { version: 11 })).errorCode).toBe(
      errorCodes.TRANSACTION_ABORTABLE,
    )
    expect((await scene.fetch(0)).values).toEqual(['a'])
  })

  it('pass over a topic that is deleted before they end', async () => {
    await scene.createTopic('t')
    await scene.createTopic('u')
    const producer = await producerOf()
    await producer.write('a')
    await producer.write('b', 'u')
    await scene.client.send(apis.deleteTopics, 5, { topicNames: ['u'], timeoutMs: 1000 })
    expect(await producer.end(true)).toBe(0)
    await settled(producer, 'CompleteCommit')
    expect((await scene.fetchCommitted()).values).toEqual(['a'])
  })
})

describe('transactions', testTimeout, () => {
  const scene = Scene.forEachTest()

  it('by protocol 2 have an epoch each, told again to who did not hear it, and begin with sequence 0', async () => {
    await scene.createTopic('t')
    const producer = new TransactionalProducer(scene, 'x', 2)
    await producer.init()
    const first = producer.session
    const early = await producer.produce('a', 't', { sequence: 4 })
    expect(early.errorCode).toBe(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
    await producer.write('a')
    await producer.end(true)
    const second = producer.session
    expect(second).toEqual({ ...first, producerEpoch: first.producerEpoch + 1 })
    // the answer was lost
    await expect.poll(() => producer.state(), testTimeout).toBe('CompleteCommit')
    producer.adopt(first)
    expect(await producer.end(true)).toBe(0)
    expect(producer.session).toEqual(second)
    producer.adopt(first)
    expect(await producer.end(false)).toBe(errorCodes.INVALID_TXN_STATE)
    producer.adopt(second)
    // it goes on while the outcome before may still be carried out
    for (const value of ['b', 'c', 'd']) {
      expect(await producer.write(value)).toBe(0)
      expect(await producer.end(true)).toBe(0)
    }
    // nothing began: an abort is a new epoch, a commit makes no sense
    await expect.poll(() => producer.state(), testTimeout).toBe('CompleteCommit')
    expect(await producer.end(true)).toBe(errorCodes.INVALID_TXN_STATE)
    expect(await producer.end(false)).toBe(0)
    expect(producer.producerEpoch).toBe(second.producerEpoch + 4)
  })

  it('by protocol 1 end once, and end nothing that was not begun', async () => {
    await scene.createTopic('t')
    const producer = new TransactionalProducer(scene, 'x', 1)
    await producer.init()
    expect(await producer.end(true)).toBe(errorCodes.INVALID_TXN_STATE)
    expect((await producer.produce('a')).errorCode).toBe(errorCodes.INVALID_TXN_STATE)
    await producer.write('a')
    expect(await producer.end(true)).toBe(0)
    await expect.poll(() => producer.state(), testTimeout).toBe('CompleteCommit')
    expect(await producer.end(true)).toBe(0)
    expect(await producer.end(false)).toBe(errorCodes.INVALID_TXN_STATE)
  })

  it('add partitions all together or not at all', async () => {
    await scene.createTopic('t')
    const producer = new TransactionalProducer(scene, 'x', 1)
    await producer.init()
    const topics = [
      { name: 't', partitions: [0, 7] },
      { name: 'none', partitions: [0] },
    ]
    const added = await scene.client.send(apis.addPartitionsToTxn, 3, {
      v3AndBelowTransactionalId: 'x',
      v3AndBelowProducerId: Number(producer.producerId),
      v3AndBelowProducerEpoch: producer.producerEpoch,
      v3AndBelowTopics: topics,
    })
    const codes = added.resultsByTopicV3AndBelow.flatMap(t =>
      t.resultsByPartition.map(p => errorName(p.partitionErrorCode)),
    )
    expect(codes).toEqual([
      'OPERATION_NOT_ATTEMPTED',
      'UNKNOWN_TOPIC_OR_PARTITION',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ])
    const ask = async (verifyOnly: boolean) => {
      const one = { transactionalId: 'x', ...producer.session, verifyOnly }
      const response = await scene.client.send(apis.addPartitionsToTxn, 5, {
        transactions: [{ ...one, topics: [{ name: 't', partitions: [0] }] }],
      })
      return response.resultsByTransaction[0]?.topicResults[0]?.resultsByPartition[0]?.partitionErrorCode
    }
    expect(await ask(true)).toBe(errorCodes.TRANSACTION_ABORTABLE)
    expect(await ask(false)).toBe(0)
    expect(await ask(true)).toBe(0)
  })

  it('refuse what Kafka refuses', async () => {
    const init = (transactionalId: string, timeoutMs: number, producerEpoch = -1) =>
      scene.client
        .send(apis.initProducerId, 4, { transactionalId, transactionTimeoutMs: timeoutMs, producerEpoch })
        .then(({ errorCode }) => errorName(errorCode))
    expect(await init('', 1000)).toBe('INVALID_REQUEST')
    expect(await init('x', 900_001)).toBe('INVALID_TRANSACTION_TIMEOUT')
    expect(await init('x', 0)).toBe('INVALID_TRANSACTION_TIMEOUT')
    expect(await init('x', 1000, 3)).toBe('INVALID_REQUEST')
    const stranger = new TransactionalProducer(scene, 'none', 1)
    stranger.adopt({ producerId: 5n, producerEpoch: 0 })
    await scene.createTopic('t')
    expect(await stranger.add('t')).toBe(errorCodes.INVALID_PRODUCER_ID_MAPPING)
    expect(await stranger.end(true)).toBe(errorCodes.INVALID_PRODUCER_ID_MAPPING)
    expect(await stranger.addOffsets('g')).toBe(errorCodes.INVALID_PRODUCER_ID_MAPPING)
    expect((await stranger.produce('a')).errorCode).toBe(errorCodes.INVALID_PRODUCER_ID_MAPPING)
    const described = await scene.client.send(apis.describeTransactions, 0, {
      transactionalIds: ['none', ''],
    })
    expect(described.transactionStates.map(({ errorCode }) => errorName(errorCode))).toEqual([
      'TRANSACTIONAL_ID_NOT_FOUND',
      'INVALID_REQUEST',
    ])
    const found = await scene.client.send(apis.findCoordinator, 4, { keyType: 1, coordinatorKeys: ['x'] })
    expect(found.coordinators[0]).toMatchObject({ errorCode: 0, nodeId: 1 })
  })

  it('are listed by state, producer, age and pattern', async () => {
    await scene.createTopic('t')
    const [open, idle] = [
      new TransactionalProducer(scene, 'app-1', 1),
      new TransactionalProducer(scene, 'app-2', 1),
    ]
    await open.init()
    await idle.init()
    await open.write('a')
    type Filters = { stateFilters?: string[]; producerIdFilters?: number[]; pattern?: string; age?: number }
    const list = async ({ stateFilters = [], producerIdFilters = [], pattern, age = -1 }: Filters) => {
      const answer = await scene.client.send(apis.listTransactions, 2, {
        stateFilters,
        producerIdFilters,
        durationFilter: age,
        transactionalIdPattern: pattern ?? null,
      })
      const ids = answer.transactionStates.map(({ transactionalId }) => transactionalId).sort()
      return { ids, errorCode: answer.errorCode, unknown: answer.unknownStateFilters }
    }
    expect(await list({})).toEqual({ ids: ['app-1', 'app-2'], errorCode: 0, unknown: [] })
    expect((await list({ stateFilters: ['Ongoing'] })).ids).toEqual(['app-1'])
    expect(await list({ stateFilters: ['Odd'] })).toEqual({ ids: [], errorCode: 0, unknown: ['Odd'] })
    expect((await list({ producerIdFilters: [Number(idle.producerId)] })).ids).toEqual(['app-2'])
    expect((await list({ pattern: '.*-1' })).ids).toEqual(['app-1'])
    expect((await list({ pattern: 'app' })).ids).toEqual([])
    expect((await list({ pattern: '(' })).errorCode).toBe(errorCodes.INVALID_REGULAR_EXPRESSION)
    expect((await list({ age: 3_600_000, stateFilters: ['Ongoing'] })).ids).toEqual([])
  })

  it('that hang in a partition are described and ended by hand', async () => {
    await scene.createTopic('t')
    const producer = new TransactionalProducer(scene, 'x', 1)
    await producer.init()
    await producer.write('a')
    const describeProducer = async () => {
      const topics = [{ name: 't', partitionIndexes: [0] }]
      const described = await scene.client.send(apis.describeProducers, 0, { topics })
      return described.topics[0]?.partitions[0]?.activeProducers[0]
    }
    expect(await describeProducer()).toMatchObject({ coordinatorEpoch: -1, currentTxnStartOffset: 0 })
    const end = async (producerEpoch: number, coordinatorEpoch: number, name = 't') => {
      const topics = [{ name, partitionIndexes: [0] }]
      const one = { ...producer.session, producerEpoch, transactionResult: false, topics, coordinatorEpoch }
      const response = await scene.client.send(apis.writeTxnMarkers, 1, { markers: [one] })
      return errorName(response.markers[0]?.topics[0]?.partitions[0]?.errorCode ?? -1)
    }
    expect(await end(-1, 3)).toBe('INVALID_PRODUCER_EPOCH')
    expect(await end(0, 3, 'none')).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    expect(await end(0, 3)).toBe('NONE')
    expect(await end(0, 2)).toBe('TRANSACTION_COORDINATOR_FENCED')
    expect(await describeProducer()).toMatchObject({ coordinatorEpoch: 3, currentTxnStartOffset: -1 })
    expect(await scene.fetchCommitted()).toMatchObject({ values: [], stable: 2, end: 2 })
  })
})
