import { expect, it } from 'vitest'
import { playScript } from '../testing/play.ts'

const said =
  'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "level"'

// source of the places: the answers of a Prometheus 3.16 to the same
const script = `
load 1m
  level 1 2 3 4 5 6

eval instant at 5m 0 * rate(level[5m])
  expect info msg: ${said} (1:10)
  {} 0

eval instant at 5m 0 * rate(level[5m:1m])
  expect info msg: ${said} (1:1)
  {} 0

eval instant at 5m 0 * rate(((level)[5m:1m]))
  expect info msg: ${said} (1:1)
  {} 0
`

it('what is said of a subquery stands at the beginning, of a range where it is', () => {
  const { played, wrong } = playScript(script)
  expect(played).toBe(3)
  expect(wrong).toEqual([])
})
