import type { Field, MetricsStage, SeriesStage } from './ast.ts'
import { compile, compileNumber, holds } from './evaluate-expression.ts'
import { formatField } from './format.ts'
import type { Span } from './span.ts'
import type { Trace } from './trace.ts'
import { isDuration } from './types.ts'

export type OverTime = Extract<MetricsStage, { kind: 'overTime' }>

/** Steps of a range; a span belongs to the one that it starts in. */
export interface SeriesSteps {
  startNs: bigint
  stepNs: bigint
  count: number
}

/** A label's value; undefined where spans have none. */
export type LabelValue = string | number | undefined

export interface TraceSeries {
  labels: [name: string, value: LabelValue][]
  /** One per step; NaN where there is none. */
  values: Float64Array
}

/** What a stage needs of the spans of one group and one step. */
export interface GroupStep {
  step: number
  group: readonly (string | undefined)[]
  /** One value, or of quantiles one for each, or of a histogram the counts of buckets. */
  values: readonly number[]
  /** Of a histogram: the upper ends of the buckets that `values` counts. */
  buckets?: readonly number[]
}

/** Gathers spans into the steps of groups: what SQL does where it can. In memory is a number for each span. */
export class SpanGatherer {
  readonly #stage: OverTime
  readonly #steps: SeriesSteps
  readonly #by: ((span: Span, trace: Trace) => string | undefined)[]
  readonly #number: ((span: Span, trace: Trace) => number | undefined) | undefined
  readonly #found = new Map<string, { step: number; group: (string | undefined)[]; numbers: number[] }>()

  constructor(stage: OverTime, steps: SeriesSteps) {
    this.#stage = stage
    this.#steps = steps
    this.#by = stage.by.map(field => {
      const value = compile(field)
      return (span, trace) => {
        const found = value(span, trace)
        return found === undefined ? undefined : String(found)
      }
    })
    this.#number = stage.of === undefined ? undefined : compileNumber(stage.of)
  }

  add(span: Span, trace: Trace): void {
    const step = Number((span.startNs - this.#steps.startNs) / this.#steps.stepNs)
    if (span.startNs < this.#steps.startNs || step >= this.#steps.count) return
    const number = this.#number === undefined ? 1 : this.#number(span, trace)
    if (number === undefined || !Number.isFinite(number)) return
    const group = this.#by.map(value => value(span, trace))
    const key = JSON.stringify([step, ...group.map(value => value ?? null)])
    const found = this.#found.get(key)
    if (found === undefined) this.#found.set(key, { step, group, numbers: [number] })
    else found.numbers.push(number)
  }

  finish(): GroupStep[] {
    return [...this.#found.values()].map(({ step, group, numbers }) => ({
      step,
      group,
      ...this.#values(numbers),
    }))
  }

  #values(numbers: number[]): Pick<GroupStep, 'values' | 'buckets'> {
    const { name, quantiles } = this.#stage
    const sum = () => numbers.reduce((total, number) => total + number, 0)
    switch (name) {
      case 'rate':
      case 'count_over_time':
        return { values: [numbers.length] }
      case 'sum_over_time':
        return { values: [sum()] }
      case 'avg_over_time':
        return { values: [sum() / numbers.length] }
      case 'min_over_time':
        return { values: [numbers.reduce((a, b) => Math.min(a, b))] }
      case 'max_over_time':
        return { values: [numbers.reduce((a, b) => Math.max(a, b))] }
      case 'quantile_over_time': {
        const sorted = numbers.toSorted((a, b) => a - b)
        return { values: quantiles.map(q => quantileOf(sorted, q)) }
      }
      case 'histogram_over_time': {
        const counts = Map.groupBy(
          numbers.filter(number => number > 0),
          bucketOf,
        )
        return {
          buckets: [...counts.keys()],
          values: [...counts.values()].map(some => some.length),
        }
      }
    }
  }
}

/** The next power of two, as Tempo's histograms have their buckets. */
function bucketOf(number: number): number {
  return 2 ** Math.ceil(Math.log2(number))
}

function quantileOf(sorted: readonly number[], quantile: number): number {
  const at = quantile * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number]
  return low + (high - low) * (at - Math.floor(at))
}

/**
 * The series of a stage out of the steps of its groups. Counts are 0 where there is nothing, other values are not there;
 * durations are in seconds. Labels are named by the fields, as Tempo names them.
 */
export function toSeries(stage: OverTime, found: readonly GroupStep[], steps: SeriesSteps): TraceSeries[] {
  const { name, of } = stage
  const isCount = name === 'rate' || name === 'count_over_time' || name === 'histogram_over_time'
  const scale = of !== undefined && isDuration(of) ? 1e9 : 1
  const perValue = name === 'rate' ? Number(steps.stepNs) / 1e9 : isCount ? 1 : scale
  const all = new Map<string, TraceSeries>()
  const seriesOf = (labels: TraceSeries['labels']): TraceSeries => {
    const key = JSON.stringify(labels)
    const known = all.get(key)
    if (known !== undefined) return known
    const values = new Float64Array(steps.count).fill(isCount ? 0 : Number.NaN)
    const made = { labels, values }
    all.set(key, made)
    return made
  }
  for (const one of found)
    for (const [i, value] of one.values.entries())
      seriesOf(labelsOf(stage, one, i, scale)).values[one.step] = value / perValue
  return [...all.values()].sort(byLabels)
}

function labelsOf(
  { name, by, quantiles }: OverTime,
  { group, buckets }: GroupStep,
  place: number,
  scale: number,
): TraceSeries['labels'] {
  const groups: TraceSeries['labels'] = by.map((field: Field, i) => [formatField(field), group[i]])
  if (name === 'quantile_over_time') return [...groups, ['p', quantiles[place]]]
  if (name === 'histogram_over_time') return [...groups, ['__bucket', (buckets?.[place] ?? 0) / scale]]
  return groups.length > 0 ? groups : [['__name__', name]]
}

function byLabels(a: TraceSeries, b: TraceSeries): number {
  const [x, y] = [JSON.stringify(a.labels), JSON.stringify(b.labels)]
  return x < y ? -1 : x > y ? 1 : 0
}

/** What is done with series: values that are not meant become none, and series without any are left out. */
export function stagedSeries(series: readonly TraceSeries[], stages: readonly SeriesStage[]): TraceSeries[] {
  return stages.reduce<TraceSeries[]>((now, stage) => applied(now, stage), [...series])
}

function applied(series: readonly TraceSeries[], stage: SeriesStage): TraceSeries[] {
  const kept = series.map(({ labels, values }) => ({ labels, values: Float64Array.from(values) }))
  if (stage.kind === 'filter') {
    for (const { values } of kept)
      for (const [step, value] of values.entries())
        if (!holds(stage.operator, value, stage.value)) values[step] = Number.NaN
  } else {
    for (let step = 0; step < (kept[0]?.values.length ?? 0); step++) keepFirst(kept, step, stage)
  }
  return kept.filter(({ values }) => values.some(value => !Number.isNaN(value)))
}

function keepFirst(
  series: readonly TraceSeries[],
  step: number,
  { kind, count }: Extract<SeriesStage, { count: number }>,
): void {
  const numberOf = ({ values }: TraceSeries) => values[step] as number
  const present = series.filter(one => !Number.isNaN(numberOf(one)))
  const ordered = present.toSorted((a, b) =>
    kind === 'topk' ? numberOf(b) - numberOf(a) : numberOf(a) - numberOf(b),
  )
  for (const { values } of ordered.slice(count)) values[step] = Number.NaN
}
