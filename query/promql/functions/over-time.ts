import type { Expression } from '../ast.ts'
import { vectorOf } from '../column.ts'
import { histogramRangeFunctions } from '../native/range.ts'
import type { Evaluation, FunctionKind } from './kind.ts'
import { averageOf, least, most, quantile, regression, variance } from './statistics.ts'
import { extrapolation, lostByResets, sum, valuesOf, type Window } from './window.ts'

type RangeFunction = (window: Window) => number | undefined

/** One of a range vector alone. */
function of(name: string, numbers: RangeFunction, keepsName = false): FunctionKind {
  return {
    args: ['matrix'],
    returns: 'vector',
    evaluate: (evaluation, [range]) =>
      vectorOf(
        evaluation.windows(
          range as Expression,
          { numbers: w => numbers(w), histograms: histogramRangeFunctions[name] },
          keepsName,
        ),
      ),
  }
}

/** One with numbers beside the range vector, which may differ from step to step. */
function withNumbers(
  args: FunctionKind['args'],
  numbers: (window: Window, ...parameters: number[]) => number | undefined,
): FunctionKind {
  const at = args.indexOf('matrix')
  return {
    args,
    returns: 'vector',
    evaluate: (evaluation: Evaluation, given) => {
      const parameters = given.filter((_, i) => i !== at).map(expression => evaluation.scalar(expression))
      const compute = {
        numbers: (w: Window, _: Float64Array, step: number) =>
          numbers(w, ...parameters.map(values => values[step] as number)),
        histograms: undefined,
      }
      return vectorOf(evaluation.windows(given[at] as Expression, compute, false))
    },
  }
}

/** Functions of range vectors. Source: Prometheus querying/functions. */
export const overTime: Readonly<Record<string, FunctionKind>> = {
  rate: of('rate', w => scaled(increase(w), 1000 / w.rangeMs)),
  increase: of('increase', increase),
  delta: of('delta', w => extrapolated(w, false)),
  irate: of('irate', irate),
  idelta: of('idelta', idelta),
  deriv: of('deriv', w =>
    w.end - w.first < 2 ? undefined : lineOf(w, w.samples.timesMs[w.first] as number).slope,
  ),
  changes: of('changes', changes),
  resets: of('resets', resets),
  avg_over_time: of('avg_over_time', w => averageOf(valuesOf(w))),
  sum_over_time: of('sum_over_time', sum),
  count_over_time: of('count_over_time', w => w.end - w.first),
  min_over_time: of('min_over_time', w => valuesOf(w).reduce(least)),
  max_over_time: of('max_over_time', w => valuesOf(w).reduce(most)),
  last_over_time: of('last_over_time', w => w.samples.values[w.end - 1], true),
  first_over_time: of('first_over_time', w => w.samples.values[w.first], true),
  present_over_time: of('present_over_time', () => 1),
  stddev_over_time: of('stddev_over_time', w => Math.sqrt(variance(valuesOf(w)))),
  stdvar_over_time: of('stdvar_over_time', w => variance(valuesOf(w))),
  mad_over_time: of('mad_over_time', medianDeviation),
  ts_of_first_over_time: of('ts_of_first_over_time', w => (w.samples.timesMs[w.first] as number) / 1000),
  ts_of_last_over_time: of('ts_of_last_over_time', w => (w.samples.timesMs[w.end - 1] as number) / 1000),
  ts_of_min_over_time: of('ts_of_min_over_time', w => timeOf(w, (value, best) => value <= best)),
  ts_of_max_over_time: of('ts_of_max_over_time', w => timeOf(w, (value, best) => value >= best)),
  quantile_over_time: withNumbers(['scalar', 'matrix'], (w, q) => quantile(valuesOf(w), q ?? Number.NaN)),
  predict_linear: withNumbers(['matrix', 'scalar'], predict),
  double_exponential_smoothing: withNumbers(['matrix', 'scalar', 'scalar'], smooth),
  holt_winters: withNumbers(['matrix', 'scalar', 'scalar'], smooth),
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor
}

function increase(w: Window): number | undefined {
  return w.delta ? sum(w) : extrapolated(w, true)
}

function extrapolated(w: Window, counter: boolean): number | undefined {
  if (w.end - w.first < 2) return undefined
  const { timesMs, values } = w.samples
  const firstValue = values[w.first] as number
  let change = (values[w.end - 1] as number) - firstValue
  if (counter) change += lostByResets(w)
  return change * extrapolation(w, timesMs, counter ? { first: firstValue, change } : undefined)
}

function irate(w: Window): number | undefined {
  const change = idelta(w)
  if (change === undefined) return undefined
  const { timesMs, values } = w.samples
  const last = values[w.end - 1] as number
  const seconds = ((timesMs[w.end - 1] as number) - (timesMs[w.end - 2] as number)) / 1000
  return (w.delta || change < 0 ? last : change) / seconds
}

function idelta(w: Window): number | undefined {
  if (w.end - w.first < 2) return undefined
  return (w.samples.values[w.end - 1] as number) - (w.samples.values[w.end - 2] as number)
}

function changes(w: Window): number {
  let count = 0
  for (let i = w.first + 1; i < w.end; i++) {
    const [before, value] = [w.samples.values[i - 1] as number, w.samples.values[i] as number]
    if (value !== before && !(Number.isNaN(value) && Number.isNaN(before))) count++
  }
  return count
}

function resets(w: Window): number {
  let count = 0
  for (let i = w.first + 1; i < w.end; i++)
    if ((w.samples.values[i] as number) < (w.samples.values[i - 1] as number)) count++
  return count
}

function medianDeviation(w: Window): number {
  const median = quantile(valuesOf(w), 0.5)
  return quantile(
    valuesOf(w).map(value => Math.abs(value - median)),
    0.5,
  )
}

function timeOf(w: Window, isBetter: (value: number, best: number) => boolean): number {
  const { timesMs, values } = w.samples
  let best = w.first
  for (let i = w.first + 1; i < w.end; i++)
    if (isBetter(values[i] as number, values[best] as number) || Number.isNaN(values[best])) best = i
  return (timesMs[best] as number) / 1000
}

function lineOf(w: Window, atMs: number): { slope: number; intercept: number } {
  return regression(w.samples.timesMs.subarray(w.first, w.end), valuesOf(w), atMs)
}

function predict(w: Window, seconds = Number.NaN): number | undefined {
  if (w.end - w.first < 2) return undefined
  const { slope, intercept } = lineOf(w, w.atMs)
  return slope * seconds + intercept
}

/** Double exponential smoothing. Source: prometheus promql/functions.go, funcDoubleExponentialSmoothing. */
function smooth(w: Window, factor = Number.NaN, trendFactor = Number.NaN): number | undefined {
  const values = valuesOf(w)
  if (values.length < 2) return undefined
  let [before, level] = [0, values[0] as number]
  let trend = (values[1] as number) - (values[0] as number)
  for (let i = 1; i < values.length; i++) {
    if (i > 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend
    const next = factor * (values[i] as number) + (1 - factor) * (level + trend)
    before = level
    level = next
  }
  return level
}
