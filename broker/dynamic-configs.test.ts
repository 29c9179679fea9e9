import { describe, expect, it } from 'vitest'
import { apis, errorCodes, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

const broker = 4
const operation = { set: 0, delete: 1 }

describe('configurations of the broker that change while it runs', testTimeout, () => {
  const scene = Scene.forEachTest(['broker.nodeId=0', 'broker.cleanerBackoffMs=20'])

  async function set(name: string, values: Record<string, string | null>, validateOnly = false) {
    const configs = Object.entries(values).map(([key, value]) => ({
      name: key,
      configOperation: value === null ? operation.delete : operation.set,
      value,
    }))
    const { responses } = await scene.client.send(apis.incrementalAlterConfigs, 1, {
      resources: [{ resourceType: broker, resourceName: name, configs }],
      validateOnly,
    })
    return responses[0]?.errorCode
  }

  async function told(resourceType: number, resourceName: string, key: string) {
    const { results } = await scene.client.send(apis.describeConfigs, 4, {
      resources: [{ resourceType, resourceName, configurationKeys: [key] }],
    })
    const entry = results[0]?.configs[0]
    return [entry?.value, entry?.configSource, entry?.readOnly]
  }

  const large = async (topic: string) =>
    (await scene.produce(writeBatch([record('x'.repeat(2000))]), { topic })).errorCode

  it('count at once for topics without a value of their own, and after a restart', async () => {
    await scene.createTopic('t')
    await scene.createTopic('own', 1, { 'max.message.bytes': '5000' })
    expect(await set('', { 'message.max.bytes': '1000' }, true)).toBe(0)
    expect(await large('t')).toBe(0)
    expect(await set('', { 'message.max.bytes': '1000' })).toBe(0)
    expect(await large('t')).toBe(errorCodes.MESSAGE_TOO_LARGE)
    expect(await large('own')).toBe(0)
    await scene.restart()
    expect(await large('t')).toBe(errorCodes.MESSAGE_TOO_LARGE)
    expect(await told(2, 't', 'max.message.bytes')).toEqual(['1000', 3, false])
    expect(await set('0', { 'message.max.bytes': '4000' })).toBe(0)
    expect(await large('t')).toBe(0)
    expect(await told(2, 't', 'max.message.bytes')).toEqual(['4000', 2, false])
    expect(await set('0', { 'message.max.bytes': null })).toBe(0)
    expect(await set('', { 'message.max.bytes': null })).toBe(0)
    expect(await told(broker, '0', 'message.max.bytes')).toEqual(['1048588', 5, false])
    await scene.restart()
    expect(await large('t')).toBe(0)
  })

  it('count for topics that are made afterwards', async () => {
    expect(
      await set('0', { 'message.max.bytes': '1000', 'log.message.timestamp.type': 'LogAppendTime' }),
    ).toBe(0)
    await scene.createTopic('t')
    expect(await large('t')).toBe(errorCodes.MESSAGE_TOO_LARGE)
    expect(await told(2, 't', 'message.timestamp.type')).toEqual(['LogAppendTime', 2, false])
  })

  it('are refused all or none', async () => {
    expect(await set('0', { 'log.retention.ms': '5', 'log.roll.ms': 'x' })).toBe(errorCodes.INVALID_REQUEST)
    expect(await set('0', { 'log.retention.ms': '5', colour: 'red' })).toBe(errorCodes.INVALID_REQUEST)
    expect(await told(broker, '0', 'log.retention.ms')).toEqual([null, 5, false])
    expect(await told(broker, '0', 'socket.request.max.bytes')).toEqual(['104857600', 5, true])
  })

  it('are replaced by AlterConfigs', async () => {
    const replace = async (configs: { name: string; value: string }[]) => {
      const { responses } = await scene.client.send(apis.alterConfigs, 1, {
        resources: [{ resourceType: broker, resourceName: '0', configs }],
        validateOnly: false,
      })
      return responses[0]?.errorCode
    }
    expect(await replace([{ name: 'log.flush.interval.messages', value: '1234' }])).toBe(0)
    expect(await told(broker, '0', 'log.flush.interval.messages')).toEqual(['1234', 2, false])
    expect(await replace([{ name: 'log.flush.interval.ms', value: '' }])).toBe(errorCodes.INVALID_REQUEST)
    expect(await replace([{ name: 'log.flush.interval.ms', value: '5000' }])).toBe(0)
    expect(await told(broker, '0', 'log.flush.interval.messages')).toEqual(['9223372036854775807', 5, false])
    await scene.createTopic('t')
    expect(await told(2, 't', 'flush.ms')).toEqual(['5000', 2, false])
  })

  it('make topics compacted, and rest the cleaner as long as they say', async () => {
    expect(await set('', { 'log.cleaner.backoff.ms': '0', 'log.cleanup.policy': 'compact' })).toBe(0)
    await scene.createTopic('t')
    const refused = await scene.produce(writeBatch([record('without a key')]))
    expect(refused.errorCode).toBe(errorCodes.INVALID_RECORD)
    expect(await told(broker, '0', 'log.cleaner.backoff.ms')).toEqual(['0', 3, false])
  })
})
