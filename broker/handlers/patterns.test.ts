import { describe, expect, it } from 'vitest'
import { namesMatching } from './patterns.ts'

const found = (pattern: string, ...names: string[]) => {
  const matching = namesMatching(pattern, names)
  return matching && [...matching]
}

describe('a pattern', () => {
  it('matches whole names', () => {
    expect(found('app-.*', 'app-1', 'my-app-1', 'app-2')).toEqual(['app-1', 'app-2'])
    expect(found('a|b', 'a', 'b', 'ab')).toEqual(['a', 'b'])
  })

  it('that cannot be read, or takes too long, matches nothing and says so', () => {
    expect(found('(', 'a')).toBeUndefined()
    expect(found('a)|(b', 'a')).toBeUndefined()
    expect(found('(a+)+b', 'a'.repeat(60))).toBeUndefined()
  })
})
