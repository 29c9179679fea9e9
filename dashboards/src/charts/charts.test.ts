import { describe, expect, it } from 'vitest'
import { strokeOf } from '../ui/palette.ts'
import { distinctLabels, farthest, figuresOf, gridOf, nameOf, stacked, timesOf, valuesAt } from './align.ts'
import { lonely, rangeOf } from './chart-options.ts'
import { heatRowsOf, scaleOf } from './heat.ts'
import { shortNames } from './short-names.ts'
import { formatValue, tickSteps, unitOfQuery, unitWords } from './units.ts'

const grid = { startMs: 60_000, endMs: 180_000, stepMs: 60_000 }

describe('a small place for names', () => {
  it('shows what tells series apart, the most telling first', () => {
    const name = (path: string, code: string) =>
      `http_requests{job="node-exporter", code="${code}", path="${path}"}`
    const names = [name('/one', '200'), name('/two', '200'), name('/three', '500')]
    expect(shortNames(names)).toEqual([
      'path="/one", code="200"',
      'path="/two", code="200"',
      'path="/three", code="500"',
    ])
    const odd = shortNames([name('a{b}, c=\\"d\\"', '1'), name('e', '1')])
    expect(odd).toEqual(['path="a{b}, c=\\"d\\""', 'path="e"'])
  })

  it('keeps in front what stands before the labels, where it is not the same', () => {
    const labels = (state: string) => `{host="a-host-with-a-long-name", state="${state}"}`
    const names = [`a: used${labels('free')}`, `b: used${labels('free')}`, `b: used${labels('cached')}`]
    expect(shortNames(names)).toEqual([
      'a: used{state="free"}',
      'b: used{state="free"}',
      'b: used{state="cached"}',
    ])
  })

  it('leaves short names and those of one alone, and words that all have', () => {
    expect(shortNames(['a{x="1"}', 'a{x="2"}'])).toEqual(['a{x="1"}', 'a{x="2"}'])
    expect(shortNames(['only{one="x", of="a name that is very long indeed"}'])).toHaveLength(1)
    const long = 'requests of the payment service to'
    expect(shortNames([`${long} cart a second`, `${long} stock a second`])).toEqual(['…cart…', '…stock…'])
    expect(new Set(shortNames([`${long} x`, `${long} x y`])).size).toBe(2)
  })

  it('is told apart by dashes, or as bars by being paler, where the colours are used up', () => {
    for (const kind of ['line', 'area', 'bars'] as const) {
      const strokes = Array.from({ length: 50 }, (_, i) => JSON.stringify(strokeOf(i, kind)))
      expect(new Set(strokes).size).toBe(50)
    }
  })

  it('have an axis from zero with room beyond them, below zero too', () => {
    expect(rangeOf(undefined, 2, 100)).toEqual([0, 108])
    expect(rangeOf(undefined, -100, -2)).toEqual([-108, 0])
    expect(rangeOf(undefined, 0, 0)).toEqual([0, 1])
  })

  it('finds values that stand alone', () => {
    expect(lonely([null, 1, null, 2, 3, null, 4])).toEqual([1, 6])
    expect(lonely([1, 2])).toBeNull()
  })
})

describe('series on a grid', () => {
  it('has steps that are whole, on their own multiples', () => {
    expect(gridOf(61_000, 3_661_000, 240)).toEqual({ startMs: 75_000, endMs: 3_661_000, stepMs: 15_000 })
    expect(timesOf(grid)).toEqual([60, 120, 180])
  })

  it('has null where a series has no value, or none that can be drawn', () => {
    const series = {
      metric: {},
      values: [
        [60, '1'],
        [120, 'NaN'],
        [180, '+Inf'],
      ] as [number, string][],
    }
    expect(valuesAt(series, grid, 3)).toEqual([1, null, null])
  })

  it('names series by a format, or by what tells them apart', () => {
    expect(nameOf({ host: 'a', cpu: '0' }, '{{host}} cpu {{ cpu }}{{none}}')).toBe('a cpu 0')
    expect(nameOf({ __name__: 'up', host: 'a' })).toBe('up{host="a"}')
    expect(nameOf({})).toBe('value')
    const same = [
      { host: 'a', job: 'x' },
      { host: 'b', job: 'x' },
    ]
    expect(distinctLabels(same)).toEqual([{ host: 'a' }, { host: 'b' }])
  })

  it('stacks, and says least, most and last', () => {
    expect(
      stacked([
        [1, 2, null],
        [3, null, null],
      ]),
    ).toEqual([
      [4, 2, null],
      [3, 0, null],
    ])
    expect(figuresOf([3, null, 1, 2, null])).toEqual({ last: 2, min: 1, max: 3, mean: 2 })
    expect(figuresOf([null]).last).toBeNull()
    const four = [[1], [null], [3, null], [-2]].map(values => ({ values }))
    expect(farthest(four, 2)).toEqual([{ values: [3, null] }, { values: [-2] }])
    expect(farthest(four, 4)).toEqual(four)
  })
})

describe('a heat map', () => {
  it('takes classic buckets apart', () => {
    const bucket = (le: string, values: [number, string][]) => ({ metric: { le }, values })
    const rows = heatRowsOf(
      [bucket('1', [[60, '2']]), bucket('+Inf', [[60, '7']]), bucket('5', [[60, '6']])],
      grid,
      3,
    )
    expect(rows.map(({ lower, upper, counts }) => [lower, upper, counts[0]])).toEqual([
      [0, 1, 2],
      [1, 5, 4],
      [5, Number.POSITIVE_INFINITY, 1],
    ])
  })

  it('leaves out bounds below and above all that was observed, and none between', () => {
    const bucket = (le: string, value: string) => ({
      metric: { le },
      values: [[60, value]] as [number, string][],
    })
    const [all, few] = [
      ['1', '2', '5', '10', '20', '+Inf'],
      ['0', '3', '3', '4', '4', '4'],
    ]
    const rows = heatRowsOf(
      all.map((le, i) => bucket(le, few[i] as string)),
      grid,
      3,
    )
    expect(rows.map(({ upper }) => upper)).toEqual([2, 5, 10])
    expect(scaleOf(rows)).toEqual([
      { bound: 1, share: 0 },
      { bound: 2, share: 1 / 3 },
      { bound: 5, share: 2 / 3 },
      { bound: 10, share: 1 },
    ])
    expect(heatRowsOf([bucket('1', '0')], grid, 3)).toEqual([])
  })

  it('takes native histograms as they are', () => {
    const histogram = (buckets: [number, string, string, string][]) => ({ count: '3', sum: '4', buckets })
    const rows = heatRowsOf(
      [
        {
          metric: {},
          histograms: [
            [
              120,
              histogram([
                [0, '1', '2', '3'],
                [0, '0.5', '1', '1'],
              ]),
            ],
          ],
        },
      ],
      grid,
      3,
    )
    expect(rows).toEqual([
      { lower: 0.5, upper: 1, counts: [0, 1, 0] },
      { lower: 1, upper: 2, counts: [0, 3, 0] },
    ])
  })
})

describe('units', () => {
  it('are written as people read them', () => {
    expect(formatValue(0.25, 'share')).toBe('25 %')
    expect(formatValue(1_500, 'By/s')).toBe('1.5 kB/s')
    expect(formatValue(0.012, 's')).toBe('12 ms')
    expect(formatValue(300, 's')).toBe('5 min')
    expect(formatValue(0.83333, 'lines/s')).toBe('0.833/s')
    expect(formatValue(12, '{line}')).toBe('12')
    expect(formatValue(12, 'widgets')).toBe('12 widgets')
    expect(formatValue(null, 's')).toBe('–')
  })

  it('stand in words where they are read, and in whole minutes on an axis', () => {
    expect(['By', '{request}', 'ms', '1', 'furlong'].map(unitWords)).toEqual([
      'bytes',
      'request',
      'milliseconds',
      '',
      'furlong',
    ])
    const steps = tickSteps('ms') ?? []
    expect(steps.filter(ms => ms > 30_000 && ms < 600_000)).toEqual([60_000, 120_000, 300_000])
    expect(tickSteps('By')).toBeUndefined()
  })

  it('of a query come from its metrics', () => {
    const unitOf = (name: string) => ({ a_bytes: 'By', t_seconds: 's', n_total: '{call}' })[name]
    expect(unitOfQuery('sum by (host) (a_bytes)', unitOf)).toBe('By')
    expect(unitOfQuery('rate(a_bytes[5m])', unitOf)).toBe('By/s')
    expect(unitOfQuery('rate(t_seconds[5m])', unitOf)).toBe('share')
    expect(unitOfQuery('rate(n_total[5m])', unitOf)).toBe('ops')
    expect(unitOfQuery('a_bytes / a_bytes', unitOf)).toBe('number')
    const ofHistogram = (name: string) => (/^d_(?:sum|count|bucket)$/.test(name) ? 's' : undefined)
    expect(unitOfQuery('sum(rate(d_count[5m]))', ofHistogram)).toBe('ops')
    expect(unitOfQuery('sum by (le) (d_bucket)', ofHistogram)).toBe('number')
    expect(unitOfQuery('rate(d_sum[5m]) / rate(d_count[5m])', ofHistogram)).toBe('s')
    expect(unitOfQuery('histogram_quantile(0.9, sum by (le) (rate(d_bucket[5m])))', ofHistogram)).toBe('s')
    const ofBytes = (name: string) => (name === 'b_bucket' ? 'By' : undefined)
    expect(unitOfQuery('histogram_quantile(0.9, sum by (le) (rate(b_bucket[5m])))', ofBytes)).toBe('By')
    expect(unitOfQuery('count(a_bytes)', unitOf)).toBe('number')
    expect(unitOfQuery('a_bytes{path="/x/y"}', unitOf)).toBe('By')
  })
})
