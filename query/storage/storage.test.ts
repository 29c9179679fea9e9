import { expect, it } from 'vitest'
import { forecast } from './storage.ts'

it('says when the disk is full, or that retention comes first', () => {
  const growth = { sentDay: 1000, sent: 10_000, storedBytes: 2000, freeBytes: 1000, retentionDays: 30 }
  expect(forecast(growth)).toEqual({ bytesDay: 200, fullSizeBytes: 6000, daysLeft: 5 })
  expect(forecast({ ...growth, freeBytes: 4000 }).daysLeft).toBeNull()
  expect(forecast({ ...growth, retentionDays: 10 }).daysLeft).toBeNull()
  expect(forecast({ ...growth, sent: 0, sentDay: 0 })).toEqual({
    bytesDay: 0,
    fullSizeBytes: 0,
    daysLeft: null,
  })
})
