import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignRange } from './assignor.ts'

describe('the range assignor', () => {
  it('gives consecutive partitions, the first members one more', () => {
    const members = ['b', 'a', 'c'].map(memberId => ({ memberId, topics: ['t', 'u'] }))
    const assigned = assignRange(
      members,
      new Map([
        ['t', 4],
        ['u', 2],
      ]),
    )
    expect(assigned.get('a')).toEqual([
      { topic: 't', partitions: [0, 1] },
      { topic: 'u', partitions: [0] },
    ])
    expect(assigned.get('b')).toEqual([
      { topic: 't', partitions: [2] },
      { topic: 'u', partitions: [1] },
    ])
    expect(assigned.get('c')).toEqual([{ topic: 't', partitions: [3] }])
  })

  it('gives every partition of every topic to exactly one member that wants it', () => {
    const topics = fc.dictionary(fc.constantFrom('t', 'u', 'v'), fc.integer({ min: 1, max: 40 }), {
      minKeys: 1,
    })
    const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(topics, members, (counts, ids) => {
        const wanted = ids.map(memberId => ({ memberId, topics: Object.keys(counts) }))
        const assigned = assignRange(wanted, new Map(Object.entries(counts)))
        const given = [...assigned.values()]
          .flat()
          .flatMap(({ topic, partitions }) => partitions.map(p => `${topic}/${p}`))
        const all = Object.entries(counts).flatMap(([topic, n]) =>
          Array.from({ length: n }, (_, p) => `${topic}/${p}`),
        )
        expect(given.toSorted()).toEqual(all.toSorted())
      }),
    )
  })
})
