import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { staticBrokerConfigs } from '../testing/static-broker-configs.ts'
import { BrokerConfigs, brokerConfigsProblem, everyBroker } from './broker-configs.ts'
import { brokerConfigDefinitions } from './broker-definitions/all.ts'

const brokerSource = 2
const everyBrokerSource = 3
const fileSource = 4
const defaultSource = 5

function keptConfigs(set: string[] = []) {
  const documents = new Map<string, unknown>()
  const store = {
    documents: <T>() => documents as ReadonlyMap<string, T>,
    putDocuments: async (_kind: string, changes: readonly (readonly [string, unknown])[]) => {
      await Promise.resolve()
      for (const [key, document] of changes)
        if (document === null) documents.delete(key)
        else documents.set(key, document)
    },
  }
  let changes = 0
  const config = parseConfig('', { set: ['broker.nodeId=3', ...set] })
  const configs = new BrokerConfigs({ store, config, addresses: {}, onChanged: () => changes++ })
  const put = (broker: string, name: string, value: string) =>
    configs.alter(broker, own => ({ configs: { ...own, [name]: value } }))
  return { configs, documents, put, changes: () => changes }
}

describe('configurations of the broker', () => {
  it('are good by themselves', () => {
    const configs = staticBrokerConfigs()
    for (const { name, problem, shownDefault } of brokerConfigDefinitions.values())
      if (shownDefault !== undefined) expect(problem(name, configs.value(name)), name).toBeUndefined()
  })

  it('are set in the file by the names of Kafka where they have no key of their own', () => {
    const { configs } = keptConfigs([
      'broker.configs={ offsets.retention.minutes: 5, broker.rack: west, message.max.bytes: 7 }',
    ])
    expect(configs.number('offsets.retention.minutes')).toBe(5)
    expect(configs.value('broker.rack')).toBe('west')
    expect(configs.number('message.max.bytes')).toBe(7)
    expect(configs.sources('offsets.retention.minutes')).toEqual([
      { name: 'offsets.retention.minutes', value: '5', source: fileSource },
      { name: 'offsets.retention.minutes', value: '10080', source: defaultSource },
    ])
  })

  it('count in the unit that is set: milliseconds, then minutes, then hours', async () => {
    const retention = (set: string) => keptConfigs([`broker.configs={ ${set} }`]).configs
    expect(retention('log.retention.hours: 10').number('log.retention.ms')).toBe(36_000_000)
    expect(retention('log.retention.hours: 10').sources('log.retention.ms')).toEqual([])
    expect(retention('log.retention.hours: -1').number('log.retention.ms')).toBe(-1)
    const both = 'log.retention.hours: 10, log.retention.minutes: 3'
    expect(retention(both).number('log.retention.ms')).toBe(180_000)
    const { configs, put } = keptConfigs(['broker.configs={ log.retention.hours: 10 }'])
    await put('3', 'log.retention.ms', '7')
    expect(configs.number('log.retention.ms')).toBe(7)
    // as Kafka shows it
    expect(configs.sources('log.retention.ms')).toEqual([
      { name: 'log.retention.ms', value: '7', source: brokerSource },
      { name: 'log.retention.hours', value: '10', source: fileSource },
      { name: 'log.retention.hours', value: '168', source: defaultSource },
    ])
  })

  it.each([
    ['node.id: 5', /cannot have node.id: it is fixed or has a key of its own: .*broker\.nodeId/],
    ['replica.fetch.max.bytes: 5', /there is no replica.fetch.max.bytes here, see docs\/broker.md/],
    ['offsets.retention.minutes: soon', /Not a number of type INT/],
  ])('in the file are refused with the reason: %s', (set, message) => {
    expect(() => keptConfigs([`broker.configs={ ${set} }`])).toThrow(message)
  })

  it('count by who set them: a client for this broker, for every broker, the file, nobody', async () => {
    const { configs, put } = keptConfigs(['broker.topicDefaults.maxMessageBytes=100'])
    const name = 'message.max.bytes'
    const [file, standard] = [
      { name, value: '100', source: fileSource },
      { name, value: '1048588', source: defaultSource },
    ]
    expect(configs.sources(name)).toEqual([file, standard])
    await put(everyBroker, name, '200')
    await put('3', name, '300')
    await put('4', name, '400')
    expect(configs.value(name)).toBe('300')
    expect(configs.sources(name)).toEqual([
      { name, value: '300', source: brokerSource },
      { name, value: '200', source: everyBrokerSource },
      file,
      standard,
    ])
  })

  it('show a default in another unit only beside what is set', async () => {
    const { configs, put } = keptConfigs()
    expect(configs.value('log.retention.ms')).toBe('604800000')
    expect(configs.sources('log.retention.ms')).toEqual([])
    await put('3', 'log.retention.ms', '5')
    expect(configs.sources('log.retention.ms').map(({ name }) => name)).toEqual([
      'log.retention.ms',
      'log.retention.hours',
    ])
  })

  it('change one after the other, and not where there is a reason not to', async () => {
    const { configs, documents, put, changes } = keptConfigs()
    await Promise.all([put('3', 'log.retention.ms', '5'), put('3', 'log.roll.ms', '6')])
    expect(configs.of('3')).toEqual({ 'log.retention.ms': '5', 'log.roll.ms': '6' })
    expect(await configs.alter('3', () => ({ why: 'not now' }))).toEqual({ why: 'not now' })
    expect(changes()).toBe(2)
    await configs.alter('3', () => ({ configs: {} }))
    expect(documents.size).toBe(0)
  })

  it.each([
    [{ 'log.retention.ms': '-1', 'log.cleanup.policy': 'compact,delete' }, undefined],
    [{ colour: 'red' }, 'Cannot update these configs dynamically: Set(colour)'],
    [
      { 'num.partitions': '2', 'log.roll.ms': 'x', 'node.id': '1' },
      'Cannot update these configs dynamically: Set(num.partitions, node.id)',
    ],
    [{ 'log.segment.bytes': '5' }, 'Value must be at least 1048576'],
    [{ 'log.roll.jitter.ms': '-1' }, 'requirement failed: log.roll.jitter.ms must be greater'],
    [{ 'log.cleaner.threads': '0' }, 'Value must be at least 1'],
  ])('%o: %s', (own, why) => {
    const problem = brokerConfigsProblem('3', own as Record<string, string>)
    if (why === undefined) expect(problem).toBeUndefined()
    else expect(problem).toContain(why)
  })

  it('of one broker are not set for every broker', () => {
    const own = { 'listener.name.x.ssl.keystore.location': 'y' }
    expect(brokerConfigsProblem(everyBroker, own)).toContain('at default cluster level')
    expect(brokerConfigsProblem('3', own)).toContain('Cannot update these configs dynamically')
  })
})
