import { describe, expect, it } from 'vitest'
import { joinSimilar, type Pattern } from './similar.ts'

const pattern = (template: string, count: number, ms = 0): Pattern => ({
  template,
  count,
  samples: new Map([[ms, count]]),
})
const joined = (...patterns: Pattern[]) => joinSimilar(patterns).map(p => [p.template, p.count])

describe('patterns that differ in one word', () => {
  it('become one, with the lines of all', () => {
    const [one, ...others] = joinSimilar([
      pattern('user ann logged in', 2, 0),
      pattern('user bob logged in', 3, 60),
      pattern('user bob logged out', 1),
      pattern('user cid logged in', 1, 60),
    ])
    expect(one).toEqual({
      template: 'user <*> logged in',
      count: 6,
      samples: new Map([
        [0, 2],
        [60, 4],
      ]),
    })
    expect(others.map(p => p.template)).toEqual(['user bob logged out'])
  })
  it('stay apart where they are short, or differ in more', () => {
    expect(joined(pattern('server started now', 1), pattern('server stopped now', 1))).toHaveLength(2)
    expect(joined(pattern('a b c d', 1), pattern('x b c y', 1))).toHaveLength(2)
    expect(joined(pattern('a b c d', 1), pattern('a b c d e', 1))).toHaveLength(2)
  })
  it('are the same in any order', () => {
    const all = [pattern('a b c d', 1), pattern('x b c d', 5), pattern('x b c e', 1), pattern('y b c d', 1)]
    expect(joined(...all)).toEqual(joined(...all.toReversed()))
    expect(joined(...all)).toEqual([
      ['<*> b c d', 7],
      ['x b c e', 1],
    ])
  })
})
