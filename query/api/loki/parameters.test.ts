import { describe, expect, it } from 'vitest'
import { parseLogQuery, QueryError } from '../../../lib/logql/index.ts'
import { Parameters } from './parameters.ts'
import { lokiPattern } from './patterns.ts'
import { selectionOf } from './selection.ts'

const nowMs = 1_763_862_000_000
const given = (values: Record<string, string>) => new Parameters(new URLSearchParams(values), nowMs)

describe("Loki's parameters", () => {
  it.each([
    ['1763862000', 1_763_862_000_000_000_000n],
    ['1763862000.5', 1_763_862_000_500_000_000n],
    ['1763862000123456789', 1_763_862_000_123_456_789n],
    ['1763862000123', 1_763_862_000_123n],
    ['2025-11-23T01:40:00Z', 1_763_862_000_000_000_000n],
    ['2025-11-23T02:40:00.123456789+01:00', 1_763_862_000_123_456_789n],
    ['0', 0n],
  ])('take %s as a time', (text, ns) => {
    expect(given({ start: text }).timeNs('start', 7n)).toBe(ns)
  })

  it.each(['now', '12345678901234567890123', '2025-11-23', 'NaN', '1e9'])('refuse %s', text => {
    expect(() => given({ start: text }).timeNs('start', 7n)).toThrow('start')
  })

  it('take since back from the end, or from now where the end is later', () => {
    const { startNs, endNs } = given({ end: '1763860000', since: '10m' }).range()
    expect([startNs, endNs]).toEqual([1_763_859_400_000_000_000n, 1_763_860_000_000_000_000n])
    expect(given({ end: '1863860000', since: '10m' }).range().startNs).toBe(1_763_861_400_000_000_000n)
  })

  it('take steps in milliseconds, seconds and durations', () => {
    const range = given({}).range()
    expect(['15000ms', '15', '15s', '0.25m'].map(step => given({ step }).stepMs(range, 11_000))).toEqual(
      Array.from({ length: 4 }, () => 15_000),
    )
  })
})

describe('a selection', () => {
  it.each([
    ['{a="x|y"} | json | logfmt | drop __error__, __error_details__ |= "a|b"', '{a="x|y"} |= "a|b"'],
    ['{a=~`.+`} | logfmt --strict | status="1"', '{a=~`.+`} | status="1"'],
    ['', ''],
  ])('of %s is %s', (text, selected) => {
    expect(selectionOf(text)).toEqual(parseLogQuery(selected))
  })

  it.each(['{a="1"} | json path="a.b" | path="x"', '{a="1"} | line_format "x" |= "x"', 'rate({a="1"}[5m])'])(
    'is not %s',
    text => {
      expect(() => selectionOf(text)).toThrow(QueryError)
    },
  )
})

it('a template has one wildcard for masks side by side', () => {
  expect(lokiPattern('GET /<num>/<*> from <ip><num>')).toBe('GET /<_>/<_> from <_>')
})
