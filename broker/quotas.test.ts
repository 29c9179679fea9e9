import { describe, expect, it } from 'vitest'
import { apis, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

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

  it('refuse what is no quota, and change nothing when only asked to validate', async () => {
    const invalid = { errorCode: errorCodes.INVALID_REQUEST }
    expect(await alter([], [set('producer_byte_rate', 1)])).toMatchObject(invalid)
    expect(await alter([client, client], [set('producer_byte_rate', 1)])).toMatchObject(invalid)
    expect(
      await alter([{ entityType: 'ip', entityName: '::1' }], [set('connection_creation_rate', 1)]),
    ).toMatchObject(invalid)
    expect(await alter([client], [set('fun', 1)])).toMatchObject(invalid)
    expect(await alter([client], [set('producer_byte_rate', -1)])).toMatchObject(invalid)
    expect(await alter([client], [set('producer_byte_rate', 5)], true)).toMatchObject({ errorCode: 0 })
    const all = await scene.client.send(apis.describeClientQuotas, 0, { components: [], strict: false })
    expect(all.entries).toEqual([])
  })
})
