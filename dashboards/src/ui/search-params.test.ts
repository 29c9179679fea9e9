import { describe, expect, it } from 'vitest'
import { pathPart } from './search-params.ts'

describe('a part of the path', () => {
  it.each(['plain', 'a%20b', '100%', 'a/b', 'ä?&#+', '%'])('%s is what was written into it', name => {
    expect(pathPart(2, `/streams/groups/${encodeURIComponent(name)}`)).toBe(name)
  })

  it('is itself where nobody encoded it, and nothing where there is none', () => {
    expect(pathPart(2, '/streams/groups/100%')).toBe('100%')
    expect(pathPart(5, '/streams')).toBe('')
  })
})
