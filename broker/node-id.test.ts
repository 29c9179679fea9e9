import { describe, expect, it } from 'vitest'
import { parseConfig } from '../cli/config.ts'
import { Metrics, memoryLogger, systemClock } from '../lib/base/index.ts'
import { apis } from '../lib/kafka/index.ts'
import { startBroker } from './index.ts'
import { Scene, testTimeout } from './testing/scene.ts'

describe('the id of the node', testTimeout, () => {
  const scene = Scene.forEachTest(['broker.nodeId=0'])

  it('is told wherever Kafka tells it, and stays over a restart', async () => {
    await scene.createTopic('t')
    await scene.restart()
    const { client } = scene
    const metadata = await client.send(apis.metadata, 12, { topics: [{ name: 't' }] })
    expect(metadata).toMatchObject({ brokers: [{ nodeId: 0 }], controllerId: 0 })
    expect(metadata.topics[0]?.partitions[0]).toMatchObject({ leaderId: 0, replicaNodes: [0], isrNodes: [0] })
    const cluster = await client.send(apis.describeCluster, 1, { includeClusterAuthorizedOperations: false })
    expect(cluster).toMatchObject({ brokers: [{ brokerId: 0 }], controllerId: 0 })
    const { coordinators } = await client.send(apis.findCoordinator, 4, { coordinatorKeys: ['g'] })
    expect(coordinators).toMatchObject([{ nodeId: 0 }])
    const { results } = await client.send(apis.describeConfigs, 4, {
      resources: [{ resourceType: 4, resourceName: '0', configurationKeys: ['node.id', 'broker.id'] }],
    })
    expect(results[0]?.configs.map(({ value }) => value)).toEqual(['0', '0'])
  })

  it('cannot be changed over an existing folder', async () => {
    const { dataDir, stop } = scene.broker
    await stop()
    const set = [`dataDir=${dataDir}`, 'broker.listen=127.0.0.1:0', 'broker.nodeId=2']
    const { logger } = memoryLogger()
    const fail = (error: Error) => expect.fail(error.message)
    const context = { logger, metrics: new Metrics(), clock: systemClock, fail }
    await expect(startBroker(parseConfig('', { set }), context)).rejects.toMatchObject({
      code: 'NODE_ID_CHANGED',
      message: expect.stringContaining('is that of node 0, but broker.nodeId is 2'),
    })
    await scene.restart()
  })
})

describe('broker.nodeId', () => {
  const nodeId = (text: string) => parseConfig('', { set: [`broker.nodeId=${text}`] }).broker.nodeId

  it('is a whole number from 0 on, 1 where nothing is set', () => {
    expect(parseConfig('', {}).broker.nodeId).toBe(1)
    expect(nodeId('2147483647')).toBe(2_147_483_647)
    expect(() => nodeId('-1')).toThrow(/nodeId/)
    expect(() => nodeId('2147483648')).toThrow(/nodeId/)
  })
})
