import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apis, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

describe('topics', testTimeout, () => {
  const scene = Scene.forEachTest()

  it('keep their id, settings and data over a restart, and go when deleted', async () => {
    const id = await scene.createTopic('t', 3, { 'retention.ms': '1234' })
    await scene.produce(writeBatch([record('a')]))
    await scene.restart()
    const { topics } = await scene.client.send(apis.metadata, 12, {
      topics: [{ name: 't' }],
      allowAutoTopicCreation: false,
    })
    expect(topics[0]).toMatchObject({ errorCode: 0, topicId: id })
    expect(topics[0]?.partitions).toHaveLength(3)
    expect((await scene.fetch(0)).values).toEqual(['a'])
    const deleted = await scene.client.send(apis.deleteTopics, 6, {
      topics: [{ topicId: id, name: null }],
      timeoutMs: 1,
    })
    expect(deleted.responses[0]).toMatchObject({ errorCode: 0, name: 't' })
    expect(await readdir(join(scene.broker.dataDir, 'broker', 'data'))).toEqual([])
    expect(await scene.createTopic('t')).not.toBe(id)
    expect((await scene.fetch(0)).highWatermark).toBe(0)
  })

  it('are made on first sight where that is allowed', async () => {
    const see = (name: string, allowAutoTopicCreation: boolean) =>
      scene.client
        .send(apis.metadata, 12, { topics: [{ name }], allowAutoTopicCreation })
        .then(r => r.topics[0])
    expect((await see('new', false))?.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    // as in Kafka the answer does not know it yet
    expect((await see('new', true))?.errorCode).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    expect((await see('new', false))?.partitions).toHaveLength(4)
    expect((await see('bad name', true))?.errorCode).toBe(errorCodes.INVALID_TOPIC_EXCEPTION)
  })

  it('are refused with the code and words of Kafka', async () => {
    await scene.createTopic('a.b')
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
      const { topics } = await scene.client.send(apis.createTopics, 5, {
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
