import { describe, expect, it } from 'vitest'
import {
  alterConfigs,
  createPartitions,
  createTopic,
  deleteRecords,
  deleteTopic,
  describeCluster,
  describeConfigs,
  describeLogDirs,
  describeTopic,
  listTopics,
} from '../index.ts'
import { AdminScene } from '../testing/admin-scene.ts'

const scene = AdminScene.forFile()
/** Kafka's brokers hear of a change a little after its controller. */
const slow = { timeout: 5_000 }
const base = 1_700_000_000_000

describe('topics', () => {
  it('are made, described with offsets and bytes, given partitions, emptied and deleted', async () => {
    await createTopic(scene.client, { name: 'made', partitions: 2, configs: { 'retention.ms': '3600000' } })
    await scene.fill('made', 0, ['a', 'b', 'c'], base)
    const topic = await describeTopic(scene.client, 'made')
    expect(topic.partitions.map(p => [p.partition, p.startOffset, p.endOffset])).toEqual([
      [0, 0, 3],
      [1, 0, 0],
    ])
    expect(topic.partitions[0]?.bytes).toBeGreaterThan(100)
    await createPartitions(scene.client, 'made', 3, { validateOnly: true })
    expect((await describeTopic(scene.client, 'made')).partitions).toHaveLength(2)
    await createPartitions(scene.client, 'made', 3)
    const [summary] = (await listTopics(scene.client)).filter(({ name }) => name === 'made')
    expect(summary).toMatchObject({ partitions: 3, records: 3, replicationFactor: 1, isInternal: false })
    expect(await deleteRecords(scene.client, [{ topic: 'made', partition: 0, offset: 2 }])).toEqual([
      { topic: 'made', partition: 0, offset: 2 },
    ])
    expect((await describeTopic(scene.client, 'made')).partitions[0]?.startOffset).toBe(2)
    await deleteTopic(scene.client, 'made')
    await expect(describeTopic(scene.client, 'made')).rejects.toThrow('there is no topic made')
  })

  it('has values with where they come from, changed one by one after a preview', async () => {
    await createTopic(scene.client, { name: 'kept', partitions: 1 })
    const retention = async () =>
      (await describeConfigs(scene.client, 'topic', 'kept')).find(({ name }) => name === 'retention.ms')
    expect(await retention()).toMatchObject({ isDefault: true, readOnly: false, type: 'long' })
    const change = [{ name: 'retention.ms', operation: 'set', value: '1000' }] as const
    await alterConfigs(scene.client, 'topic', 'kept', change, { validateOnly: true })
    expect((await retention())?.value).not.toBe('1000')
    await alterConfigs(scene.client, 'topic', 'kept', change)
    await expect.poll(retention, slow).toMatchObject({ value: '1000', source: 'topic' })
    const wrong = [{ name: 'retention.ms', operation: 'set', value: 'soon' }] as const
    await expect(alterConfigs(scene.client, 'topic', 'kept', wrong)).rejects.toThrow(
      /INVALID_CONFIG: .*retention.ms/,
    )
  })

  it("says what is wrong in the broker's words", async () => {
    await expect(createTopic(scene.client, { name: 'kept' })).rejects.toThrow(
      /creating topic kept failed: TOPIC_ALREADY_EXISTS/,
    )
    await expect(deleteTopic(scene.client, 'nowhere')).rejects.toMatchObject({
      code: 'KAFKA_UNKNOWN_TOPIC_OR_PARTITION',
    })
  })

  it('stand in the folders of the brokers', async () => {
    const cluster = await describeCluster(scene.client)
    expect(cluster.brokers).toHaveLength(1)
    const [dir] = await describeLogDirs(scene.client)
    expect(dir?.broker).toBe(cluster.brokers[0]?.id)
    expect(dir?.totalBytes).toBeGreaterThan(dir?.usableBytes ?? 0)
    expect(dir?.partitions.some(({ topic }) => topic === 'kept')).toBe(true)
  })
})
