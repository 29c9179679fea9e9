import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'

interface Asked {
  digits: string
  now?: string
}

/** Node takes the zone of its environment, so each place is a process: it answers the moments of the digits asked for. */
function moments(place: string, asked: readonly Asked[]): string[] {
  const script = `
    import { localZone } from ${JSON.stringify(new URL('./zone.ts', import.meta.url).href)}
    let now = ''
    const zone = localZone(() => Date.parse(now))
    const answers = JSON.parse(process.argv[1]).map(asked => {
      now = asked.now ?? '2030-01-01T00:00:00Z'
      const seconds = Date.parse(asked.digits + 'Z') / 1000
      return new Date((seconds - zone(seconds)) * 1000).toISOString().slice(0, 19)
    })
    console.log(JSON.stringify(answers))`
  const args = ['--input-type=module', '--eval', script, JSON.stringify(asked)]
  const answer = execFileSync(process.execPath, args, {
    env: { ...process.env, TZ: place },
    encoding: 'utf8',
  })
  return JSON.parse(answer) as string[]
}

const places: Record<string, [digits: string, moment: string][]> = {
  UTC: [['2026-11-28T12:00:00', '2026-11-28T12:00:00']],
  'America/New_York': [
    ['2026-11-28T12:00:00', '2026-11-28T17:00:00'],
    ['2026-07-28T12:00:00', '2026-07-28T16:00:00'],
  ],
  'Asia/Kolkata': [['2026-11-28T12:00:00', '2026-11-28T06:30:00']],
  'Asia/Kathmandu': [['2026-11-28T12:10:00', '2026-11-28T06:25:00']],
  'Pacific/Kiritimati': [['2026-11-28T12:00:00', '2026-11-27T22:00:00']],
  'Europe/Berlin': [
    // clocks go forward: 02:30 is on no clock
    ['2026-03-29T01:59:59', '2026-03-29T00:59:59'],
    ['2026-03-29T02:30:00', '2026-03-29T01:30:00'],
    ['2026-03-29T03:00:00', '2026-03-29T01:00:00'],
    // clocks go back: 02:30 is twice on the clock; what was kept of one hour is not taken for the next
    ['2026-10-25T01:59:59', '2026-10-24T23:59:59'],
    ['2026-10-25T02:30:00', '2026-10-25T00:30:00'],
    ['2026-10-25T03:00:00', '2026-10-25T02:00:00'],
    ['2026-10-25T02:59:59', '2026-10-25T00:59:59'],
    ['2026-10-25T01:59:59', '2026-10-24T23:59:59'],
  ],
  'Australia/Lord_Howe': [
    // by half an hour
    ['2026-10-04T01:59:59', '2026-10-03T15:29:59'],
    ['2026-10-04T02:45:00', '2026-10-03T15:45:00'],
    ['2026-04-05T01:15:00', '2026-04-04T14:15:00'],
    ['2026-04-05T01:45:00', '2026-04-04T14:45:00'],
    ['2026-04-05T02:00:00', '2026-04-04T15:30:00'],
  ],
}

describe('the time on the clock of the machine', () => {
  test.each(Object.entries(places))('in %s', (place, rows) => {
    const asked = rows.map(([digits]) => ({ digits }))
    expect(moments(place, asked)).toEqual(rows.map(([, moment]) => moment))
  })

  test('shown twice is the second where that is just now', () => {
    const digits = '2026-10-25T02:30:00'
    const nows = ['2026-10-25T00:30:01Z', '2026-10-25T01:30:01Z']
    expect(
      moments(
        'Europe/Berlin',
        nows.map(now => ({ digits, now })),
      ),
    ).toEqual(['2026-10-25T00:30:00', '2026-10-25T01:30:00'])
  })
})
