import { describe, expect, it } from 'vitest'
import { readQueries, withoutSaved, withRecent, withSaved, writeQueries } from './queries.ts'

describe('queries that are kept', () => {
  it('are each there once, the newest first', () => {
    const none = readQueries({ getItem: () => null }, '')
    const asked = ['a', 'b', 'a', ' '].reduce(withRecent, none)
    expect(asked.recent).toEqual(['a', 'b'])
    const saved = withSaved(withSaved(asked, 'mine', 'x'), 'mine', 'y')
    expect(saved.saved).toEqual([{ name: 'mine', query: 'y' }])
    expect(withoutSaved(saved, 'mine').saved).toEqual([])
  })

  it('are not shown to those of another tenant', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    for (const tenant of ['', 'acme', 'shop'])
      writeQueries(storage, tenant, withSaved(readQueries(storage, tenant), 'mine', `of ${tenant}`))
    expect(readQueries(storage, 'acme').saved).toEqual([{ name: 'mine', query: 'of acme' }])
    expect(readQueries(storage, '').saved).toEqual([{ name: 'mine', query: 'of ' }])
    expect(readQueries(storage, 'other').saved).toEqual([])
  })

  it('are none where something else is written in their place', () => {
    expect(readQueries({ getItem: () => '{"recent":3' }, '')).toEqual({ recent: [], saved: [] })
  })
})
