import { expect, it } from 'vitest'
import { rangeName } from './range-name.ts'

it.each([
  ['now-1h', 'now', 'Last hour'],
  ['now-3h', 'now', 'Last 3 hours'],
  ['now-1w', 'now', 'Last week'],
  ['now-90s', 'now', 'Last 90 seconds'],
  ['now-2h', 'now-1h', 'now-2h to now-1h'],
  ['1795983098034', 'now', 'at 1795983098034 to now'],
])('a range from %s to %s is called %s', (start, end, name) => {
  expect(rangeName({ start, end }, { dateTime: ms => `at ${ms}` })).toBe(name)
})
