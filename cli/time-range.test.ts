import { describe, expect, it } from 'vitest'
import { timeRange } from './time-range.ts'

const nowMs = Date.parse('2026-01-31T12:00:00Z')
const ns = (ms: number) => String(BigInt(ms) * 1_000_000n)
const range = (options: Record<string, string>) => timeRange({ text: name => options[name] }, nowMs)

describe('the time that a command asks about', () => {
  it('is fixed when it begins, in whatever form it is given', () => {
    expect(range({ since: '15m' })).toMatchObject({
      start: ns(nowMs - 900_000),
      end: ns(nowMs),
      words: 'the last 15 m',
    })
    expect(range({ start: 'now-2h', end: '-1h' })).toMatchObject({
      startMs: nowMs - 7_200_000,
      endMs: nowMs - 3_600_000,
    })
    expect(range({ start: '1769860000' })).toMatchObject({ start: '1769860000', startMs: 1_769_860_000_000 })
    expect(range({ start: '2026-01-31T11:00:00.123456789Z' })).toMatchObject({
      start: '2026-01-31T11:00:00.123456789Z',
      startMs: nowMs - 3_599_877,
      words: '2026-01-31 11:00:00Z to 2026-01-31 12:00:00Z',
    })
  })

  it('says what is wrong with it', () => {
    expect(() => range({ since: 'soon' })).toThrow("--since: found 'soon', expected a duration as in 6h")
    expect(() => range({ end: '7' })).toThrow("--end: found '7'")
  })
})
