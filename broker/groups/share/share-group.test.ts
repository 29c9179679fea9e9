import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Reader } from '../../../lib/kafka/index.ts'
import { has, noAssignment, partitionsOf } from '../consumer/assignment.ts'
import { FakeTopics } from '../testing/topics.ts'
import { ShareGroup } from './share-group.ts'
import { shareRecordsOf, shareTombstonesOf } from './share-group-records.ts'
import { removeShareMembers, shareHeartbeat } from './share-heartbeat.ts'
import { readShareEvent } from './share-replay.ts'
import { simple } from './simple.ts'

describe('the simple assignor', () => {
  it('gives every partition a member and every member a partition, evenly', () => {
    const sizes = fc.record({
      members: fc.integer({ min: 1, max: 12 }),
      partitions: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
    })
    fc.assert(
      fc.property(sizes, ({ members, partitions }) => {
        const counts = new Map(partitions.map((count, i) => [`t${i}`, count]))
        const subscribers = Array.from({ length: members }, (_, i) => ({
          memberId: `m${i}`,
          instanceId: null,
          topicIds: new Set(counts.keys()),
          target: noAssignment,
        }))
        const assigned = [...simple.assign(subscribers, counts).values()]
        const held = assigned.map(assignment => [...partitionsOf(assignment)].length)
        expect(Math.min(...held)).toBeGreaterThanOrEqual(1)
        expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1)
        const sharing = [...counts].flatMap(([topic, count]) =>
          Array.from({ length: count }, (_, p) => assigned.filter(a => has(a, topic, p)).length),
        )
        expect(Math.min(...sharing)).toBeGreaterThanOrEqual(1)
        expect(Math.max(...sharing) - Math.min(...sharing)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('gives nobody what it does not ask for', () => {
    const of = (memberId: string, topic: string) => ({
      memberId,
      instanceId: null,
      topicIds: new Set([topic]),
      target: noAssignment,
    })
    const assigned = simple.assign(
      [of('a', 't'), of('b', 'u'), of('c', 'gone')],
      new Map([
        ['t', 2],
        ['u', 1],
      ]),
    )
    expect([...assigned].map(([id, a]) => [id, [...partitionsOf(a)]])).toEqual([
      [
        'a',
        [
          ['t', 0],
          ['t', 1],
        ],
      ],
      ['b', [['u', 0]]],
      ['c', []],
    ])
  })
})

describe('a share group', () => {
  const ids = ['m1', 'm2', 'm3']
  const beat = fc.record({
    memberId: fc.constantFrom(...ids),
    topicNames: fc.option(fc.subarray(['a', 'b', 'c'])),
    isLeaving: fc.boolean(),
    partitions: fc.integer({ min: 1, max: 4 }),
  })

  it('is after a restart what it was, from its records alone', () => {
    fc.assert(
      fc.property(fc.array(beat, { maxLength: 30, size: 'max' }), beats => {
        const topics = new FakeTopics({ a: 1, b: 2 })
        const group = new ShareGroup('s')
        const log: { key: Buffer; value: Buffer | null }[] = []
        for (const { memberId, topicNames, isLeaving, partitions } of beats) {
          topics.set('c', partitions)
          const known = group.members.get(memberId)
          if (known !== undefined && isLeaving) removeShareMembers(group, [memberId], topics)
          else {
            const who = { memberId, rackId: null, clientId: 'c', clientHost: '/h' }
            const request = { ...who, memberEpoch: known?.epoch ?? 0, topicNames: topicNames ?? null }
            const around = { topics, sessionTimeoutMs: 1, maxSize: 2 }
            shareHeartbeat(group, request, around, 0)
          }
          for (const { key, value } of shareRecordsOf(group, group.takeChanges(), 0))
            log.push({ key: key as Buffer, value })
        }
        const read = replayed(log)
        const parts = (g: ShareGroup) => ({
          members: [...g.members].sort(),
          targets: [...g.targets].sort(),
          topics: [...g.topics].sort(),
          numbers: [g.epoch, g.assignmentEpoch, g.metadataHash],
        })
        expect(parts(read)).toEqual(parts(group))
        expect(group.members.size).toBeLessThanOrEqual(2)
        const gone = replayed([...log, ...shareTombstonesOf(read, 0)] as typeof log)
        expect([gone.members.size, gone.topics.size]).toEqual([0, 0])
      }),
    )
  })

  function replayed(log: readonly { key: Buffer; value: Buffer | null }[]): ShareGroup {
    const group = new ShareGroup('s')
    for (const { key, value } of log) {
      const reader = new Reader(key)
      readShareEvent(reader.int16(), reader, value)?.apply(group)
    }
    group.takeChanges()
    return group
  }
})
