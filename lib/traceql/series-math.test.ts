import { describe, expect, it } from 'vitest'
import { QueryError } from '../logql/index.ts'
import { formatTraceQl } from './format.ts'
import { parseTraceQl } from './parser.ts'
import type { TraceSeries } from './series.ts'
import { computedSeries } from './series-math.ts'

const series = (labels: TraceSeries['labels'], ...values: number[]): TraceSeries => ({
  labels,
  values: Float64Array.from(values),
})
const plain = (all: readonly TraceSeries[]) =>
  all.map(({ labels, values }) => [Object.fromEntries(labels), ...values])

describe('arithmetic on series', () => {
  it.each([
    ['({ status = error } | rate()) / ({} | rate())', '({ status = error } | rate()) / ({} | rate())'],
    ['({} | rate()) + ({} | rate()) * ({} | rate())', '({} | rate()) + (({} | rate()) * ({} | rate()))'],
    [
      '(({} | rate()) - ({} | rate())) * ({} | rate()) > 2 | topk(3)',
      '(({} | rate()) - ({} | rate())) * ({} | rate()) > 2 | topk(3)',
    ],
    ['(({.a} && {.b}) | rate() > 5 | topk(2) < 9) - ({} | rate())', undefined],
    ['({} | rate())', '{} | rate()'],
    ['({} | rate() | topk(2)) > 1 with (sample=true)', '{} | rate() | topk(2) > 1'],
  ])('is read: %s', (text, expected) => {
    const query = parseTraceQl(text)
    const written = formatTraceQl(query)
    if (expected !== undefined) expect(written).toBe(expected)
    expect(parseTraceQl(written)).toEqual(query)
  })

  it.each([
    '({} | rate()) /',
    '({} | rate()) / {}',
    '({} | rate()) ^ ({} | rate())',
    '({} | rate()) / 2',
    '({} | rate()',
    '(({} | rate()) + ({} | rate())',
    '({} | rate()) && ({} | rate())',
    '{} | compare({ status = error }) | topk(3)',
  ])('is refused: %s', text => {
    expect(() => parseTraceQl(text)).toThrow(QueryError)
  })

  it('joins series of the same labels, and one without labels with each', () => {
    const [a, b] = [
      [series([['a', 'x']], 1, 4), series([['a', 'y']], 6, 8)],
      [series([['a', 'y']], 2, 0), series([['a', 'z']], 5, 5)],
    ]
    expect(plain(computedSeries('/', a, b))).toEqual([[{ a: 'y' }, 3, Number.NaN]])
    const whole = [series([['__name__', 'rate']], 2, 4)]
    expect(plain(computedSeries('/', a, whole))).toEqual([
      [{ a: 'x' }, 0.5, 1],
      [{ a: 'y' }, 3, 2],
    ])
    expect(plain(computedSeries('-', whole, a))).toEqual([
      [{ a: 'x' }, 1, 0],
      [{ a: 'y' }, -4, -4],
    ])
    expect(plain(computedSeries('+', whole, whole))).toEqual([[{ __name__: '(rate + rate)' }, 4, 8]])
  })

  it('takes what is not there for 0', () => {
    const [some, none] = [[series([], 3)], [series([], Number.NaN)]]
    expect(plain(computedSeries('-', some, none))).toEqual([[{}, 3]])
    expect(plain(computedSeries('/', some, none))).toEqual([[{}, Number.NaN]])
  })
})
