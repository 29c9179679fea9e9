import { goNumber } from '../../../lib/base/index.ts'
import type { Expression } from '../ast.ts'
import {
  type Column,
  emptyColumn,
  hasSamples,
  type Labels,
  mapSamples,
  put,
  vectorOf,
  withoutName,
} from '../column.ts'
import { isCustom, type NativeHistogram } from '../native/histogram.ts'
import { bucketsOf, nativeFraction, nativeQuantile } from '../native/quantile.ts'
import { classicFraction, classicQuantile, type Forced } from './classic.ts'
import { type AnyHistogram, HistogramInput } from './histogram-input.ts'
import type { Evaluation, FunctionKind } from './kind.ts'
import { sumOf } from './statistics.ts'

/** A number out of native histograms. */
function ofNative(compute: (histogram: NativeHistogram) => number): FunctionKind {
  return {
    args: ['vector'],
    returns: 'vector',
    evaluate: (evaluation, [of]) =>
      vectorOf(
        mapSamples(evaluation.vector(of as Expression), withoutName, sample =>
          typeof sample === 'number' ? undefined : compute(sample),
        ),
      ),
  }
}

/** Functions of histograms, native and classic. Source: Prometheus querying/functions. */
export const histograms: Readonly<Record<string, FunctionKind>> = {
  histogram_count: ofNative(({ count }) => count),
  histogram_sum: ofNative(({ sum }) => sum),
  histogram_avg: ofNative(({ sum, count }) => sum / count),
  histogram_stddev: ofNative(histogram => Math.sqrt(varianceOf(histogram))),
  histogram_stdvar: ofNative(varianceOf),
  histogram_quantile: {
    args: ['scalar', 'vector'],
    returns: 'vector',
    evaluate: (evaluation, [q, of]) =>
      vectorOf(new Quantiles(evaluation, of as Expression).of(q as Expression)),
  },
  histogram_quantiles: {
    args: ['vector', 'string', 'scalar', 'scalar'],
    optional: 1,
    repeated: 9,
    returns: 'vector',
    evaluate: (evaluation, [of, label, ...given]) => {
      const name = evaluation.text(label as Expression)
      const quantiles = new Quantiles(evaluation, of as Expression)
      return vectorOf(given.flatMap(q => quantiles.of(q, name)))
    },
  },
  histogram_fraction: {
    args: ['scalar', 'scalar', 'vector'],
    returns: 'vector',
    evaluate: (evaluation, given) =>
      vectorOf(fractions(evaluation, given as [Expression, Expression, Expression])),
  },
}

class Quantiles {
  readonly #evaluation: Evaluation
  readonly #of: Expression
  readonly #input: HistogramInput

  constructor(evaluation: Evaluation, of: Expression) {
    this.#evaluation = evaluation
    this.#of = of
    this.#input = new HistogramInput(evaluation.vector(of), evaluation.notes, of)
  }

  of(quantile: Expression, label?: string): Column[] {
    const { notes } = this.#evaluation
    const qs = this.#evaluation.scalar(quantile)
    for (const q of new Set(qs))
      if (!(q >= 0 && q <= 1)) notes.add('invalidQuantile', quantile, `, got ${goNumber(q)}`)
    const named = (labels: Labels) =>
      label === undefined ? labels : { ...labels, [label]: openMetricsNumber(qs[0] ?? Number.NaN) }
    return columnsOf(this.#input, named, qs.length, (histogram, step) =>
      this.#value(qs[step] as number, histogram),
    )
  }

  #value(q: number, histogram: AnyHistogram): number {
    const { notes } = this.#evaluation
    if (Array.isArray(histogram)) {
      const { value, forced } = classicQuantile(q, histogram)
      if (forced !== undefined) notes.add('forcedMonotonicity', this.#of, describeForced(forced))
      return value
    }
    const { value, finding } = nativeQuantile(q, histogram)
    if (finding !== undefined) notes.add(finding === 'result' ? 'quantileNaN' : 'quantileSkew', this.#of)
    return value
  }
}

function describeForced({ from, to, difference }: Forced): string {
  return `, from buckets ${goNumber(from)} to ${goNumber(to)}, with a max diff of ${Number(difference.toPrecision(2))}`
}

function fractions(
  evaluation: Evaluation,
  [lower, upper, of]: [Expression, Expression, Expression],
): Column[] {
  const [from, to] = [evaluation.scalar(lower), evaluation.scalar(upper)]
  const input = new HistogramInput(evaluation.vector(of), evaluation.notes, of)
  return columnsOf(
    input,
    labels => labels,
    from.length,
    (histogram, step) => {
      const edges = [from[step] as number, to[step] as number] as const
      if (Array.isArray(histogram)) return classicFraction(...edges, histogram)
      const { value, hasNaN } = nativeFraction(...edges, histogram)
      if (hasNaN) evaluation.notes.add('fractionNaN', of)
      return value
    },
  )
}

function columnsOf(
  input: HistogramInput,
  labelsOf: (labels: Labels) => Labels,
  count: number,
  compute: (histogram: AnyHistogram, step: number) => number,
): Column[] {
  const columns = input.families.map(family => {
    const column = emptyColumn(labelsOf(family.labels), count)
    for (let step = 0; step < count; step++) {
      const histogram = input.at(family, step)
      if (histogram !== undefined) put(column, step, compute(histogram, step))
    }
    return column
  })
  return columns.filter(hasSamples)
}

/** Each observation taken to be in the middle of its bucket: geometric, but for own bounds. Source: as above. */
function varianceOf(histogram: NativeHistogram): number {
  const mean = histogram.sum / histogram.count
  const squares = bucketsOf(histogram).map(({ lower, upper, count }) => {
    const middle = isCustom(histogram) ? (lower + upper) / 2 : geometricMiddle(lower, upper)
    return count * (middle - mean) ** 2
  })
  return sumOf(squares) / histogram.count
}

function geometricMiddle(lower: number, upper: number): number {
  if (lower <= 0 && upper >= 0) return 0
  return Math.sign(upper) * Math.sqrt(lower * upper)
}

/** Source: OpenMetrics, canonical numbers: a whole number has a fraction. */
function openMetricsNumber(value: number): string {
  const text = goNumber(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}
