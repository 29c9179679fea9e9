import { describe, expect, it } from 'vitest'
import { inOrder, oneAtATime, type StoredSeries } from './stored-series.ts'

const series = (points: [number, number][], delta = false): StoredSeries => ({
  labels: { __name__: 'up' },
  delta,
  samples: {
    timesMs: Float64Array.from(points, ([ms]) => ms),
    values: Float64Array.from(points, ([, value]) => value),
  },
  staleMs: new Float64Array(),
})
const pointsOf = ({ samples }: StoredSeries) =>
  Array.from(samples.timesMs, (ms, i) => [ms, samples.values[i]])

describe('samples of one moment', () => {
  const twice: [number, number][] = [
    [1, 5],
    [2, 6],
    [2, 7],
    [2, 6],
    [3, 8],
    [3, 8],
  ]

  it('are one, the first', () => {
    expect(pointsOf(oneAtATime(series(twice)))).toEqual([
      [1, 5],
      [2, 6],
      [3, 8],
    ])
    const whole = series(twice.slice(0, 2))
    expect(oneAtATime(whole)).toBe(whole)
  })

  it('all count where each is an increase', () => {
    expect(pointsOf(oneAtATime(series(twice, true)))).toEqual(twice)
  })

  it('are one across series of the same labels', () => {
    const [one, ...others] = inOrder([
      series([
        [1, 5],
        [3, 6],
      ]),
      series([
        [1, 9],
        [2, 7],
      ]),
    ])
    expect(others).toEqual([])
    expect(pointsOf(one as StoredSeries)).toEqual([
      [1, 5],
      [2, 7],
      [3, 6],
    ])
  })

  it('are one of histograms, too', () => {
    const histogram = (count: number) => ({
      ...{ schema: 0, zeroThreshold: 0, zeroCount: 0, count, sum: 0 },
      positive: new Map<number, number>(),
      negative: new Map<number, number>(),
    })
    const histograms = {
      timesMs: Float64Array.of(1, 1, 2),
      values: [histogram(1), histogram(2), histogram(3)],
    }
    const found = oneAtATime({ ...series([]), histograms }).histograms
    expect([[...(found?.timesMs ?? [])], found?.values.map(({ count }) => count)]).toEqual([
      [1, 2],
      [1, 3],
    ])
  })
})
