import { expect, test } from 'vitest'
import { parseMetricsText } from './text-format.ts'

test.each(['a 3 abc', 'a 5 # a comment behind it', 'a{le="1"} 2 # {trace_id="x"} 0.5', 'a 1 2 3'])(
  'a sample whose time is none makes the text invalid: %s',
  line => {
    expect(() => parseMetricsText(`b 1\n${line}\n`, false)).toThrow(line)
  },
)

test('a time is in milliseconds, in OpenMetrics in seconds', () => {
  const timeOf = (isOpenMetrics: boolean) =>
    parseMetricsText('a 1 1700000000\n# EOF\n', isOpenMetrics)[0]?.samples[0]?.timeMs
  expect(timeOf(false)).toBe(1_700_000_000)
  expect(timeOf(true)).toBe(1_700_000_000_000)
})
