import { describe, expect, it } from 'vitest'
import { parseLogQuery } from '../../../../lib/logql/index.ts'
import { regexOf, withPattern } from '../query/pattern-filter.ts'
import { changesOf } from './changes.ts'

const frame = {
  completeTo: null,
  missingHosts: [],
  cost: { ms: 1, rows: 1, bytes: 1, rollup: null },
  warnings: [],
}
const answer = (counts: Record<string, number>) => ({
  stepMs: 1000,
  patterns: Object.entries(counts).map(([template, count]) => ({
    template,
    count,
    samples: [{ start: '2000000000', count }],
  })),
  ...frame,
})

describe('patterns', () => {
  it('are new, gone, or were there before', () => {
    const rows = changesOf(answer({ a: 5, b: 2 }), answer({ b: 4, c: 1 }), { startMs: 1_000, endMs: 4_000 })
    expect(rows.map(({ template, state, count, before }) => [template, state, count, before])).toEqual([
      ['a', 'new', 5, 0],
      ['b', 'both', 2, 4],
      ['c', 'gone', 0, 1],
    ])
    expect(rows[0]?.course).toEqual([0, 5, 0])
  })

  it.each([
    [
      'user <num> (of <ip>) said "hi"',
      'user 42 (of 10.0.0.1) said "hi"',
      '{"m":"user 1 (of ::1) said \\"hi\\""}',
    ],
    ['<*> took <num> ms', 'it took 5 ms', 'x took 1.5 ms'],
  ])('%s becomes a filter that takes its lines', (template, ...lines) => {
    const regex = regexOf(template)
    parseLogQuery(`{} |~ ${JSON.stringify(regex)}`)
    for (const line of lines) expect(new RegExp(regex).test(line), line).toBe(true)
  })

  it('are asked for in the language of the query', () => {
    const template = 'user <num> said "hi"'
    for (const [query, expected] of [
      ['', '{} |~ "user .+? said'],
      ['{a="b"}', '{a="b"} |~ "user .+? said'],
      ['x OR y', 'x OR y "user" "said" "hi"'],
    ] as const) {
      expect(withPattern(query, template, false)).toContain(expected)
      parseLogQuery(withPattern(query, template, false))
      parseLogQuery(withPattern(query, template, true))
    }
  })
})
