import { expect, it } from 'vitest'
import { inZone } from './in-zone.ts'
import { makeTimes } from './times.ts'

it('shows moments of the server in the zone of the reader, and all else as it is', () => {
  const times = makeTimes('Asia/Tokyo')
  expect(inZone('up to 2026-11-30T18:00:00.250Z, then 2026-12-01T00:00:00Z; not 2026-11-30', times)).toBe(
    'up to 2026-12-01 03:00:00, then 2026-12-01 09:00:00; not 2026-11-30',
  )
})
