import { describe, expect, it } from 'vitest'
import { apis, errorCodes } from '../lib/kafka/index.ts'
import { Scene, testTimeout } from './testing/scene.ts'

const sources = { topic: 1, staticBroker: 4, default: 5 }

describe('configurations are told', testTimeout, () => {
  const scene = Scene.forEachTest([
    'broker.topicDefaults.retentionMs=5000',
    'broker.topicDefaults.maxMessageBytes=2000',
  ])

  async function describeConfigs(resourceType: number, resourceName: string) {
    const { results } = await scene.client.send(apis.describeConfigs, 4, {
      resources: [{ resourceType, resourceName, configurationKeys: null }],
      includeSynonyms: true,
      includeDocumentation: true,
    })
    const configs = results[0]?.configs ?? []
    return (name: string) => {
      const config = configs.find(c => c.name === name)
      const synonyms = config?.synonyms.map(({ name: n, value, source }) => [n, value, source])
      return { value: config?.value, source: config?.configSource, synonyms, type: config?.configType }
    }
  }

  it("of a topic by what sets them: itself, the broker's file, or nobody", async () => {
    await scene.createTopic('t', 1, { 'max.message.bytes': '1000' })
    const config = await describeConfigs(2, 't')
    expect(config('max.message.bytes')).toEqual({
      value: '1000',
      source: sources.topic,
      type: 3,
      synonyms: [
        ['max.message.bytes', '1000', sources.topic],
        ['message.max.bytes', '2000', sources.staticBroker],
        ['message.max.bytes', '1048588', sources.default],
      ],
    })
    expect(config('retention.ms')).toMatchObject({
      value: '5000',
      source: sources.staticBroker,
      synonyms: [
        ['log.retention.ms', '5000', sources.staticBroker],
        ['log.retention.hours', '168', sources.default],
      ],
    })
    expect(config('segment.ms')).toMatchObject({ value: '604800000', source: sources.default, synonyms: [] })
    expect(config('min.cleanable.dirty.ratio')).toMatchObject({ value: '0.5', type: 6 })
    expect(config('internal.segment.bytes').value).toBeUndefined()
  })

  it('of a topic that cannot be made not at all', async () => {
    const make = async (configs: { name: string; value: string | null }[]) => {
      const { topics } = await scene.client.send(apis.createTopics, 7, {
        topics: [{ name: 'u', numPartitions: 1, replicationFactor: 1, assignments: [], configs }],
      })
      return [topics[0]?.errorCode, topics[0]?.errorMessage]
    }
    expect(await make([{ name: 'retention.ms', value: null }])).toEqual([
      errorCodes.INVALID_CONFIG,
      'Null value not supported for topic configs: retention.ms',
    ])
    expect(await make([{ name: 'segment.bytes', value: '5' }])).toEqual([
      errorCodes.INVALID_CONFIG,
      'Invalid value 5 for configuration segment.bytes: Value must be at least 1048576',
    ])
    expect((await describeConfigs(2, 'u'))('retention.ms').value).toBeUndefined()
  })

  it("of the broker by Kafka's names", async () => {
    const config = await describeConfigs(4, '1')
    expect(config('log.retention.ms')).toMatchObject({ value: '5000', source: sources.staticBroker })
    expect(config('message.max.bytes')).toMatchObject({ value: '2000', source: sources.staticBroker })
    expect(config('log.segment.bytes')).toMatchObject({ value: '1073741824', source: sources.default })
    expect(config('log.cleaner.backoff.ms')).toMatchObject({ value: '15000', source: sources.default })
    expect(config('compression.type')).toMatchObject({ value: 'producer', source: sources.default })
  })
})
