import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryError, wholeRegex } from '../../lib/logql/index.ts'
import type { Selector } from './ast.ts'
import type { Value } from './column.ts'
import { Evaluator } from './evaluate.ts'
import { parsePromQl } from './parser.ts'
import { loadsOf } from './plan.ts'
import { atMoment } from './steps.ts'
import type { StoredSeries } from './stored-series.ts'

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
  const steps = atMoment(atMs)
  const loaded = new Map<Selector, StoredSeries[]>()
  for (const { selector } of loadsOf(expression, steps))
    loaded.set(
      selector,
      data.filter(s => matches(s, selector)),
    )
  return new Evaluator(steps, loaded).evaluate(expression)
}

function matches({ labels }: StoredSeries, { matchers }: Selector): boolean {
  return matchers.every(({ name, operator, value }) => {
    const own = labels[name] ?? ''
    if (operator === '=' || operator === '!=') return (own === value) === (operator === '=')
    return wholeRegex(value).test(own) === (operator === '=~')
  })
}

const rounded = (value: number) => Math.round(value * 1e6) / 1e6

/** The first value of each series by its labels; of a number the number, of a text the text. */
function table(value: Value): number | string | Record<string, number> {
  if (value.kind === 'scalar') return rounded(value.values[0] ?? Number.NaN)
  if (value.kind === 'string') return value.text
  return Object.fromEntries(
    (value as Extract<Value, { kind: 'vector' }>).columns.map(c => [
      Object.entries(c.labels)
        .map(([k, v]) => `${k}=${v}`)
        .join(','),
      rounded(c.values[0] ?? 0),
    ]),
  )
}

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
      'requests_total{host="a"} - on(host) group_left requests_total{service="cart"}',
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
    else if (typeof expected === 'number') expect(table(evaluate(text))).toBe(expected)
    else
      expect(table(evaluate(text))).toEqual(
        Object.fromEntries(Object.entries(expected).map(([k, v]) => [k, Math.round(v * 1e6) / 1e6])),
      )
  })

  // one line a kind of thing; values from Prometheus' documentation of each
  it.each([
    ['requests_total{service="cart"} @ 300', { '__name__=requests_total,service=cart,host=a': 7 }],
    ['hits @ start()', { '__name__=hits,service=web': 3 }],
    [
      'requests_total{host="a",service="web"} offset 1m',
      { '__name__=requests_total,service=web,host=a': 540 },
    ],
    [
      'requests_total{host="a",service="web"} @ 660 offset 1m',
      { '__name__=requests_total,service=web,host=a': 600 },
    ],
    ['max_over_time(rate(requests_total{host="b"}[1m])[5m:1m])', { 'service=web,host=b': 2 }],
    ['sum_over_time(vector(2)[5m:1m])', { '': 10 }],
    ['count_over_time(vector(time() > bool 0)[10m:2m])', { '': 5 }],
    ['-hits', { 'service=web': -3 }],
    ['2 ^ 3 ^ 2', 512],
    ['-(1 + 2)', -3],
    ['5 % 3 + 0x1F + 1_000', 1033],
    ['1 > bool 2', 0],
    ['3 atan2 4', 0.643501],
    ['Inf - Inf == bool NaN', 0],
    ['requests_total{service="cart"} > 5', { '__name__=requests_total,service=cart,host=a': 7 }],
    ['5 < requests_total{service="cart"}', { '__name__=requests_total,service=cart,host=a': 7 }],
    ['requests_total{service="cart"} > bool 50', { 'service=cart,host=a': 0 }],
    [
      'requests_total and on(host) requests_total{service="cart"}',
      { '__name__=requests_total,service=web,host=a': 600, '__name__=requests_total,service=cart,host=a': 7 },
    ],
    ['requests_total unless requests_total{host="a"}', { '__name__=requests_total,service=web,host=b': 600 }],
    [
      'hits or requests_total{service="cart"}',
      { '__name__=hits,service=web': 3, '__name__=requests_total,service=cart,host=a': 7 },
    ],
    [
      'requests_total * on(service) group_left() hits',
      { 'service=web,host=a': 1800, 'service=web,host=b': 1800 },
    ],
    [
      'hits * on(service) group_right requests_total',
      { 'service=web,host=a': 1800, 'service=web,host=b': 1800 },
    ],
    ['sum(requests_total) / ignoring(x) sum(hits)', { '': 402.333333 }],
    ['quantile(0.5, requests_total)', { '': 600 }],
    ['stddev by (service) (requests_total)', { 'service=web': 0, 'service=cart': 0 }],
    ['group(requests_total)', { '': 1 }],
    ['count_values("v", requests_total)', { 'v=600': 2, 'v=7': 1 }],
    ['bottomk(1, requests_total)', { '__name__=requests_total,service=cart,host=a': 7 }],
    ['limitk(1, hits)', { '__name__=hits,service=web': 3 }],
    ['limit_ratio(1, hits)', { '__name__=hits,service=web': 3 }],
    ['limit_ratio(0, hits)', {}],
    [
      'label_replace(hits, "team", "$1-$2", "service", "(w)(.*)")',
      { '__name__=hits,service=web,team=w-eb': 3 },
    ],
    ['label_join(hits, "both", "/", "service", "service")', { '__name__=hits,service=web,both=web/web': 3 }],
    ['absent(nothing{job="x"})', { 'job=x': 1 }],
    ['absent(hits)', {}],
    ['absent_over_time(nothing{job="x"}[5m])', { 'job=x': 1 }],
    ['scalar(hits) + 1', 4],
    ['time()', 600],
    ['timestamp(hits)', { 'service=web': 600 }],
    ['hour(vector(3600 * 5))', { '': 5 }],
    ['day_of_year(vector(86400 * 31))', { '': 32 }],
    ['days_in_month(vector(86400 * 31))', { '': 28 }],
    ['round(vector(2.5))', { '': 3 }],
    ['round(vector(7), 5)', { '': 5 }],
    ['clamp(hits, 0, 2)', { 'service=web': 2 }],
    ['deriv(requests_total{host="a"}[5m])', { 'service=web,host=a': 1, 'service=cart,host=a': 0 }],
    ['predict_linear(requests_total{host="a",service="web"}[5m], 60)', { 'service=web,host=a': 660 }],
    ['changes(requests_total{service="cart"}[5m])', { 'service=cart,host=a': 0 }],
    ['resets(requests_total{host="b"}[10m])', { 'service=web,host=b': 1 }],
    ['idelta(requests_total{host="a",service="web"}[1m])', { 'service=web,host=a': 15 }],
    ['stdvar_over_time(requests_total{service="cart"}[5m])', { 'service=cart,host=a': 0 }],
    ['mad_over_time(requests_total{service="cart"}[5m])', { 'service=cart,host=a': 0 }],
    ['first_over_time(hits[1m])', { '__name__=hits,service=web': 3 }],
    ['present_over_time(hits[1m])', { 'service=web': 1 }],
    ['ts_of_last_over_time(hits[1m])', { 'service=web': 600 }],
    ['quantile_over_time(0.5, hits[1m])', { 'service=web': 3 }],
    ['sum without () (hits)', { 'service=web': 3 }],
    [
      'sum by (service) (rate(requests_total[5m] offset (1m + 1m)))',
      { 'service=web': 2.894737, 'service=cart': 0 },
    ],
    ['hits{service="\\x77eb"}', { '__name__=hits,service=web': 3 }],
    ['label_replace(hits, "service", "\\xc3\\xa9", "", "")', { '__name__=hits,service=é': 3 }],
    ['sum by (service.name) (hits{service.name=""} unless http.server.requests)', { '': 3 }],
    ['{"hits", "service"=~"w.*"}', { '__name__=hits,service=web': 3 }],
    ['"text"', 'text'],
    [
      'sort_desc(requests_total{host="a"})',
      { '__name__=requests_total,service=web,host=a': 600, '__name__=requests_total,service=cart,host=a': 7 },
    ],
  ])('knows %s', (text, expected) => {
    expect(table(evaluate(text))).toEqual(expected)
  })

  it.each([
    [
      'anchored',
      [
        [480, 480],
        [495, 495],
        [510, 510],
        [525, 525],
        [540, 540],
      ],
    ],
    [
      'smoothed',
      [
        [480, 480],
        [495, 495],
        [510, 510],
        [525, 525],
        [540, 540],
      ],
    ],
    [
      'smoothed offset 5s',
      [
        [475, 475],
        [480, 480],
        [495, 495],
        [510, 510],
        [525, 525],
        [535, 535],
      ],
    ],
    [
      'anchored offset 5s',
      [
        [475, 465],
        [480, 480],
        [495, 495],
        [510, 510],
        [525, 525],
        [535, 525],
      ],
    ],
  ])('answers a range that is %s with what stands at its edges', (extension, points) => {
    const value = evaluate(`requests_total{service="web",host="a"}[1m] ${extension}`, 540_000)
    expect(value.kind === 'matrix' && value.series.map(({ points: own }) => own)).toEqual([
      points.map(([second, number]) => [(second as number) * 1000, number]),
    ])
  })

  it.each([
    [
      'requests_total + on(service) hits',
      'several series on the left side match {service="web"}: ask for group_left, or group_right where they stand on the right',
    ],
    ['hits + on(service) requests_total', 'several series on the right side match {service="web"}: '],
    [
      'label_replace(requests_total, "host", "", "", "")',
      'the result has several series with the labels {__name__="requests_total", service="web"}',
    ],
    ['label_replace(hits, "", "x", "service", ".*")', 'a label has no name'],
    ['label_replace(hits, "a\\xc5z", "x", "service", ".*")', 'the name of a label is no UTF-8'],
    ['label_join(hits, "x", "-", "a\\xc5z")', 'the name of a label is no UTF-8'],
    ['count_values("a\\xc5z", hits)', 'the name of a label is no UTF-8'],
    ['count_values("", hits)', 'a label has no name'],
  ])('cannot answer %s', (text, message) => {
    expect(() => evaluate(text)).toThrow(message)
  })

  it.each([
    ['', 'the query is empty', 'name a metric, as in system_cpu_utilization_ratio'],
    ['rate(requests_total)', 'rate wants a range vector', 'rate(metric[5m])'],
    ['rat(requests_total[5m])', 'the function rat is not known here', 'did you mean rate?'],
    ['sum(', 'the query ends too early', undefined],
    ['{}', 'a selector needs a metric name or a label that must have a value', undefined],
    ['1 > 2', 'a comparison of two numbers needs bool', 'write > bool'],
    ['x and 1', 'and goes with two instant vectors', undefined],
    ['x + bool y', 'bool goes with comparisons only', undefined],
    ['sum(1)', 'sum wants an instant vector, found a number', undefined],
    ['topk(x)', 'topk takes a scalar and an instant vector, found 1', undefined],
    ['rate(x[5m], 1)', 'rate takes 1 arguments, found 2', undefined],
    ['x[0s]', "found '0s', expected a duration as in 5m", undefined],
    ['"a" + x', '+ goes with numbers and instant vectors, found a text', undefined],
    ['sum(x) offset 5m', 'offset goes with a selector or a subquery', 'put it behind the selector inside'],
    ['x and on(a) group_left y', 'no grouping goes with and: it is many to many', undefined],
    ['x / on(a) group_left(a) y', 'the label a stands in on and in the grouping', undefined],
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
