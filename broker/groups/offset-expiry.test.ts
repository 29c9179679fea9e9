import { describe, expect, it } from 'vitest'
import { encodeSubscription } from '../../lib/kafka/index.ts'
import { ClassicGroup } from './classic-group.ts'
import { ConsumerGroup } from './consumer/consumer-group.ts'
import { newMember } from './consumer/consumer-member.ts'
import { isExpired } from './offset-expiry.ts'

const oldestMs = 1_000

function classic(state: ClassicGroup['state'], sinceMs: number, protocolType = 'consumer'): ClassicGroup {
  const group = new ClassicGroup('g', 0, 0)
  group.protocolType = protocolType
  group.protocol = 'range'
  group.enter(state, sinceMs)
  return group
}

function withMember(group: ClassicGroup, topics: string[]): ClassicGroup {
  group.add({
    memberId: 'm',
    instanceId: null,
    clientId: '',
    clientHost: '',
    sessionTimeoutMs: 1,
    rebalanceTimeoutMs: 1,
    protocols: [{ name: 'range', metadata: encodeSubscription(topics) }],
    assignment: Buffer.alloc(0),
    joinToken: undefined,
    syncToken: undefined,
    owesSync: false,
    expiresAtMs: 0,
  })
  return group
}

describe('offsets', () => {
  it('age from their commit in a group that was never joined', () => {
    const group = new ClassicGroup('g', 5_000, 0)
    expect(isExpired(group, 't', 999, oldestMs)).toBe(true)
    expect(isExpired(group, 't', 1_000, oldestMs)).toBe(false)
  })

  it('age from when the group became empty', () => {
    expect(isExpired(classic('Empty', 999), 't', 500, oldestMs)).toBe(true)
    expect(isExpired(classic('Empty', 1_000), 't', 500, oldestMs)).toBe(false)
  })

  it('stay while a group has members, but for topics that its consumers do not read', () => {
    const stable = withMember(classic('Stable', 0), ['t'])
    expect(isExpired(stable, 't', 0, oldestMs)).toBe(false)
    expect(isExpired(stable, 'u', 0, oldestMs)).toBe(true)
    expect(isExpired(withMember(classic('PreparingRebalance', 0), ['t']), 'u', 0, oldestMs)).toBe(false)
    expect(isExpired(withMember(classic('Stable', 0, 'connect'), ['t']), 'u', 0, oldestMs)).toBe(false)
  })

  it('stay in a group of the consumer protocol while somebody subscribes, also by regular expression', () => {
    const group = new ConsumerGroup('g')
    expect(isExpired(group, 't', 0, oldestMs)).toBe(true)
    group.setMember({ ...newMember('m'), topicNames: ['t'], topicRegex: 'r.*' })
    group.regexes.set('r.*', ['r1'])
    expect(['t', 'r1', 'u'].map(topic => isExpired(group, topic, 0, oldestMs))).toEqual([false, false, true])
  })
})
