import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Metrics, memoryLogger, parseConfig, systemClock } from '../lib/base/index.ts'
import {
  apis,
  BatchCursor,
  type Compression,
  errorCodes,
  type RecordInput,
  readRecords,
  writeBatch,
} from '../lib/kafka/index.ts'
import { startBroker } from './index.ts'
import { startTestBroker, type TestBroker } from './testing/start-broker.ts'
import { WireClient } from './testing/wire-client.ts'

let broker: TestBroker
let client: WireClient
beforeEach(async () => {
  broker = await startTestBroker()
  client = await WireClient.open(broker.address)
})
afterEach(async () => {
  client.close()
  await broker.close()
})

function record(text: string, timestampMs = 1000): RecordInput {
  return { key: null, value: Buffer.from(text), timestampMs, headers: [] }
}

async function createTopic(
  name: string,
  partitions = 1,
  configs: Record<string, string> = {},
): Promise<string> {
  const response = await client.send(apis.createTopics, 7, {
    topics: [
      {
        name,
        numPartitions: partitions,
        replicationFactor: 1,
        assignments: [],
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
  })
  expect(response.topics[0]).toMatchObject({ errorCode: 0, numPartitions: partitions })
  return response.topics[0]?.topicId ?? ''
}

async function produce(records: Buffer, options: { topic?: string; acks?: number; version?: number } = {}) {
  const { topic: name = 't', acks = -1, version = 9 } = options
  const response = await client.send(apis.produce, version, {
    acks,
    timeoutMs: 1000,
    topicData: [{ name, partitionData: [{ index: 0, records }] }],
  })
  const { errorCode, baseOffset } = response.responses[0]?.partitionResponses[0] ?? {}
  return { errorCode, baseOffset }
}

async function fetchFrom(
  fetchOffset: number,
  options: { maxWaitMs?: number; minBytes?: number; version?: number } = {},
) {
  const { maxWaitMs = 0, minBytes = 1, version = 12 } = options
  const response = await client.send(apis.fetch, version, {
    maxWaitMs,
    minBytes,
    topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }] }],
  })
  const partition = response.responses[0]?.partitions[0]
  return { ...partition, values: valuesOf(partition?.records ?? Buffer.alloc(0)) }
}

function valuesOf(records: Buffer): string[] {
  const values: string[] = []
  const cursor = new BatchCursor(records)
  while (cursor.next()) for (const { value } of readRecords(cursor)) values.push(String(value))
  return values
}

describe('versions', () => {
  it('of ApiVersions we do not know are answered in the format of version 0 (KIP-511)', async () => {
    const header = Buffer.from([0, 18, 0, 99, 0, 0, 0, 1])
    const size = Buffer.alloc(4)
    size.writeInt32BE(header.length)
    const answer = new Promise<Buffer>(resolve => client.socket.prependOnceListener('data', resolve))
    client.socket.removeAllListeners('data')
    client.socket.write(Buffer.concat([size, header]))
    const frame = await new Promise<Buffer>(resolve => client.socket.once('data', resolve))
    expect(frame.readInt32BE(4)).toBe(1)
    expect(frame.readInt16BE(8)).toBe(errorCodes.UNSUPPORTED_VERSION)
    const count = frame.readInt32BE(10)
    const keys = Array.from({ length: count }, (_, i) => frame.readInt16BE(14 + i * 6))
    expect(keys).toContain(18)
    expect(frame.length).toBe(14 + count * 6)
    void answer
  })

  it('say what is spoken, Produce from 0 for old clients, and finalize no feature', async () => {
    for (const version of [0, 1, 2, 3, 4]) {
      const { apiKeys, errorCode, finalizedFeatures } = await client.send(apis.apiVersions, version, {
        clientSoftwareName: 'test',
        clientSoftwareVersion: '1.0',
      })
      expect([errorCode, finalizedFeatures]).toEqual([0, []])
      expect(apiKeys).toContainEqual({ apiKey: 0, minVersion: 0, maxVersion: 13 })
      expect(apiKeys).toContainEqual({ apiKey: 1, minVersion: 4, maxVersion: 18 })
      for (const key of [24, 25, 26, 68, 71]) expect(apiKeys.map(k => k.apiKey)).not.toContain(key)
    }
  })

  it('that are not spoken close the connection with one line', async () => {
    const header = Buffer.from([0, 0, 0, 8, 0, 77, 0, 0, 0, 0, 0, 1])
    client.socket.write(header)
    await client.closed
    expect(broker.entries.filter(e => e.level === 'warn').map(e => e.attributes['error'])).toEqual([
      'api 77 version 0 is not spoken here, ask ApiVersions for what is',
    ])
  })
})

describe('produce and fetch', () => {
  it.each([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('work in Produce version %i', async version => {
    await createTopic('t')
    expect(await produce(writeBatch([record('a'), record('b')]), { version })).toEqual({
      errorCode: 0,
      baseOffset: 0,
    })
    expect(await produce(writeBatch([record('c')]), { version })).toEqual({ errorCode: 0, baseOffset: 2 })
    expect((await fetchFrom(0)).values).toEqual(['a', 'b', 'c'])
  })

  it.each([4, 5, 6, 7, 8, 9, 10, 11, 12])('work in Fetch version %i', async version => {
    await createTopic('t')
    await produce(writeBatch([record('a')]))
    const fetched = await fetchFrom(0, { version })
    expect(fetched).toMatchObject({ errorCode: 0, highWatermark: 1, lastStableOffset: 1, values: ['a'] })
  })

  it('name topics by id in the newest versions (KIP-516)', async () => {
    const topicId = await createTopic('t')
    const records = writeBatch([record('a')])
    const partitionData = [{ index: 0, records }]
    const produced = await client.send(apis.produce, 13, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        { topicId, partitionData },
        { topicId: topicId.replace(/^../, 'xx'), partitionData },
      ],
    })
    expect(produced.responses.map(r => r.partitionResponses[0]?.errorCode)).toEqual([
      0,
      errorCodes.UNKNOWN_TOPIC_ID,
    ])
    for (const version of [13, 14, 15, 16, 17, 18]) {
      const fetched = await client.send(apis.fetch, version, {
        maxWaitMs: 0,
        minBytes: 1,
        topics: [{ topicId, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] }],
      })
      expect(valuesOf(fetched.responses[0]?.partitions[0]?.records ?? Buffer.alloc(0))).toEqual(['a'])
    }
  })

  it('refuse what Kafka refuses', async () => {
    await createTopic('t', 1, { 'max.message.bytes': '5000' })
    const good = writeBatch([record('a')])
    const damaged = Buffer.from(good)
    damaged[62] = (damaged[62] as number) ^ 1
    const cases: [Buffer, Parameters<typeof produce>[1], keyof typeof errorCodes][] = [
      [damaged, {}, 'CORRUPT_MESSAGE'],
      [good.subarray(0, 60), {}, 'CORRUPT_MESSAGE'],
      [Buffer.concat([good, good]), {}, 'INVALID_RECORD'],
      [writeBatch([record('x'.repeat(6000))]), {}, 'MESSAGE_TOO_LARGE'],
      [writeBatch([record('a')], { isControl: true }), {}, 'INVALID_RECORD'],
      [writeBatch([record('a')], { isTransactional: true, producerId: 1n }), {}, 'INVALID_TXN_STATE'],
      [writeBatch([record('a')], { compression: 'zstd' }), { version: 6 }, 'UNSUPPORTED_COMPRESSION_TYPE'],
      [good, { acks: 2 }, 'INVALID_REQUIRED_ACKS'],
      [good, { topic: 'none' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [good, { topic: '__consumer_offsets' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]
    for (const [records, options, code] of cases)
      expect(await produce(records, options), code).toEqual({ errorCode: errorCodes[code], baseOffset: -1 })
    expect((await fetchFrom(0)).highWatermark).toBe(0)
    expect((await fetchFrom(1)).errorCode).toBe(errorCodes.OFFSET_OUT_OF_RANGE)
  })

  it('with acks=0 get no answer, and answers stay in the order of requests', async () => {
    await createTopic('t')
    const request = (acks: number, text: string) =>
      client.send(apis.produce, 9, {
        acks,
        timeoutMs: 1,
        topicData: [{ name: 't', partitionData: [{ index: 0, records: writeBatch([record(text)]) }] }],
      })
    void request(0, 'silent').catch(() => undefined)
    const answers = [request(-1, 'a'), client.send(apis.metadata, 12, { topics: null }), request(1, 'b')]
    await Promise.all(answers)
    expect(client.answered).toEqual([...client.answered].sort((a, b) => a - b))
    expect((await fetchFrom(0)).values).toEqual(['silent', 'a', 'b'])
  })

  it('carry batches larger than a receive chunk, and many small ones at once', async () => {
    await createTopic('t', 1, { 'max.message.bytes': '10000000' })
    const large = 'x'.repeat(5_000_000)
    const sent = [produce(writeBatch([record(large)]))]
    for (let i = 0; i < 500; i++) sent.push(produce(writeBatch([record(`small ${i}`)])))
    const offsets = (await Promise.all(sent)).map(s => s.baseOffset)
    expect(offsets).toEqual(Array.from({ length: 501 }, (_, i) => i))
    expect((await fetchFrom(0)).values[0]).toBe(large)
    expect((await fetchFrom(1)).values).toEqual(Array.from({ length: 500 }, (_, i) => `small ${i}`))
  })

  it('wait for data as long as they may, and no longer', async () => {
    await createTopic('t')
    const producer = await WireClient.open(broker.address)
    const waiting = fetchFrom(0, { maxWaitMs: 4_000 })
    const records = writeBatch([record('late')])
    await producer.send(apis.produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
    })
    expect((await waiting).values).toEqual(['late'])
    producer.close()
    const started = performance.now()
    expect((await fetchFrom(1, { maxWaitMs: 100 })).values).toEqual([])
    expect(performance.now() - started).toBeGreaterThan(90)
    // what is there is less than asked for, so the time runs out
    const again = performance.now()
    expect((await fetchFrom(0, { maxWaitMs: 100, minBytes: 10_000 })).values).toEqual(['late'])
    expect(performance.now() - again).toBeGreaterThan(90)
  })

  it('find offsets by time and at the ends', async () => {
    await createTopic('t')
    await produce(writeBatch([record('a', 100), record('b', 300), record('c', 200)]))
    for (const version of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
      const at = async (timestamp: number) => {
        const response = await client.send(apis.listOffsets, version, {
          replicaId: -1,
          topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }],
        })
        const { offset, timestamp: found } = response.topics[0]?.partitions[0] ?? {}
        return [offset, found]
      }
      expect(await at(-1)).toEqual([3, -1])
      expect(await at(-2)).toEqual([0, -1])
      expect(await at(-3)).toEqual([1, 300])
      expect(await at(150)).toEqual([1, 300])
      expect(await at(301)).toEqual([-1, -1])
    }
  })
})

describe('idempotent producers', () => {
  const stamp = { producerId: 5n, producerEpoch: 0 }
  const batch = (baseSequence: number, producer = stamp, compression: Compression = 'none') =>
    writeBatch([record(`s${baseSequence}`)], { ...producer, baseSequence, compression })

  it('are answered a repeated batch with its first offset, also while it is being written and after a restart', async () => {
    await createTopic('t')
    const both = await Promise.all([produce(batch(0)), produce(batch(0))])
    expect(both).toEqual([
      { errorCode: 0, baseOffset: 0 },
      { errorCode: 0, baseOffset: 0 },
    ])
    await produce(batch(1))
    expect((await produce(batch(3))).errorCode).toBe(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
    await broker.restart()
    client = await WireClient.open(broker.address)
    expect(await produce(batch(1))).toEqual({ errorCode: 0, baseOffset: 1 })
    expect((await produce(batch(3))).errorCode).toBe(errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect(await produce(batch(2))).toEqual({ errorCode: 0, baseOffset: 2 })
    expect(await produce(batch(0, { producerId: 5n, producerEpoch: 1 }))).toEqual({
      errorCode: 0,
      baseOffset: 3,
    })
    expect((await produce(batch(3))).errorCode).toBe(errorCodes.INVALID_PRODUCER_EPOCH)
    expect((await fetchFrom(0)).values).toEqual(['s0', 's1', 's2', 's0'])
  })

  it('get ids that no one had before, also after a restart, and are described', async () => {
    const next = async () =>
      (await client.send(apis.initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1 }))
        .producerId
    const first = await next()
    expect(await next()).not.toBe(first)
    await broker.restart()
    client = await WireClient.open(broker.address)
    expect(await next()).toBeGreaterThan(first + 1n)
    await createTopic('t')
    await produce(batch(7))
    const described = await client.send(apis.describeProducers, 0, {
      topics: [{ name: 't', partitionIndexes: [0] }],
    })
    expect(described.topics[0]?.partitions[0]?.activeProducers).toMatchObject([
      { producerId: 5n, producerEpoch: 0, lastSequence: 7, currentTxnStartOffset: -1 },
    ])
  })

  it('that are transactional are refused for good', async () => {
    const init = await client.send(apis.initProducerId, 4, { transactionalId: 'x', transactionTimeoutMs: 1 })
    expect(init.errorCode).toBe(errorCodes.INVALID_REQUEST)
    const found = await client.send(apis.findCoordinator, 4, { keyType: 1, coordinatorKeys: ['x'] })
    expect(found.coordinators[0]?.errorCode).toBe(errorCodes.INVALID_REQUEST)
  })
})

describe('topics', () => {
  it('keep their id, settings and data over a restart, and go when deleted', async () => {
    const id = await createTopic('t', 3, { 'retention.ms': '1234' })
    await produce(writeBatch([record('a')]))
    await broker.restart()
    client = await WireClient.open(broker.address)
    const { topics } = await client.send(apis.metadata, 12, {
      topics: [{ name: 't' }],
      allowAutoTopicCreation: false,
    })
    expect(topics[0]).toMatchObject({ errorCode: 0, topicId: id })
    expect(topics[0]?.partitions).toHaveLength(3)
    expect((await fetchFrom(0)).values).toEqual(['a'])
    const deleted = await client.send(apis.deleteTopics, 6, {
      topics: [{ topicId: id, name: null }],
      timeoutMs: 1,
    })
    expect(deleted.responses[0]).toMatchObject({ errorCode: 0, name: 't' })
    expect(await readdir(join(broker.dataDir, 'broker', 'data'))).toEqual([])
    expect(await createTopic('t')).not.toBe(id)
    expect((await fetchFrom(0)).highWatermark).toBe(0)
  })

  it('are made on first sight where that is allowed', async () => {
    const see = (name: string, allowAutoTopicCreation: boolean) =>
      client.send(apis.metadata, 12, { topics: [{ name }], allowAutoTopicCreation }).then(r => r.topics[0])
    expect((await see('new', false))?.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    expect((await see('new', true))?.partitions).toHaveLength(4)
    expect((await see('bad name', true))?.errorCode).toBe(errorCodes.INVALID_TOPIC_EXCEPTION)
  })

  it('are refused with the code and words of Kafka', async () => {
    await createTopic('a.b')
    const cases: [string, number, number, Record<string, string>, keyof typeof errorCodes][] = [
      ['a.b', 1, 1, {}, 'TOPIC_ALREADY_EXISTS'],
      ['a_b', 1, 1, {}, 'INVALID_TOPIC_EXCEPTION'],
      ['no good', 1, 1, {}, 'INVALID_TOPIC_EXCEPTION'],
      ['x'.repeat(250), 1, 1, {}, 'INVALID_TOPIC_EXCEPTION'],
      ['t', 0, 1, {}, 'INVALID_PARTITIONS'],
      ['t', 1, 3, {}, 'INVALID_REPLICATION_FACTOR'],
      ['t', 1, 1, { 'retention.ms': 'soon' }, 'INVALID_CONFIG'],
      ['t', 1, 1, { 'no.such.config': '1' }, 'INVALID_CONFIG'],
    ]
    for (const [name, numPartitions, replicationFactor, configs, code] of cases) {
      const { topics } = await client.send(apis.createTopics, 5, {
        topics: [
          {
            name,
            numPartitions,
            replicationFactor,
            assignments: [],
            configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
          },
        ],
      })
      expect(topics[0]?.errorCode, `${name} ${code}`).toBe(errorCodes[code])
      expect(topics[0]?.errorMessage).toBeTruthy()
    }
  })
})

describe('trouble', () => {
  it('a frame that is no request ends its connection with one line, and no other', async () => {
    const frames = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([
        0, 0, 0, 20, 0, 3, 0, 9, 0, 0, 0, 1, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0,
      ]),
      Buffer.from([0, 0, 0, 2, 0, 3]),
      Buffer.from([0x7f, 0xff, 0xff, 0xff]),
    ]
    for (const frame of frames) {
      const bad = await WireClient.open(broker.address)
      bad.socket.write(frame)
      await bad.closed
    }
    expect(broker.entries.filter(e => e.message === 'bad request, connection closed')).toHaveLength(
      frames.length,
    )
    const { brokers } = await client.send(apis.metadata, 12, { topics: [] })
    expect(brokers).toHaveLength(1)
  })

  it('a second broker on the folder, and a taken port, are refused with the remedy', async () => {
    const start = (set: string[]) =>
      startBroker(parseConfig('', { set }), {
        logger: memoryLogger().logger,
        metrics: new Metrics(),
        clock: systemClock,
        fail: () => undefined,
      })
    await expect(start([`dataDir=${broker.dataDir}`, 'broker.listen=127.0.0.1:0'])).rejects.toThrow(
      /in use by process/,
    )
    const other = join(broker.dataDir, 'other')
    await expect(start([`dataDir=${other}`, `broker.listen=${broker.address}`])).rejects.toThrow(
      /set broker\.listen/,
    )
    await expect(
      start([`dataDir=${join(broker.dataDir, 'broker', 'metadata.jsonl')}`, 'broker.listen=127.0.0.1:0']),
    ).rejects.toThrow(/set dataDir/)
  })

  it('a client that asks and never reads does not grow our memory without bound', async () => {
    await createTopic('t', 1, { 'max.message.bytes': '2000000' })
    await produce(writeBatch([record('x'.repeat(1_000_000))]))
    const deaf = await WireClient.open(broker.address)
    deaf.socket.pause()
    const before = process.memoryUsage().external
    const asked = Array.from({ length: 200 }, () =>
      deaf
        .send(apis.fetch, 12, {
          maxWaitMs: 0,
          minBytes: 1,
          topics: [
            { topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 2_000_000 }] },
          ],
        })
        .catch(() => undefined),
    )
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(process.memoryUsage().external - before).toBeLessThan(100_000_000)
    deaf.close()
    await Promise.all(asked)
    expect((await fetchFrom(0)).values).toHaveLength(1)
  })
})
