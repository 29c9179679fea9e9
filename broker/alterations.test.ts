import { describe, expect, it } from 'vitest'
import { apis, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

const operation = { set: 0, delete: 1, append: 2, subtract: 3 }

describe('changes of topics', testTimeout, () => {
  const scene = Scene.forEachTest()

  async function grow(name: string, count: number, brokers: number[][] | null = null, validateOnly = false) {
    const { results } = await scene.client.send(apis.createPartitions, 3, {
      topics: [{ name, count, assignments: brokers?.map(brokerIds => ({ brokerIds })) ?? null }],
      timeoutMs: 1000,
      validateOnly,
    })
    return results[0]?.errorCode
  }

  async function partitionsOf(name: string) {
    const { topics } = await scene.client.send(apis.metadata, 12, {
      topics: [{ name }],
      allowAutoTopicCreation: false,
    })
    return topics[0]?.partitions.length
  }

  async function change(
    name: string,
    changes: [string, number, string | null][],
    options: { validateOnly?: boolean; type?: number; version?: number } = {},
  ) {
    const { validateOnly = false, type: resourceType = 2, version = 1 } = options
    const configs = changes.map(([key, configOperation, value]) => ({ name: key, configOperation, value }))
    const { responses } = await scene.client.send(apis.incrementalAlterConfigs, version, {
      resources: [{ resourceType, resourceName: name, configs }],
      validateOnly,
    })
    return responses[0]?.errorCode
  }

  async function configOf(name: string, key: string) {
    const { results } = await scene.client.send(apis.describeConfigs, 4, {
      resources: [{ resourceType: 2, resourceName: name, configurationKeys: [key] }],
    })
    const entry = results[0]?.configs[0]
    return [entry?.value, entry?.configSource]
  }

  it('add partitions that can be written at once and stay', async () => {
    await scene.createTopic('t', 1)
    await scene.produce(writeBatch([record('old')]))
    expect(await grow('t', 3, null, true)).toBe(0)
    expect(await partitionsOf('t')).toBe(1)
    expect(await grow('t', 2)).toBe(0)
    expect(await grow('t', 3, [[1]])).toBe(0)
    const produced = await scene.client.send(apis.produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 2, records: writeBatch([record('new')]) }] }],
    })
    expect(produced.responses[0]?.partitionResponses[0]?.errorCode).toBe(0)
    await scene.restart()
    expect(await partitionsOf('t')).toBe(3)
    expect((await scene.fetch(0)).values).toEqual(['old'])
  })

  it('refuse partitions as Kafka does', async () => {
    await scene.createTopic('t', 2)
    expect(await grow('none', 3)).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await grow('t', 2)).toBe(errorCodes.INVALID_PARTITIONS)
    expect(await grow('t', 1)).toBe(errorCodes.INVALID_PARTITIONS)
    expect(await grow('t', 10_001)).toBe(errorCodes.INVALID_PARTITIONS)
    expect(await grow('t', 4, [[1]])).toBe(errorCodes.INVALID_REPLICA_ASSIGNMENT)
    expect(await grow('t', 3, [[2]])).toBe(errorCodes.INVALID_REPLICA_ASSIGNMENT)
    const asked = { name: 't', count: 3, assignments: null }
    const { results } = await scene.client.send(apis.createPartitions, 0, {
      topics: [asked, asked],
      timeoutMs: 1000,
      validateOnly: false,
    })
    expect(results.map(r => r.errorCode)).toEqual([errorCodes.INVALID_REQUEST])
    expect(await partitionsOf('t')).toBe(2)
  })

  it('set and delete configurations, in force at once and kept', async () => {
    await scene.createTopic('t')
    const large = () => scene.produce(writeBatch([record('x'.repeat(2000))]))
    expect((await large()).errorCode).toBe(0)
    const small = ['max.message.bytes', operation.set, '1000'] as [string, number, string]
    expect(await change('t', [small], { validateOnly: true })).toBe(0)
    expect((await large()).errorCode).toBe(0)
    expect(await change('t', [small, ['retention.ms', operation.set, '77']], { version: 0 })).toBe(0)
    expect((await large()).errorCode).toBe(errorCodes.MESSAGE_TOO_LARGE)
    await scene.restart()
    expect((await large()).errorCode).toBe(errorCodes.MESSAGE_TOO_LARGE)
    expect(await configOf('t', 'retention.ms')).toEqual(['77', 1])
    expect(await change('t', [['max.message.bytes', operation.delete, null]])).toBe(0)
    expect((await large()).errorCode).toBe(0)
    expect(await configOf('t', 'max.message.bytes')).toEqual(['1048588', 5])
  })

  it('append to and subtract from lists', async () => {
    await scene.createTopic('t')
    expect(await change('t', [['cleanup.policy', operation.append, 'delete']])).toBe(0)
    expect(await configOf('t', 'cleanup.policy')).toEqual(['delete', 1])
    expect(await change('t', [['cleanup.policy', operation.append, 'compact']])).toBe(0)
    expect(await configOf('t', 'cleanup.policy')).toEqual(['delete,compact', 1])
    expect(await change('t', [['cleanup.policy', operation.subtract, 'delete,compact']])).toBe(0)
    expect(await configOf('t', 'cleanup.policy')).toEqual(['', 1])
    expect(await change('t', [['retention.ms', operation.append, '1']])).toBe(errorCodes.INVALID_CONFIG)
    expect(await change('t', [['retention.ms', operation.subtract, '1']])).toBe(errorCodes.INVALID_CONFIG)
  })

  it('refuse configurations as Kafka does, all of a resource or none', async () => {
    await scene.createTopic('t')
    const good: [string, number, string] = ['retention.ms', operation.set, '5']
    const code = (...changes: [string, number, string | null][]) => change('t', changes)
    expect(await code(good, ['no.such', operation.set, '1'])).toBe(errorCodes.INVALID_CONFIG)
    expect(await code(good, ['segment.bytes', operation.set, 'x'])).toBe(errorCodes.INVALID_CONFIG)
    expect(await code(good, ['segment.bytes', operation.set, null])).toBe(errorCodes.INVALID_REQUEST)
    expect(await code(good, good)).toBe(errorCodes.INVALID_REQUEST)
    expect(await code(['retention.ms', 9, '1'])).toBe(errorCodes.INVALID_REQUEST)
    expect(await configOf('t', 'retention.ms')).toEqual(['604800000', 5])
    expect(await change('none', [good])).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await change('1', [good], { type: 4 })).toBe(errorCodes.INVALID_REQUEST)
    expect(await change('7', [], { type: 4 })).toBe(errorCodes.INVALID_REQUEST)
    expect(await change('x', [good], { type: 99 })).toBe(errorCodes.INVALID_REQUEST)
  })

  it('replace all of a topic by AlterConfigs', async () => {
    await scene.createTopic('t', 1, { 'retention.ms': '5', 'segment.ms': '1000' })
    const replace = async (configs: Record<string, string>, validateOnly = false) => {
      const { responses } = await scene.client.send(apis.alterConfigs, 2, {
        resources: [
          {
            resourceType: 2,
            resourceName: 't',
            configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
          },
        ],
        validateOnly,
      })
      return responses[0]?.errorCode
    }
    expect(await replace({ 'retention.ms': 'x' })).toBe(errorCodes.INVALID_CONFIG)
    expect(await replace({}, true)).toBe(0)
    expect(await configOf('t', 'retention.ms')).toEqual(['5', 1])
    expect(await replace({ 'segment.ms': '2000' })).toBe(0)
    expect(await configOf('t', 'retention.ms')).toEqual(['604800000', 5])
    expect(await configOf('t', 'segment.ms')).toEqual(['2000', 1])
  })
})
