import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryError } from '../../lib/logql/index.ts'
import type { Selector } from './ast.ts'
import type { Value } from './column.ts'
import { Evaluator, selectorsOf } from './evaluate.ts'
import { parsePromQl } from './parser.ts'
import type { StoredSeries } from './series.ts'

const series = (labels: Record<string, string>, points: [number, number][], delta = false): StoredSeries => ({
  labels,
  delta,
  samples: {
    timesMs: Float64Array.from(points.map(p => p[0])),
    values: Float64Array.from(points.map(p => p[1])),
  },
  staleMs: new Float64Array(),
})

const every15s = (valueAt: (i: number) => number): [number, number][] =>
  Array.from({ length: 41 }, (_, i) => [i * 15_000, valueAt(i)])

const data = [
  series(
    { __name__: 'requests_total', service: 'web', host: 'a' },
    every15s(i => i * 15),
  ),
  series(
    { __name__: 'requests_total', service: 'web', host: 'b' },
    every15s(i => (i < 20 ? i * 30 : (i - 20) * 30)),
  ),
  series(
    { __name__: 'requests_total', service: 'cart', host: 'a' },
    every15s(() => 7),
  ),
  series(
    { __name__: 'hits', service: 'web' },
    every15s(() => 3),
    true,
  ),
]

function evaluate(text: string, atMs = 600_000): Value {
  const expression = parsePromQl(text)
  const loaded = new Map<Selector, StoredSeries[]>()
  for (const selector of selectorsOf(expression))
    loaded.set(
      selector,
      data.filter(s => selector.matchers.every(m => (s.labels[m.name] ?? '') === m.value)),
    )
  return new Evaluator({ startMs: atMs, stepMs: 60_000, count: 1 }, loaded).evaluate(expression)
}

const table = (value: Value) =>
  typeof value === 'number'
    ? value
    : Object.fromEntries(
        value.map(c => [
          Object.entries(c.labels)
            .map(([k, v]) => `${k}=${v}`)
            .join(','),
          Math.round((c.values[0] ?? 0) * 1e6) / 1e6,
        ]),
      )

describe('PromQL', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['-2 ^ 2', -4],
    ['requests_total{service="cart"}', { '__name__=requests_total,service=cart,host=a': 7 }],
    ['rate(requests_total{host="a"}[5m])', { 'service=web,host=a': 1, 'service=cart,host=a': 0 }],
    ['rate(requests_total{host="b"}[5m])', { 'service=web,host=b': 2 }],
    ['increase(hits[5m])', { 'service=web': 60 }],
    ['sum by (service) (rate(requests_total[5m]))', { 'service=web': 3, 'service=cart': 0 }],
    ['sum without (host, service) (requests_total)', { '': 600 + 600 + 7 }],
    ['avg(requests_total)', { '': (600 + 600 + 7) / 3 }],
    ['count by (host) (requests_total)', { 'host=a': 2, 'host=b': 1 }],
    ['max_over_time(requests_total{service="cart"}[1m]) * 2', { 'service=cart,host=a': 14 }],
    ['min_over_time(requests_total{host="b"}[10m])', { 'service=web,host=b': 0 }],
    ['topk(1, requests_total{service="web"} * 1)', { 'service=web,host=a': 600 }],
    ['requests_total > 100 and', null],
    ['sum(requests_total) / count(requests_total)', { '': (600 + 600 + 7) / 3 }],
    [
      'requests_total{host="a"} - on(host) requests_total{service="cart"}',
      { 'service=web,host=a': 593, 'service=cart,host=a': 0 },
    ],
    ['requests_total{service="cart"} == bool 7', { 'service=cart,host=a': 1 }],
    [
      'requests_total offset 5m',
      {
        '__name__=requests_total,service=web,host=a': 300,
        '__name__=requests_total,service=web,host=b': 0,
        '__name__=requests_total,service=cart,host=a': 7,
      },
    ],
    ['absent_metric', {}],
  ])('%s', (text, expected) => {
    if (expected === null) expect(() => evaluate(text)).toThrow(QueryError)
    else if (typeof expected === 'number') expect(evaluate(text)).toBe(expected)
    else
      expect(table(evaluate(text))).toEqual(
        Object.fromEntries(Object.entries(expected).map(([k, v]) => [k, Math.round(v * 1e6) / 1e6])),
      )
  })

  it.each([
    ['', 'the query is empty', 'name a metric, as in system_cpu_utilization_ratio'],
    ['rate(requests_total)', 'rate wants a range vector', 'rate(metric[5m])'],
    ['rat(requests_total[5m])', 'the function rat is not known here', 'did you mean rate?'],
    ['requests_total[5m]', 'a range vector is no answer by itself', 'rate(requests_total[5m]) gives one'],
    ['sum(', 'the query ends too early', undefined],
    ['{}', 'a selector needs a metric name or a label that must have a value', undefined],
    [
      'x{a=~"("}',
      'not a regular expression: a group is not closed',
      'add a closing ), or write \\( for a parenthesis itself',
    ],
  ])('refuses %s', (text, message, suggestion) => {
    try {
      parsePromQl(text)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(QueryError)
      expect((error as QueryError).message).toBe(message)
      expect((error as QueryError).suggestion).toBe(suggestion)
    }
  })

  it('takes any text or refuses it', () => {
    const parts = fc.constantFrom(
      'sum',
      'by',
      '(',
      ')',
      'rate',
      'x',
      '[5m]',
      '{',
      '}',
      'a="b"',
      '+',
      '-',
      '1',
      ',',
      'offset',
      '5m',
      '@',
      ':',
    )
    fc.assert(
      fc.property(
        fc.array(parts).map(p => p.join(' ')),
        text => {
          try {
            parsePromQl(text)
          } catch (error) {
            expect(error).toBeInstanceOf(QueryError)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
