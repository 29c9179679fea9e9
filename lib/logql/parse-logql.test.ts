import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MetricQuery } from './ast.ts'
import { QueryError } from './error.ts'
import { formatLogQl } from './format.ts'
import { parseLogQl } from './parse-logql.ts'

function metric(text: string): MetricQuery {
  const parsed = parseLogQl(text)
  if (parsed.kind !== 'metric') throw new Error('not a metric query')
  return parsed
}

function failure(text: string): QueryError {
  try {
    parseLogQl(text)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error(`'${text}' was taken`)
}

describe('a metric query', () => {
  it('is range aggregations, and PromQL over them', () => {
    const text =
      'sum by (app) (rate({a="b"} |= "x" [5m] offset 1h)) / on(app) group_left count_over_time({a="c"}[1m30s]) > bool 0.5'
    const { promql, ranges } = metric(text)
    expect(promql.replaceAll(/ +/g, ' ')).toBe('sum by (app) (r:0 ) / on(app) group_left r:1 > bool 0.5')
    expect(promql).toHaveLength(text.length)
    expect(ranges).toEqual([
      {
        operation: 'rate',
        parameter: undefined,
        query: {
          matchers: [{ label: 'a', operator: '=', value: 'b' }],
          stages: [{ kind: 'line', operator: '|=', values: ['x'] }],
        },
        unwrap: undefined,
        rangeMs: 300_000,
        offsetMs: 3_600_000,
        grouping: undefined,
      },
      {
        operation: 'count_over_time',
        parameter: undefined,
        query: { matchers: [{ label: 'a', operator: '=', value: 'c' }], stages: [] },
        unwrap: undefined,
        rangeMs: 90_000,
        offsetMs: 0,
        grouping: undefined,
      },
    ])
  })

  it.each([
    ['-2 ^ 2', '(-2) ^ 2'],
    ['rate({a="b"}[1m]) * -2^2 or vector(1)', 'r:0 * (-2)^2 or vector(1)'],
    ['vector(1) - 2 ^ 2', 'vector(1) - 2 ^ 2'],
    ['-2 * 2', '-2 * 2'],
  ])('a sign before a number belongs to it before a power: %s', (text, promql) => {
    expect(metric(text).promql.replaceAll(/ +/g, ' ').trim()).toBe(promql)
  })

  it.each([
    ['rate(({a="b"} | json)[5m])', 'rate({a="b"} | json [5m])'],
    ['rate({a="b"}[5m] | json)', 'rate({a="b"} | json [5m])'],
    ['rate({a="b"}[5m] offset 1m | json)', 'rate({a="b"} | json [5m] offset 1m)'],
    ['rate(({a="b"}[5m]))', 'rate({a="b"}[5m])'],
    ['avg_over_time({a="b"}[5m] | unwrap x)', 'avg_over_time({a="b"} | unwrap x [5m])'],
    ['avg_over_time(({a="b"} | json | unwrap x)[5m])', 'avg_over_time({a="b"} | json | unwrap x [5m])'],
    [
      'avg_over_time({a="b"}[5m] | json | unwrap x | x > 5)',
      'avg_over_time({a="b"} | json | unwrap x | x > 5 [5m])',
    ],
  ])('%s is %s', (one, other) => {
    expect(metric(one).ranges).toEqual(metric(other).ranges)
  })

  it('has parameters, conversions, groups and offsets below zero', () => {
    const [range] = metric(
      'quantile_over_time(0.99, {a="b"} | unwrap duration_seconds(took) | __error__="" [5m] offset -30s) by (path, code)',
    ).ranges
    expect(range).toMatchObject({
      parameter: 0.99,
      offsetMs: -30_000,
      unwrap: { label: 'took', conversion: 'duration_seconds', after: [{ kind: 'label' }] },
      grouping: { isBy: true, labels: ['path', 'code'] },
    })
  })

  it.each([
    'vector(1)',
    '1 + 2 * 3',
    'label_replace(rate({a="b"}[1m]), "dst", "$1", "src", "(.*)")',
    'topk(5, sum(rate({a="b"}[1m])) by (x))',
    'sort_desc(sum without (x) (bytes_rate({a="b"}[1m])))',
    'rate({a="b"}[1m]) unless ignoring (x) bytes_over_time({a="b"}[1m])',
    'absent_over_time({a="b"} | unwrap x [1m])',
    '(rate({a="b"}[1m]))',
  ])('takes %s', text => {
    expect(metric(text).promql).toHaveLength(text.length)
  })

  it('is written in any case, with comments', () => {
    const text =
      'SUM(Count_Over_Time({a="b"} | JSON | Unwrap_x="1" OR c="2" [5m] OFFSET 1h)) BY (App) // all\n# of them'
    const plain = 'sum(count_over_time({a="b"} | json | Unwrap_x="1" or c="2" [5m] offset 1h)) by (App)'
    const [one, other] = [metric(text), metric(plain)]
    expect(one.ranges).toEqual(other.ranges)
    expect(one.promql.trimEnd()).toBe(
      other.promql.replace('sum', 'SUM').replace('by', 'BY').toLowerCase().replace('app', 'App'),
    )
  })

  it('may be several of the same lines, numbered', () => {
    const { promql, ranges } = metric(
      'variants(sum by (app) (rate({a="b"} | json [1m])), bytes_rate({a="b"}[1m])) of ({a="b"} |= "x" [5m] offset 1m)',
    )
    expect(promql.replaceAll(/ +/g, ' ')).toBe(
      'label_replace(sum by (app) (r:0 ), "__variant__", "0", "", "") or label_replace(r:1, "__variant__", "1", "", "")',
    )
    expect(ranges).toEqual([
      ...metric('rate({a="b"} |= "x" | json [5m] offset 1m)').ranges,
      ...metric('bytes_rate({a="b"} |= "x" [5m] offset 1m)').ranges,
    ])
  })

  it.each([
    ['variants(rate({a="b"}[1m]))', 'found the end of the query, expected of'],
    ['variants(rate({a="b"}[1m])) of ({a="b"})', 'these lines have no range'],
    ['variants(rate({a="b"}[1m])) of ({a="b"}[1m]) + 1', 'unexpected +'],
  ])('refuses %s', (text, message) => {
    expect(failure(text).message).toBe(message)
  })

  it('keeps places and lines', () => {
    const { promql, approximate } = metric('approx_topk(3, rate({a="b"}\n[1m]))')
    expect([promql, approximate]).toEqual(['topk       (3, r:0         \n     )', [0]])
  })

  it.each([
    ['', 1, 'the query is missing'],
    ['{a="b"} [5m]', 9, 'a range of lines is no answer by itself'],
    ['rate({a="b"})', 1, 'rate has no range'],
    ['rate({a="b"}[0s])', 13, 'a range is longer than nothing'],
    ['rate({a="b"}[x])', 14, 'found x, expected a range'],
    ['rate(5m)', 6, 'found 5m, expected {'],
    ['sum_over_time({a="b"}[1m])', 1, 'sum_over_time is of numbers'],
    ['rate_counter({a="b"}[1m])', 1, 'rate_counter is of numbers'],
    ['count_over_time({a="b"} | unwrap x [1m])', 1, 'count_over_time is of lines and takes no unwrap'],
    ['bytes_rate({a="b"} | unwrap x [1m])', 1, 'bytes_rate is of lines and takes no unwrap'],
    ['sum_over_time({a="b"} | unwrap x [1m]) by (y)', 1, 'sum_over_time takes no grouping'],
    ['rate({a="b"}[1m]) by (y)', 1, 'rate takes no grouping'],
    ['quantile_over_time({a="b"} | unwrap x [1m])', 20, 'found {, expected a quantile'],
    ['approx_topk(2, rate({a="b"}[1m])) by (x)', 35, 'grouping is not allowed for approx_topk'],
    ['1 + approx_topk by (x) (2, rate({a="b"}[1m]))', 17, 'grouping is not allowed for approx_topk'],
    ['sum(APPROX_TOPK(2, rate({a="b"}[1m])) without (x))', 39, 'grouping is not allowed for approx_topk'],
    ['max_over_time(5, {a="b"} | unwrap x [1m])', 15, 'found 5, expected {'],
    ['sum({a="b"})', 5, 'lines are no metric'],
    ['sum_over_time({a="b"} | unwrap minutes(x) [1m])', 39, 'minutes is no conversion'],
    [`${'rate({a="b"}[1m]) + '.repeat(33)}1`, 641, 'more than 32 range aggregations'],
    [`{a="b"}${'| json'.repeat(65)}`, 392, 'more than 64 stages'],
    ['{a="b"} | pattern "x"', 19, 'at least one named capture is needed, as in <path>'],
    ['{a="b"} | regexp "x"', 18, 'at least one named group is needed'],
    ['{a="b"} | line_format "{{"', 23, undefined],
    ['{a="b"} | json x="a..b"', 16, '"a..b" is no place in JSON'],
    ['{a="b"} | logfmt --nope', 20, 'logfmt knows no --nope'],
    ['{a="b"} | label_format x=y,x=z', 28, 'the label x is written twice in one label_format'],
  ])('refuses %s', (text, column, message) => {
    const error = failure(text)
    expect(error.column).toBe(column)
    if (message !== undefined) expect(error.message).toBe(message)
  })

  it.each(['unwrap', 'drop', 'keep', 'line_format', 'pattern', 'by', 'or', 'ip', 'bool', 'offset'])(
    'takes %s for a label where it is compared',
    name => {
      const condition = `| ${name}="x" | ${name}!="y" | ${name}=~"z"`
      expect(formatLogQl(`{a="b"} ${condition}`)).toBe(`{a="b"} ${condition}`)
      expect(metric(`rate({a="b"} | ${name} > 5 [1m])`).ranges).toHaveLength(1)
    },
  )

  it('takes != behind a parser for a line filter', () => {
    expect(formatLogQl('{a="b"} | json = "x" | json != "y"')).toBe('{a="b"} | json="x" | json != "y"')
  })

  it('says what may have been meant', () => {
    expect(failure('sum(rat({a="b"}[1m]))').suggestion).toBe('did you mean rate?')
    expect(failure('sum({a="b"})').suggestion).toContain('count_over_time')
  })

  it('takes any text or refuses it with a place', () => {
    const parts = [
      'rate',
      '(',
      ')',
      '{a="b"}',
      '[5m]',
      '|',
      'json',
      'unwrap',
      'x',
      'by',
      ',',
      '5',
      'sum',
      '+',
      'offset',
      '-',
      '|=',
      '"s"',
      'or',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts)), words => {
        try {
          parseLogQl(words.join(' '))
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
