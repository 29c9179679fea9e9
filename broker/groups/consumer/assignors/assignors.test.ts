import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assignment, assignmentOf, has, listOf, noAssignment, partitionsOf } from '../assignment.ts'
import type { Subscriber } from './assignor.ts'
import { range } from './range.ts'
import { assignors } from './table.ts'
import { uniform } from './uniform.ts'

function subscriber(memberId: string, topics: string[], target: Assignment = noAssignment): Subscriber {
  return { memberId, instanceId: null, topicIds: new Set(topics), target }
}

function counts(assigned: ReadonlyMap<string, Assignment>): number[] {
  return [...assigned.values()].map(assignment => [...partitionsOf(assignment)].length)
}

const topics = ['a', 'b', 'c', 'd']
/** Up to 8 members that each ask for some of four topics, and the topics' partitions. */
const scene = fc.record({
  subscriptions: fc.array(fc.subarray(topics), { minLength: 1, maxLength: 8 }),
  partitions: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 4, maxLength: 4 }),
})
const countsOf = (partitions: number[]) => new Map(topics.map((topic, i) => [topic, partitions[i] as number]))

describe.each(assignors)('$name', ({ assign }) => {
  it('gives every partition that anyone asks for to one member that asks for it', () => {
    fc.assert(
      fc.property(scene, ({ subscriptions, partitions }) => {
        const members = subscriptions.map((asked, i) => subscriber(`m${i}`, asked))
        const partitionCounts = countsOf(partitions)
        const assigned = assign(members, partitionCounts)
        for (const [topic, count] of partitionCounts)
          for (let partition = 0; partition < count; partition++) {
            const owners = members.filter(m => has(assigned.get(m.memberId) as Assignment, topic, partition))
            expect(owners.length).toBe(members.some(m => m.topicIds.has(topic)) ? 1 : 0)
            expect(owners.every(m => m.topicIds.has(topic))).toBe(true)
          }
      }),
    )
  })

  it('gives nothing of topics that are not there and takes no members', () => {
    expect(assign([subscriber('m', ['gone'])], new Map()).get('m')).toEqual(new Map())
    expect([...assign([], new Map([['a', 3]]))]).toEqual([])
  })
})

describe('uniform', () => {
  it('gives everyone as many as the others where all ask for the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 4, maxLength: 4 }),
        (size, partitions) => {
          const members = Array.from({ length: size }, (_, i) => subscriber(`m${i}`, topics))
          const held = counts(uniform.assign(members, countsOf(partitions)))
          expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('moves no more than it must when a member comes or goes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 40 }), (size, count) => {
        const partitionCounts = new Map([['a', count]])
        const fresh = Array.from({ length: size }, (_, i) => subscriber(`m${i}`, ['a']))
        const first = uniform.assign(fresh, partitionCounts)
        const settled = fresh.map(m => subscriber(m.memberId, ['a'], first.get(m.memberId)))
        const moved = (after: Map<string, Assignment>) =>
          [...first].flatMap(([id, before]) =>
            [...partitionsOf(before)].filter(([topic, p]) => !has(after.get(id) ?? noAssignment, topic, p)),
          ).length
        const joined = uniform.assign([...settled, subscriber('new', ['a'])], partitionCounts)
        expect(moved(joined)).toBe(counts(new Map([['new', joined.get('new') as Assignment]]))[0])
        const left = uniform.assign(settled.slice(1), partitionCounts)
        expect(moved(left)).toBe([...partitionsOf(first.get('m0') as Assignment)].length)
        expect(uniform.assign(settled, partitionCounts)).toEqual(first)
      }),
    )
  })

  it('leaves nobody with two more than someone who could take one', () => {
    fc.assert(
      fc.property(scene, ({ subscriptions, partitions }) => {
        const members = subscriptions.map((asked, i) => subscriber(`m${i}`, asked))
        const assigned = uniform.assign(members, countsOf(partitions))
        const size = (m: Subscriber) => [...partitionsOf(assigned.get(m.memberId) as Assignment)].length
        const gaps = members.flatMap(giver => {
          const given = [...(assigned.get(giver.memberId) as Assignment).keys()]
          const takers = members.filter(taker => given.some(topic => taker.topicIds.has(topic)))
          return takers.map(taker => size(giver) - size(taker))
        })
        expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('lets the first keep what two claim', () => {
    const claimed = assignmentOf([{ topicId: 'a', partitions: [0] }])
    const members = [subscriber('m0', ['a'], claimed), subscriber('m1', ['a'], claimed)]
    const assigned = uniform.assign(members, new Map([['a', 2]]))
    expect([...assigned.values()].map(a => listOf(a)[0]?.partitions)).toEqual([[0], [1]])
  })

  it('shares out 10,000 partitions among 1,000 members at once', () => {
    const many = new Map(Array.from({ length: 100 }, (_, i) => [`t${i}`, 100]))
    const members = Array.from({ length: 1_000 }, (_, i) => subscriber(`m${i}`, [...many.keys()]))
    expect(new Set(counts(uniform.assign(members, many)))).toEqual(new Set([10]))
  })
})

describe('range', () => {
  it('gives ranges in a row, the first ones longer, alike in every topic', () => {
    const members = ['m2', 'm0', 'm1'].map(id => subscriber(id, ['a', 'b']))
    const assigned = range.assign(
      members,
      new Map([
        ['a', 7],
        ['b', 7],
      ]),
    )
    const shares = ['m0', 'm1', 'm2'].map(id => listOf(assigned.get(id) as Assignment))
    expect(shares).toEqual(
      [
        [0, 1, 2],
        [3, 4],
        [5, 6],
      ].map(partitions => [
        { topicId: 'a', partitions },
        { topicId: 'b', partitions },
      ]),
    )
  })

  it('orders static members by their instance, whatever their member ids', () => {
    const members = [
      { ...subscriber('z', ['a']), instanceId: 'i0' },
      { ...subscriber('a', ['a']), instanceId: 'i1' },
      subscriber('b', ['a']),
    ]
    const assigned = range.assign(members, new Map([['a', 3]]))
    expect(['z', 'a', 'b'].map(id => listOf(assigned.get(id) as Assignment)[0]?.partitions)).toEqual([
      [0],
      [1],
      [2],
    ])
  })
})
