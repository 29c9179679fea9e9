import { expect, it } from 'vitest'
import { Evaluator } from './evaluate.ts'
import { parsePromQl } from './parser.ts'
import { atMoment } from './steps.ts'

/** Of one moment, without any series. */
function numberOf(text: string): number | undefined {
  const value = new Evaluator(atMoment(600_000), new Map()).evaluate(parsePromQl(text))
  if (value.kind === 'scalar') return value.values[0]
  return value.kind === 'vector' ? value.columns[0]?.values[0] : undefined
}

// source of the values: the answers of a Prometheus 3.16 to the same
it.each([
  ['1 ^ NaN', 1],
  ['(-1) ^ -Inf', 1],
  ['clamp_min(vector(NaN), Inf)', Number.POSITIVE_INFINITY],
  ['clamp_max(vector(NaN), -Inf)', Number.NEGATIVE_INFINITY],
  ['hour(vector(-0.5))', 0],
  ['minute(vector(-61))', 58],
  ['day_of_year(vector(-62135596800))', 1],
  ['hour(vector(NaN))', 15],
  ['days_in_month(vector(Inf))', 31],
  ['year(vector(-1e300))', 292_277_026_596],
  ['year(vector(-1e18))', -31_688_736_537],
  ['month(vector(1e18))', 10],
  ['day_of_week(vector(1e18))', 5],
  // the left side has nothing, so that the two on the right are no partners of anything
  [
    '(((vector(1) > 2) + on () (label_replace(vector(1), "a", "1", "", "") or label_replace(vector(2), "a", "2", "", ""))) or vector(5))',
    5,
  ],
])('%s is %d, as Go computes it', (text, expected) => {
  expect(numberOf(text)).toBe(expected)
})

it('ends at the end that was asked for, not at the last step', () => {
  const steps = { startMs: 0, stepMs: 37_000, count: 17, endMs: 600_000 }
  const value = new Evaluator(steps, new Map()).evaluate(parsePromQl('end() - start()'))
  expect(value.kind === 'scalar' && value.values[0]).toBe(600)
})

it('refuses more series than there are numbers', () => {
  expect(() => numberOf('topk(Inf, vector(1))')).toThrow(
    'the parameter of topk is +Inf: a number of series is needed',
  )
})
