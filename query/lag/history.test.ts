import { expect, it } from 'vitest'
import { byTopic, LagHistory } from './history.ts'

it('adds up the records of a topic, and takes the longest of its ages', () => {
  expect(
    byTopic([
      { topic: 'a', lagRecords: 2, lagSeconds: 5 },
      { topic: 'b', lagRecords: 1, lagSeconds: 0 },
      { topic: 'a', lagRecords: 3, lagSeconds: 9 },
    ]),
  ).toEqual([
    { topic: 'a', lagRecords: 5, lagSeconds: 9 },
    { topic: 'b', lagRecords: 1, lagSeconds: 0 },
  ])
})

it('keeps an hour of each group, and no more groups and topics than it may', () => {
  const history = new LagHistory()
  for (let i = 0; i < 300; i++) history.add('g', { atMs: i, topics: [] })
  expect([history.of('g').length, history.of('g')[0]?.atMs]).toEqual([240, 60])
  const topics = Array.from({ length: 60 }, (_, i) => ({ topic: `t${i}`, lagRecords: i, lagSeconds: 0 }))
  history.add('wide', { atMs: 1, topics })
  expect(history.of('wide')[0]?.topics.map(({ topic }) => topic)).toEqual(
    Array.from({ length: 50 }, (_, i) => `t${59 - i}`),
  )
  for (let i = 0; i < 200; i++) history.add(`other ${i}`, { atMs: 1, topics: [] })
  expect(history.of('g')).toEqual([])
})
