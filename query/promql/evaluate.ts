import { OperatingError } from '../../lib/base/index.ts'
import { aggregate } from './aggregate.ts'
import { Annotations } from './annotations.ts'
import { type Binary, bare, type Call, type Expression, type Selector, type Subquery } from './ast.ts'
import { combine } from './binary.ts'
import {
  type Column,
  distinct,
  emptyColumn,
  emptyColumns,
  hasSamples,
  mapSamples,
  put,
  type RangeSeries,
  type Value,
  vectorOf,
  withoutName,
} from './column.ts'
import { pointsWithin, smoothedAt } from './functions/extended.ts'
import { functions } from './functions/index.ts'
import type { Compute, Evaluation, FunctionKind } from './functions/kind.ts'
import { RangeCall } from './functions/range-call.ts'
import { instantOf, type Window } from './functions/window.ts'
import { infoSelectors } from './info-selectors.ts'
import { times } from './native/histogram.ts'
import { momentOf, reachOf, stepsOf } from './plan.ts'
import { type Steps, lookbackMs as usualLookbackMs } from './steps.ts'
import type { StoredSeries } from './stored-series.ts'
import { seriesOf } from './subquery-series.ts'

type Loaded = ReadonlyMap<Selector, readonly StoredSeries[]>

/** How many samples stood in the windows of all steps, each as often as a window had it. */
export interface Reads {
  samples: number
}

/** What an evaluation has in common with those inside of it. */
interface Shared {
  notes: Annotations
  /** Those of the whole query. */
  whole: Steps
  reads: Reads
  /** What was evaluated before. */
  known: ReadonlyMap<Expression, readonly Column[]>
}

/** Evaluates at each step over samples loaded before. Pure. Source: Prometheus querying/basics and operators. */
export class Evaluator implements Evaluation {
  readonly steps: Steps
  readonly notes: Annotations
  readonly #loaded: Loaded
  /** Those of the whole query, where this is a subquery. */
  readonly #whole: Steps
  readonly #reads: Reads

  readonly #known: Shared['known']

  constructor(steps: Steps, loaded: Loaded, shared: Partial<Shared> = {}) {
    this.steps = steps
    this.notes = shared.notes ?? new Annotations('')
    this.#loaded = loaded
    this.#whole = shared.whole ?? steps
    this.#reads = shared.reads ?? { samples: 0 }
    this.#known = shared.known ?? new Map()
  }

  /** Errors: QUERY_EXECUTION. */
  evaluate(expression: Expression): Value {
    const known = this.#known.get(expression)
    if (known !== undefined) return vectorOf([...known])
    switch (expression.kind) {
      case 'number':
        return { kind: 'scalar', values: new Float64Array(this.steps.count).fill(expression.value) }
      case 'text':
        return { kind: 'string', text: expression.value }
      case 'selector':
        return expression.range === undefined
          ? vectorOf(this.windows(expression, this.#sampleOf(expression), true))
          : { kind: 'matrix', series: this.#matrix(expression) }
      case 'subquery':
        return { kind: 'matrix', series: this.#matrix(expression) }
      case 'paren':
        return this.evaluate(expression.of)
      case 'sign':
        return expression.sign === '+' ? this.evaluate(expression.of) : negated(this.evaluate(expression.of))
      case 'aggregation':
        return vectorOf(aggregate(expression, this))
      case 'call': {
        const known = functions[expression.name]
        refuseExtension(expression, known)
        const value = known?.evaluate(this, expression.arguments, expression)
        return value?.kind === 'vector' ? vectorOf(distinct(value.columns)) : (value ?? vectorOf([]))
      }
      case 'binary':
        return this.#binary(expression)
    }
  }

  #binary(binary: Binary): Value {
    const [left, right] = [this.evaluate(binary.left), this.evaluate(binary.right)]
    const value = combine(binary, left, right, this.steps.count, this.notes)
    return value.kind === 'vector' ? vectorOf(distinct(value.columns)) : value
  }

  scalar(expression: Expression): Float64Array {
    const value = this.evaluate(expression)
    return value.kind === 'scalar' ? value.values : new Float64Array(this.steps.count).fill(Number.NaN)
  }

  vector(expression: Expression): Column[] {
    const value = this.evaluate(expression)
    return value.kind === 'vector' ? value.columns : []
  }

  text(expression: Expression): string {
    const value = this.evaluate(expression)
    return value.kind === 'string' ? value.text : ''
  }

  get whole(): Steps {
    return this.#whole
  }

  infoSeries(call: Expression): Column[] {
    return infoSelectors(call).flatMap(selector => this.windows(selector, timeOfInfo, true))
  }

  /** Slides `(at - range, at]` over each series, both edges only ever moving forward. */
  windows(given: Expression, compute: Compute, keepsName: boolean): Column[] {
    const expression = bare(given)
    if (expression.kind !== 'selector' && expression.kind !== 'subquery') return []
    const all = this.#seriesOf(expression)
    const columns = emptyColumns(
      all.map(({ labels }) => (keepsName ? labels : withoutName(labels))),
      this.steps.count,
    )
    for (const [i, series] of all.entries())
      this.#slide(expression, series, (window, step) => {
        const sample = compute(window, step)
        if (sample !== undefined) put(columns[i] as Column, step, sample)
      })
    return columns.filter(hasSamples)
  }

  #sampleOf(selector: Selector): Compute {
    if (selector.extension !== 'smoothed') return window => instantOf(window)?.sample
    const call = new RangeCall(this.notes, selector, [])
    return window => smoothedAt(call, window)
  }

  /** The samples themselves, in the one window there is. */
  #matrix(expression: Selector | Subquery): RangeSeries[] {
    return this.#seriesOf(expression).flatMap(series => {
      let points: RangeSeries['points'] = []
      this.#slide(expression, series, window => {
        points = window.extension === undefined ? pointsOf(window) : pointsWithin(window)
      })
      return points.length === 0 ? [] : [{ labels: series.labels, points }]
    })
  }

  #seriesOf(expression: Selector | Subquery): readonly StoredSeries[] {
    if (expression.kind === 'selector') return this.#loaded.get(expression) ?? []
    const steps = stepsOf(expression, this.steps, this.#whole)
    const shared = { notes: this.notes, whole: this.#whole, reads: this.#reads, known: this.#known }
    const inner = new Evaluator(steps, this.#loaded, shared).evaluate(expression.of)
    if (inner.kind === 'vector') return inner.columns.map(column => seriesOf(column, steps))
    const column = emptyColumn({}, steps.count)
    if (inner.kind === 'scalar') for (const [step, value] of inner.values.entries()) put(column, step, value)
    return [seriesOf(column, steps)]
  }

  /** Calls back at each step where the window is not empty. */
  #slide(
    expression: Selector | Subquery,
    series: StoredSeries,
    visit: (window: Window, step: number) => void,
  ): void {
    const { startMs, stepMs, count } = this.steps
    const fixedMs = momentOf(expression.at, this.#whole)
    const offsetMs = expression.offset?.ms ?? 0
    const lookbackMs = series.lookbackMs ?? this.steps.lookbackMs
    const window = windowOver(expression, series, lookbackMs)
    const reach = reachOf(expression, lookbackMs)
    const isStored = expression.kind === 'selector'
    for (let step = 0; step < count; step++) {
      window.nowMs = startMs + step * stepMs
      window.atMs = (fixedMs ?? window.nowMs) - offsetMs
      const [fromMs, toMs] = [window.atMs - reach.beforeMs, window.atMs + reach.afterMs]
      slide(window, window.samples.timesMs, fromMs, toMs)
      if (window.histograms !== undefined) slide(window.histograms, window.histograms.timesMs, fromMs, toMs)
      if (window.end === window.first && !isFilled(window.histograms)) continue
      if (isStored) this.#reads.samples += expression.range === undefined ? 1 : sizeOf(window)
      visit(window, step)
    }
  }
}

/** Errors: QUERY_EXECUTION where a range is extended for a function that does not go with it, as in Prometheus. */
function refuseExtension({ name, arguments: given }: Call, known: FunctionKind | undefined): void {
  for (const argument of given.map(bare)) {
    const extension = argument.kind === 'selector' && argument.range ? argument.extension : undefined
    if (extension !== undefined && known?.extensions?.includes(extension) !== true)
      throw new OperatingError('QUERY_EXECUTION', `${extension} does not go with ${name}`)
  }
}

function timeOfInfo(window: Window): number | undefined {
  const found = instantOf(window)
  if (found !== undefined && typeof found.sample !== 'number')
    throw new OperatingError('QUERY_EXECUTION', 'an info series has histograms: its samples are numbers')
  return found?.timeMs
}

function windowOver(
  expression: Selector | Subquery,
  series: StoredSeries,
  lookbackMs = usualLookbackMs,
): Window {
  const { samples, delta, labels, staleMs, histograms } = series
  return {
    labels,
    samples,
    first: 0,
    end: 0,
    histograms: histograms === undefined ? undefined : { ...histograms, first: 0, end: 0 },
    atMs: 0,
    nowMs: 0,
    rangeMs: expression.range?.ms ?? lookbackMs,
    delta,
    staleMs,
    extension: expression.kind === 'selector' ? expression.extension : undefined,
  }
}

function isFilled(histograms: Window['histograms']): boolean {
  return histograms !== undefined && histograms.end > histograms.first
}

function sizeOf({ first, end, histograms }: Window): number {
  return end - first + (histograms === undefined ? 0 : histograms.end - histograms.first)
}

function pointsOf({ samples, first, end, histograms }: Window): RangeSeries['points'] {
  const points: RangeSeries['points'] = []
  for (let i = first; i < end; i++) points.push([samples.timesMs[i] as number, samples.values[i] as number])
  if (histograms === undefined) return points
  for (let i = histograms.first; i < histograms.end; i++) {
    const histogram = histograms.values[i]
    if (histogram !== undefined) points.push([histograms.timesMs[i] as number, histogram])
  }
  return points.sort(([a], [b]) => a - b)
}

function negated(value: Value): Value {
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map(number => -number) }
  if (value.kind !== 'vector') return value
  const columns = mapSamples(value.columns, withoutName, sample =>
    typeof sample === 'number' ? -sample : times(sample, -1),
  )
  return vectorOf(distinct(columns))
}

function slide(
  place: { first: number; end: number },
  timesMs: Float64Array,
  fromMs: number,
  toMs: number,
): void {
  while (place.end < timesMs.length && (timesMs[place.end] as number) <= toMs) place.end++
  while (place.first < place.end && (timesMs[place.first] as number) <= fromMs) place.first++
}
