import { describe, expect, it } from 'vitest'
import { readQueries, withoutSaved, withRecent, withSaved } from './queries.ts'

describe('queries that are kept', () => {
  it('are each there once, the newest first', () => {
    const none = readQueries({ getItem: () => null })
    const asked = ['a', 'b', 'a', ' '].reduce(withRecent, none)
    expect(asked.recent).toEqual(['a', 'b'])
    const saved = withSaved(withSaved(asked, 'mine', 'x'), 'mine', 'y')
    expect(saved.saved).toEqual([{ name: 'mine', query: 'y' }])
    expect(withoutSaved(saved, 'mine').saved).toEqual([])
  })

  it('are none where something else is written in their place', () => {
    expect(readQueries({ getItem: () => '{"recent":3' })).toEqual({ recent: [], saved: [] })
  })
})
