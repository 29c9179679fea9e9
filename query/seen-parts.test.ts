import { describe, expect, it } from 'vitest'
import { type Part, SeenParts } from './seen-parts.ts'

const part = (partition: string, from: number, to: number): Part => ({
  name: `${partition}_${from}_${to}`,
  partition,
  from,
  to,
  rows: 1,
})

describe('parts that were looked at', () => {
  it('are known again, and merged ones by what they were made of, in whatever order', () => {
    const seen = new SeenParts()
    for (const [from, to] of [
      [5, 5],
      [1, 2],
      [7, 9],
      [3, 4],
      [6, 6],
    ] as const)
      seen.add(part('a', from, to))
    expect(seen.has(part('a', 1, 9))).toBe(true)
    expect(seen.has(part('a', 4, 6))).toBe(true)
    expect(seen.has(part('a', 9, 10))).toBe(false)
    expect(seen.has(part('b', 1, 2))).toBe(false)
  })

  it('do not make known what lies between them', () => {
    const seen = new SeenParts()
    seen.add(part('a', 1, 3))
    seen.add(part('a', 5, 7))
    expect(seen.has(part('a', 1, 7))).toBe(false)
    expect(seen.has(part('a', 4, 4))).toBe(false)
    seen.add(part('a', 1, 7))
    expect(seen.has(part('a', 4, 4))).toBe(true)
  })
})
