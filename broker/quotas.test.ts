import { describe, expect, it } from 'vitest'
import { apis, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'
import { WireClient } from './testing/wire-client.ts'

describe('client quotas', testTimeout, () => {
  const scene = Scene.forEachTest()

  const alter = async (
    entity: { entityType: string; entityName: string | null }[],
    ops: { key: string; value: number; remove: boolean }[],
    validateOnly = false,
  ) => {
    const { entries } = await scene.client.send(apis.alterClientQuotas, 1, {
      entries: [{ entity, ops }],
      validateOnly,
    })
    return entries[0]
  }
  const client = { entityType: 'client-id', entityName: 'test' }
  const set = (key: string, value: number) => ({ key, value, remove: false })
  const produced = async (bytes: number) => {
    const records = writeBatch([record('x'.repeat(bytes))])
    const response = await scene.client.send(apis.produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
    })
    expect(response.responses[0]?.partitionResponses[0]?.errorCode).toBe(0)
    return response.throttleTimeMs
  }

  it('slow a producer that is over its bytes, and say for how long', async () => {
    await scene.createTopic('t')
    expect(await alter([client], [set('producer_byte_rate', 1_000)])).toMatchObject({ errorCode: 0 })
    expect(await produced(5_000)).toBe(0)
    const throttleMs = (await produced(5_000)) ?? 0
    expect(throttleMs).toBeGreaterThan(0)
    const before = performance.now()
    await scene.client.send(apis.apiVersions, 0, {})
    // some of it had passed when we heard of it
    expect(performance.now() - before).toBeGreaterThan(throttleMs / 2)
  })

  it('slow a consumer by what it is given', async () => {
    await scene.createTopic('t')
    await produced(20_000)
    await alter([client], [set('consumer_byte_rate', 1_990)])
    const fetched = await scene.client.send(apis.fetch, 12, {
      maxWaitMs: 0,
      minBytes: 1,
      topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 100_000 }] }],
    })
    expect(fetched.responses[0]?.partitions[0]?.records?.length).toBeGreaterThan(20_000)
    expect(fetched.throttleTimeMs).toBeGreaterThan(0)
  })

  it('are described, replaced and removed, and outlive a restart', async () => {
    const user = { entityType: 'user', entityName: null }
    await alter([client], [set('producer_byte_rate', 7), set('request_percentage', 50)])
    await alter([user, client], [set('consumer_byte_rate', 9)])
    await scene.restart()
    const describeAll = async (
      components: { entityType: string; matchType: number; match: string | null }[],
      strict = false,
    ) => {
      const { entries } = await scene.client.send(apis.describeClientQuotas, 1, { components, strict })
      return entries?.map(({ entity, values }) => [entity, values])
    }
    const anyClient = { entityType: 'client-id', matchType: 2, match: null }
    const own = [
      [{ entityType: 'client-id', entityName: 'test' }],
      [
        { key: 'producer_byte_rate', value: 7 },
        { key: 'request_percentage', value: 50 },
      ],
    ]
    expect(await describeAll([anyClient], true)).toEqual([own])
    expect(await describeAll([anyClient])).toHaveLength(2)
    expect(await describeAll([{ entityType: 'user', matchType: 1, match: null }])).toHaveLength(1)
    expect(await describeAll([{ entityType: 'client-id', matchType: 0, match: 'other' }])).toEqual([])
    await alter([client], [{ key: 'producer_byte_rate', value: 0, remove: true }])
    expect((await describeAll([anyClient], true))?.[0]?.[1]).toEqual([
      { key: 'request_percentage', value: 50 },
    ])
    await alter([client], [{ key: 'request_percentage', value: 0, remove: true }])
    expect(await describeAll([anyClient], true)).toEqual([])
  })

  it('refuse new topics and partitions to a client that has made too many (KIP-599)', async () => {
    await alter([client], [set('controller_mutation_rate', 0.5)])
    const create = async (version: number, counts: Record<string, number>) => {
      const { throttleTimeMs = 0, topics } = await scene.client.send(apis.createTopics, version, {
        topics: Object.entries(counts).map(([name, numPartitions]) => ({
          ...{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] },
        })),
      })
      return [topics.map(({ errorCode }) => errorCode), throttleTimeMs > 0] as const
    }
    const { NONE, THROTTLING_QUOTA_EXCEEDED } = errorCodes
    // eleven seconds' worth may be used at once, and overdrawn by one change
    expect(await create(7, { a: 4 })).toEqual([[NONE], false])
    expect(await create(7, { b: 2, c: 1 })).toEqual([[NONE, THROTTLING_QUOTA_EXCEEDED], true])
    // older clients are slowed only
    expect(await create(5, { d: 1, e: 1 })).toEqual([[NONE, NONE], true])
  })

  it('keep out whoever connects too often, or too many times (KIP-612)', async () => {
    const address = { entityType: 'ip', entityName: '127.0.0.1' }
    const connects = async () => {
      const other = await WireClient.open(scene.broker.address)
      const answer = await other.send(apis.apiVersions, 0, {}).catch(() => undefined)
      other.close()
      return answer?.errorCode === 0
    }
    expect(await connects()).toBe(true)
    const limit = async (name: string, value: string | null) =>
      await scene.client.send(apis.incrementalAlterConfigs, 1, {
        resources: [
          {
            resourceType: 4,
            resourceName: '',
            configs: [{ name, configOperation: value === null ? 1 : 0, value }],
          },
        ],
        validateOnly: false,
      })
    await limit('max.connections.per.ip', '1')
    expect(await connects()).toBe(false)
    await limit('max.connections.per.ip.overrides', '127.0.0.1:9')
    expect(await connects()).toBe(true)
    await limit('max.connections', '1')
    expect(await connects()).toBe(false)
    await limit('max.connections', null)
    expect(await alter([address], [set('connection_creation_rate', 1)])).toMatchObject({ errorCode: 0 })
    // a rate is taken over ten seconds
    const connected = []
    for (let i = 0; i < 10; i++) connected.push(await connects())
    expect(connected).toEqual(Array.from({ length: 10 }, () => true))
    expect(await connects()).toBe(false)
  })

  it('refuse what is no quota, and change nothing when only asked to validate', async () => {
    const invalid = { errorCode: errorCodes.INVALID_REQUEST }
    expect(await alter([], [set('producer_byte_rate', 1)])).toMatchObject(invalid)
    expect(await alter([client, client], [set('producer_byte_rate', 1)])).toMatchObject(invalid)
    const address = (entityName: string) => ({ entityType: 'ip', entityName })
    expect(await alter([address('::1')], [set('producer_byte_rate', 1)])).toMatchObject(invalid)
    expect(await alter([address('x y')], [set('connection_creation_rate', 1)])).toMatchObject(invalid)
    expect(await alter([address('::1'), client], [set('connection_creation_rate', 1)])).toMatchObject(invalid)
    expect(await alter([client], [set('connection_creation_rate', 1)])).toMatchObject(invalid)
    expect(await alter([client], [set('fun', 1)])).toMatchObject(invalid)
    expect(await alter([client], [set('producer_byte_rate', -1)])).toMatchObject(invalid)
    expect(await alter([client], [set('producer_byte_rate', 5)], true)).toMatchObject({ errorCode: 0 })
    const all = await scene.client.send(apis.describeClientQuotas, 0, { components: [], strict: false })
    expect(all.entries).toEqual([])
  })
})
