import { goNumber, OperatingError } from '../../../lib/base/index.ts'
import type { Expression } from '../ast.ts'
import { type Sample, vectorOf } from '../column.ts'
import { isReset, isSame } from '../native/histogram.ts'
import { averageOfHistograms, totalOfHistograms } from '../native/total.ts'
import { changed, instantChange } from './change.ts'
import type { Compute, FunctionKind } from './kind.ts'
import { noteIgnored, RangeCall } from './range-call.ts'
import {
  averageOf,
  integralOf,
  leastOf,
  mostOf,
  quantile,
  regression,
  type Strategy,
  sumOf,
  variance,
} from './statistics.ts'
import { histogramsIn, newest, numbersIn, oldest, valuesOf, type Window } from './window.ts'

type RangeFunction = (call: RangeCall, window: Window, parameters: number[]) => Sample | undefined

interface Options {
  /** What stands beside the range vector, which may differ from step to step. */
  args?: FunctionKind['args']
  optional?: number
  keepsName?: boolean
  extensions?: FunctionKind['extensions']
}

/** One of a range vector, and of numbers beside it. */
function of(
  compute: RangeFunction,
  { args = ['matrix'], optional = 0, keepsName = false, extensions = [] }: Options = {},
): FunctionKind {
  const place = args.indexOf('matrix')
  return {
    args,
    optional,
    extensions,
    returns: 'vector',
    evaluate: (evaluation, given) => {
      const range = given[place] as Expression
      const numbers = given.filter((_, i) => i !== place).map(expression => evaluation.scalar(expression))
      const call = new RangeCall(evaluation.notes, range, given)
      const at = (step: number) => numbers.map(values => values[step] as number)
      const computeAt: Compute =
        numbers.length === 0
          ? window => compute(call, window, [])
          : (window, step) => compute(call, window, at(step))
      return vectorOf(evaluation.windows(range, computeAt, keepsName))
    },
  }
}

/** One of numbers alone; histograms beside them are ignored, and that is said. */
function ofNumbers(
  compute: (window: Window, parameters: number[]) => number | undefined,
  options: Options & { least?: number } = {},
): FunctionKind {
  const needed = options.least ?? 1
  return of((call, window, parameters) => {
    const has = numbersIn(window)
    if (has > 0 && histogramsIn(window) > 0) noteIgnored(call, window)
    return has < needed ? undefined : compute(window, parameters)
  }, options)
}

/** One of either kind, but not of both. */
function ofEither(
  numbers: (window: Window) => number,
  histograms: (call: RangeCall, window: Window) => Sample | undefined,
): FunctionKind {
  return of((call, window) => {
    if (call.isMixed(window)) return undefined
    return histogramsIn(window) > 0 ? histograms(call, window) : numbers(window)
  })
}

const extended = ['anchored', 'smoothed'] as const
const anchored = ['anchored'] as const

/** Functions of range vectors. Source: Prometheus querying/functions. */
export const overTime: Readonly<Record<string, FunctionKind>> = {
  rate: of((call, w) => changed(call, w, { isCounter: true, isRate: true }), { extensions: extended }),
  increase: of((call, w) => changed(call, w, { isCounter: true, isRate: false }), { extensions: extended }),
  delta: of((call, w) => changed(call, w, { isCounter: false, isRate: false }), { extensions: extended }),
  irate: of((call, w) => instantChange(call, w, true)),
  idelta: of((call, w) => instantChange(call, w, false)),
  deriv: ofNumbers(w => lineOf(w, w.samples.timesMs[w.first] as number).slope, { least: 2 }),
  changes: of((_, w) => countPairs(w, (a, b) => !isUnchanged(a, b)), { extensions: anchored }),
  resets: of((_, w) => countPairs(w, isFall), { extensions: anchored }),
  avg_over_time: ofEither(w => averageOf(valuesOf(w)), averageOfHistograms),
  sum_over_time: ofEither(w => sumOf(valuesOf(w)), totalOfHistograms),
  count_over_time: of((_, w) => numbersIn(w) + histogramsIn(w)),
  min_over_time: ofNumbers(w => leastOf(valuesOf(w))),
  max_over_time: ofNumbers(w => mostOf(valuesOf(w))),
  last_over_time: of((_, w) => newest(w)?.sample, { keepsName: true }),
  first_over_time: of((_, w) => oldest(w)?.sample, { keepsName: true }),
  present_over_time: of(() => 1),
  stddev_over_time: ofNumbers(w => Math.sqrt(variance(valuesOf(w)))),
  stdvar_over_time: ofNumbers(w => variance(valuesOf(w))),
  mad_over_time: ofNumbers(medianDeviation),
  ts_of_first_over_time: of((_, w) => (oldest(w)?.timeMs ?? Number.NaN) / 1000),
  ts_of_last_over_time: of((_, w) => (newest(w)?.timeMs ?? Number.NaN) / 1000),
  ts_of_min_over_time: ofNumbers(w => timeOf(w, (value, best) => value <= best)),
  ts_of_max_over_time: ofNumbers(w => timeOf(w, (value, best) => value >= best)),
  integral: of(integral, { args: ['matrix', 'scalar'], optional: 1 }),
  quantile_over_time: of(quantileOverTime, { args: ['scalar', 'matrix'] }),
  predict_linear: ofNumbers(predict, { args: ['matrix', 'scalar'], least: 2 }),
  double_exponential_smoothing: ofNumbers(smooth, { args: ['matrix', 'scalar', 'scalar'], least: 2 }),
  holt_winters: ofNumbers(smooth, { args: ['matrix', 'scalar', 'scalar'], least: 2 }),
}

function quantileOverTime(call: RangeCall, w: Window, [q = Number.NaN]: number[]): number | undefined {
  if (numbersIn(w) === 0) return undefined
  if (!(q >= 0 && q <= 1))
    call.notes.add('invalidQuantile', call.arguments[0] as Expression, `, got ${goNumber(q)}`)
  if (histogramsIn(w) > 0) noteIgnored(call, w)
  return quantile(valuesOf(w), q)
}

function integral(call: RangeCall, w: Window, [strategy = 2]: number[]): number | undefined {
  if (numbersIn(w) === 0) return undefined
  if (histogramsIn(w) > 0) noteIgnored(call, w)
  const isKnown = strategy === 0 || strategy === 1 || strategy === 2
  if (!isKnown)
    call.notes.add('invalidStrategy', call.arguments[1] as Expression, `, got ${goNumber(strategy)}`)
  const { timesMs } = w.samples
  return integralOf(timesMs.subarray(w.first, w.end), valuesOf(w), (isKnown ? strategy : 2) as Strategy)
}

/** Samples of both kinds in the order of their times, those before an anchored range left out but the last. */
function inOrder(w: Window): Sample[] {
  const points: [number, Sample][] = []
  for (let i = w.first; i < w.end; i++)
    points.push([w.samples.timesMs[i] as number, w.samples.values[i] as number])
  const { histograms } = w
  if (histograms !== undefined)
    for (let i = histograms.first; i < histograms.end; i++)
      points.push([histograms.timesMs[i] as number, histograms.values[i] as Sample])
  if (histograms !== undefined) points.sort(([a], [b]) => a - b)
  if (w.extension === undefined) return points.map(([, sample]) => sample)
  const startMs = w.atMs - w.rangeMs
  const within = points.findIndex(([timeMs]) => timeMs > startMs)
  return within < 0 ? [] : points.slice(Math.max(0, within - 1)).map(([, sample]) => sample)
}

function countPairs(w: Window, counts: (before: Sample, next: Sample) => boolean): number | undefined {
  const samples = inOrder(w)
  if (samples.length === 0) return undefined
  let count = 0
  for (let i = 1; i < samples.length; i++) if (counts(samples[i - 1] as Sample, samples[i] as Sample)) count++
  return count
}

function isUnchanged(before: Sample, next: Sample): boolean {
  if (typeof before === 'number' && typeof next === 'number')
    return next === before || (Number.isNaN(next) && Number.isNaN(before))
  return typeof before !== 'number' && typeof next !== 'number' && isSame(before, next)
}

function isFall(before: Sample, next: Sample): boolean {
  if (typeof before === 'number' && typeof next === 'number') return next < before
  return typeof before === 'number' || typeof next === 'number' || isReset(before, next)
}

function medianDeviation(w: Window): number {
  const values = valuesOf(w)
  if (values.some(Number.isNaN)) return Number.NaN
  const median = quantile(values, 0.5)
  return quantile(
    values.map(value => Math.abs(value - median)),
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

function predict(w: Window, [seconds = Number.NaN]: number[]): number {
  const { slope, intercept } = lineOf(w, w.nowMs)
  return slope * seconds + intercept
}

/** Double exponential smoothing. Source: prometheus promql/functions.go, funcDoubleExponentialSmoothing. */
function smooth(w: Window, [factor = Number.NaN, trendFactor = Number.NaN]: number[]): number {
  refuseFactor('smoothing', factor)
  refuseFactor('trend', trendFactor)
  const values = valuesOf(w)
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

function refuseFactor(name: string, factor: number): void {
  if (factor <= 0 || factor >= 1)
    throw new OperatingError(
      'QUERY_EXECUTION',
      `invalid ${name} factor: expected 0 < factor < 1, got ${factor}`,
    )
}
