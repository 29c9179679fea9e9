import { describe, expect, it } from 'vitest'
import { writeAddress } from './address.ts'
import { formatBytes, formatCount, formatDuration } from './format.ts'
import { resolveRange } from './range.ts'

describe('the address of a view', () => {
  it('leaves out what is as by default', () => {
    const defaults = { query: '', start: 'now-1h', tail: false, columns: 3 }
    expect(String(writeAddress({ ...defaults, query: 'a & b', tail: true }, defaults))).toBe(
      'query=a+%26+b&tail=true',
    )
    expect(String(writeAddress(defaults, defaults))).toBe('')
  })

  it('fixes both ends of a range to one moment', () => {
    expect(resolveRange({ start: 'now-1h', end: 'now' }, 7_200_000)).toEqual({
      start: '3600000',
      end: '7200000',
    })
    expect(resolveRange({ start: '2026-11-23T00:00:00Z', end: '99' }, 1)).toEqual({
      start: '2026-11-23T00:00:00Z',
      end: '99',
    })
  })
})

describe('figures', () => {
  it('are short', () => {
    expect([1, 999, 12_345, 3_400_000].map(formatCount)).toEqual(['1', '999', '12.3k', '3.4M'])
    expect([9.3333, 0.016667, 1234.5, 1234].map(formatCount)).toEqual(['9.33', '0.0167', '1235', '1234'])
    expect([1, 1_234, 3.4e9].map(formatBytes)).toEqual(['1 B', '1.23 kB', '3.4 GB'])
    expect([900, 12_400_000, 1.2e9, 200e9, 300e9, 7.5e12, 7.2e12].map(formatDuration)).toEqual([
      '900 ns',
      '12.4 ms',
      '1.2 s',
      '3 min 20 s',
      '5 min',
      '2 h 5 min',
      '2 h',
    ])
  })
})
