import { describe, expect, it } from 'vitest'
import { makeTimes } from './times.ts'

const moment = Date.UTC(2026, 10, 23, 14, 3, 7, 9)

describe('times of a zone', () => {
  it('writes what the clock of the zone shows', () => {
    expect(makeTimes('UTC').exact(moment)).toBe('2026-11-23 14:03:07.009')
    expect(makeTimes('Asia/Kolkata').dateTime(moment)).toBe('2026-11-23 19:33:07')
    expect(makeTimes('America/New_York').time(moment)).toBe('09:03:07.009')
    expect(makeTimes('UTC').time(Date.UTC(2026, 0, 1))).toBe('00:00:00.000')
  })

  it('writes ticks as fine as their distance asks for', () => {
    const times = makeTimes('UTC')
    expect([times.tick(moment, 1_000), times.tick(moment, 60_000), times.tick(moment, 86_400_000)]).toEqual([
      '14:03:07',
      '14:03',
      '11-23',
    ])
  })

  it('reads back what it wrote, in summer and in winter', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia'])
      for (const month of [0, 6]) {
        const times = makeTimes(zone)
        const ms = Date.UTC(2026, month, 15, 23, 59, 1)
        expect(times.parse(times.dateTime(ms)), zone).toBe(ms)
      }
  })

  it('leaves alone what is no time of a clock', () => {
    const times = makeTimes('UTC')
    expect(['now-1h', '', '2026-11-23', '2026-13-45 10:00'].map(text => times.parse(text))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(times.parse('2026-11-23 14:03')).toBe(Date.UTC(2026, 10, 23, 14, 3))
  })
})
