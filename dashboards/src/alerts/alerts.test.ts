import { describe, expect, it } from 'vitest'
import { readDuration } from '../ui/duration.ts'
import { gridOf, spansOf } from './firing-spans.ts'
import { readMatchers, writeMatchers } from './matchers.ts'
import { ruleYaml } from './rule-yaml.ts'
import { alertLabels, windowMs } from './trace-rule.ts'

const at = (...seconds: number[]) => seconds.map(second => [second, '1'] as [number, string])

describe('when a rule would have fired', () => {
  it('makes spans of points, and two of those that are apart', () => {
    expect(spansOf(at(60, 120, 180, 600), 60_000)).toEqual([
      { fromMs: 60_000, toMs: 240_000 },
      { fromMs: 600_000, toMs: 660_000 },
    ])
    expect(spansOf([], 60_000)).toEqual([])
  })

  it('counts from when it has held for long enough', () => {
    expect(spansOf(at(60, 120, 180, 600), 60_000, 120_000)).toEqual([{ fromMs: 180_000, toMs: 240_000 }])
  })

  it('looks as often as the rule would, within what an answer holds', () => {
    const week = { start: '2026-11-22T00:00:00Z', end: '2026-11-29T00:00:00Z' }
    expect(gridOf(week, 60_000).stepMs).toBe(60_000)
    expect(gridOf(week, 1_000).stepMs).toBe(60_000)
    expect(gridOf(week, 300_000).stepMs).toBe(300_000)
  })

  it('reads durations as Prometheus writes them', () => {
    expect(['5m', '1h30m', '90s', '250ms', '1w'].map(readDuration)).toEqual([
      300_000, 5_400_000, 90_000, 250, 604_800_000,
    ])
    expect(['', '5', '5 m', 'soon'].map(readDuration)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('writes a rule that quotes what has to be', () => {
    const rule = {
      name: 'A',
      language: 'promql' as const,
      expr: 'x{a="b: c"} > 1',
      forText: '5m',
      interval: '1m',
      severity: '',
      summary: 'a "b"',
    }
    expect(ruleYaml(rule)).toBe(
      'groups:\n  - name: "A"\n    type: promql\n    interval: 1m\n    rules:\n      - alert: "A"\n        expr: "x{a=\\"b: c\\"} > 1"\n        for: 5m\n        annotations: { summary: "a \\"b\\"" }\n',
    )
  })
})

describe('a rule over spans', () => {
  it('is tried over the window that it looks back at, with the labels that its alerts have', () => {
    expect(windowMs('{ status = error } | rate() > 1')).toBe(300_000)
    expect(windowMs('({} | rate()) / ({} | rate()) > 0.05 with (window=15m)')).toBe(900_000)
    expect(windowMs('{ span.a = "with (window=1h)" } | rate() > 1')).toBe(300_000)
    expect(alertLabels({ __name__: 'rate', 'resource.service.name': 'cart' })).toEqual({
      resource_service_name: 'cart',
    })
  })
})

describe('matchers of a silence', () => {
  it('are read as they are written', () => {
    expect(readMatchers('a="x", b!~"y.*"')).toEqual([
      { name: 'a', value: 'x', isRegex: false, isEqual: true },
      { name: 'b', value: 'y.*', isRegex: true, isEqual: false },
    ])
    const odd = { alertname: 'a "quoted", {odd} \\ one' }
    expect(readMatchers(writeMatchers(odd))).toEqual([
      { name: 'alertname', value: odd.alertname, isRegex: false, isEqual: true },
    ])
  })

  it('are refused where they are none', () => {
    for (const text of ['', 'a', 'a=b', 'a="x" b="y"', 'a="x', '9a="x"'])
      expect(readMatchers(text), text).toBeUndefined()
  })
})
