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

eval instant at 5m 0 * sum by ("größe") (rate(level[5m]))
  expect info msg: ${said} (1:30)
  {} 0
`

it('what is said of a subquery stands at the beginning, of a range where it is, counted in bytes', () => {
  const { played, wrong } = playScript(script)
  expect(played).toBe(4)
  expect(wrong).toEqual([])
})

it('of the parameters of all steps the one is named that lies farthest outside', () => {
  const warning = 'PromQL warning: quantile value should be between 0 and 1, got'
  const { played, wrong } = playScript(`
load 1m
  level 1 1 1

eval range from 0 to 2m step 1m 0 * quantile(time() + 2, level) > 1
  expect warn msg: ${warning} 122 (1:14)

eval range from 0 to 2m step 1m 0 * quantile(-1 - time(), level) > 1
  expect warn msg: ${warning} -121 (1:14)
`)
  expect(played).toBe(2)
  expect(wrong).toEqual([])
})
