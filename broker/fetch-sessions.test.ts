import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apis, errorName, type RequestInput, type ResponseOf, writeBatch } from '../lib/kafka/index.ts'
import { operations, patternTypes, permissions, resourceTypes } from './access/acl.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'
import { TransactionalProducer } from './testing/transactional-producer.ts'
import { WireClient } from './testing/wire-client.ts'

type Partition = ResponseOf<typeof apis.fetch>['responses'][number]['partitions'][number]

const partitionCount = 3
const step = fc.record({
  kind: fc.constantFrom('produce', 'produce', 'delete', 'seek', 'fetch', 'fetch', 'fetch'),
  index: fc.nat(partitionCount - 1),
  offset: fc.nat(6),
})

/** One consumer of topic `t`, with a session or without. */
class Consumer {
  readonly offsets = Array.from({ length: partitionCount }, () => 0)
  /** The last thing it was told of each partition, but its records. */
  readonly known = new Map<number, string>()
  readonly seen: string[] = []
  readonly #scene: Scene
  readonly #hasSession: boolean
  #told: (number | undefined)[] = []
  #sessionId = 0
  #epoch = 0

  constructor(scene: Scene, hasSession: boolean) {
    this.#scene = scene
    this.#hasSession = hasSession
  }

  async fetch(topic = 't', more: Partial<RequestInput<typeof apis.fetch>> = {}): Promise<string[]> {
    const changed = this.offsets.flatMap((offset, i) => (offset === this.#told[i] ? [] : [i]))
    const partitions = changed.map(partition => ({
      ...{ partition, fetchOffset: this.offsets[partition] ?? 0, partitionMaxBytes: 1_000 },
    }))
    const response = await this.#scene.client.send(apis.fetch, 12, {
      ...{ maxWaitMs: 0, minBytes: 1, topics: [{ topic, partitions }] },
      ...{ sessionId: this.#sessionId, sessionEpoch: this.#hasSession ? this.#epoch++ : -1 },
      ...more,
    })
    expect(response.errorCode).toBe(0)
    this.#sessionId = response.sessionId
    if (this.#hasSession) this.#told = [...this.offsets]
    return response.responses.flatMap(({ partitions: told }) => told.map(one => this.#take(one)))
  }

  #take({ partitionIndex, errorCode, highWatermark, logStartOffset, records }: Partition): string {
    const said = errorCode === 0 ? `${highWatermark} from ${logStartOffset}` : errorName(errorCode)
    this.known.set(partitionIndex, said)
    if ((records?.length ?? 0) > 0) this.offsets[partitionIndex] = highWatermark
    this.seen.push(`${partitionIndex}: ${records?.length}`)
    return `${partitionIndex}: ${said} +${records?.length}`
  }
}

/** Of all partitions, without records. */
const told = (what: string) => [0, 1, 2].map(index => `${index}: ${what} +0`)

describe('a fetch session', testTimeout, () => {
  const scene = Scene.forEachTest()

  it('tells what one is told that asks for everything every time', async () => {
    let topics = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async steps => {
        const topic = `t${topics++}`
        await scene.createTopic(topic, partitionCount)
        const both = [new Consumer(scene, true), new Consumer(scene, false)] as const
        for (const one of steps) {
          await act(one, topic, both)
          if (one.kind !== 'fetch') continue
          expect(both[0].offsets).toEqual(both[1].offsets)
          expect([...both[0].known].sort()).toEqual([...both[1].known].sort())
        }
      }),
      { numRuns: 10 },
    )
  })

  it('waits for transactions to end where it reads committed records', async () => {
    await scene.createTopic('t', partitionCount)
    const consumer = new Consumer(scene, true)
    const isolation = { isolationLevel: 1 }
    await consumer.fetch('t', isolation)
    const client = await WireClient.open(scene.broker.address)
    const producer = new TransactionalProducer({ client }, 'tx', 2)
    await producer.init()
    await producer.write('a')
    expect(await consumer.fetch('t', isolation)).toEqual(['0: 1 from 0 +0'])
    expect(await consumer.fetch('t', isolation)).toEqual([])
    const waiting = consumer.fetch('t', { ...isolation, maxWaitMs: 25_000 })
    await new Promise(resolve => setImmediate(resolve))
    await producer.end(true)
    expect(await waiting).toEqual([expect.stringMatching(/^0: 2 from 0 \+[1-9]/)])
    client.close()
  })

  it('is there for a topic that comes later, by the same name too', async () => {
    const consumer = new Consumer(scene, true)
    expect((await consumer.fetch()).at(0)).toBe('0: UNKNOWN_TOPIC_OR_PARTITION +0')
    for (let times = 0; times < 2; times++) {
      await scene.createTopic('t', partitionCount)
      expect(await consumer.fetch()).toHaveLength(partitionCount)
      await produce('t', 1)
      consumer.offsets[1] = 0
      expect(await consumer.fetch()).toEqual([expect.stringMatching(/^1: 1 from 0 \+[1-9]/)])
      await scene.client.send(apis.deleteTopics, 5, { topicNames: ['t'], timeoutMs: 5_000 })
      const gone = await consumer.fetch('t', { maxWaitMs: 25_000 })
      expect(gone.sort()).toEqual(told('UNKNOWN_TOPIC_OR_PARTITION'))
    }
  })

  const act = async (
    { kind, index, offset }: { kind: string; index: number; offset: number },
    topic: string,
    consumers: readonly Consumer[],
  ) => {
    if (kind === 'produce') await produce(topic, index)
    if (kind === 'delete') await deleteBefore(topic, index, offset)
    if (kind === 'seek') for (const { offsets } of consumers) offsets[index] = offset
    if (kind === 'fetch') for (const consumer of consumers) await consumer.fetch(topic)
  }

  const produce = async (topic: string, index: number) => {
    const topicData = [{ name: topic, partitionData: [{ index, records: writeBatch([record('x')]) }] }]
    await scene.client.send(apis.produce, 9, { acks: -1, timeoutMs: 1_000, topicData })
  }

  const deleteBefore = async (name: string, partitionIndex: number, offset: number) => {
    const topics = [{ name, partitions: [{ partitionIndex, offset }] }]
    await scene.client.send(apis.deleteRecords, 2, { topics, timeoutMs: 1_000 })
  }
})

describe('a fetch session of someone with rights', testTimeout, () => {
  const authorization =
    'broker.authorization={ enabled: true, superUsers: [], allowEveryoneIfNoAclFound: true }'
  const scene = Scene.forEachTest([authorization])

  it('is told at once what may not be read any more, and again what may', async () => {
    await scene.createTopic('t', partitionCount)
    const consumer = new Consumer(scene, true)
    await consumer.fetch()
    expect(await consumer.fetch()).toEqual([])
    const denial = {
      resourceType: resourceTypes.TOPIC,
      resourceName: 't',
      resourcePatternType: patternTypes.LITERAL,
      principal: 'User:*',
      host: '*',
      operation: operations.READ,
      permissionType: permissions.DENY,
    }
    const added = await scene.client.send(apis.createAcls, 3, {
      creations: [denial],
    })
    expect(added.results[0]?.errorCode).toBe(0)
    expect(await consumer.fetch('t', { maxWaitMs: 25_000 })).toEqual(told('TOPIC_AUTHORIZATION_FAILED'))
    const filter = {
      ...{ resourceTypeFilter: resourceTypes.TOPIC, resourceNameFilter: 't' },
      ...{ patternTypeFilter: patternTypes.LITERAL, principalFilter: null, hostFilter: null },
      ...{ operation: operations.ANY, permissionType: permissions.ANY },
    }
    await scene.client.send(apis.deleteAcls, 3, { filters: [filter] })
    expect(await consumer.fetch()).toEqual(told('0 from 0'))
  })
})
