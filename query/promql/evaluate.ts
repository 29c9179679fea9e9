import { aggregate } from './aggregate.ts'
import type { Expression, Selector, Subquery } from './ast.ts'
import { combine } from './binary.ts'
import {
  type Column,
  distinct,
  emptyColumn,
  histogramColumn,
  mapNumbers,
  put,
  putHistogram,
  type Value,
  vectorOf,
  withoutName,
} from './column.ts'
import { functions } from './functions/index.ts'
import type { Compute, Evaluation } from './functions/kind.ts'
import { hasEnded, type Window } from './functions/window.ts'
import { times } from './native/histogram.ts'
import type { HistogramWindow } from './native/range.ts'
import { momentOf, stepsOf } from './plan.ts'
import type { StoredSeries } from './series.ts'
import { lookbackMs, type Steps } from './steps.ts'

/** Evaluates at each step over samples loaded before. Pure. Source: Prometheus querying/basics and operators. */
export class Evaluator implements Evaluation {
  readonly steps: Steps
  readonly #loaded: ReadonlyMap<Selector, readonly StoredSeries[]>
  /** Those of the whole query, where this is a subquery. */
  readonly #whole: Steps

  constructor(steps: Steps, loaded: ReadonlyMap<Selector, readonly StoredSeries[]>, whole = steps) {
    this.steps = steps
    this.#loaded = loaded
    this.#whole = whole
  }

  /** Errors: QUERY_EXECUTION. */
  evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'number':
        return { kind: 'scalar', values: new Float64Array(this.steps.count).fill(expression.value) }
      case 'text':
        return { kind: 'string', text: expression.value }
      case 'selector':
        return vectorOf(this.windows(expression, instantOf, true))
      case 'subquery':
        throw new Error('a range is no value by itself: the parser lets only functions have it')
      case 'negation':
        return negated(this.evaluate(expression.of))
      case 'aggregation':
        return vectorOf(aggregate(expression, this))
      case 'call': {
        const value = functions[expression.name]?.evaluate(this, expression.arguments) ?? vectorOf([])
        return value.kind === 'vector' ? vectorOf(distinct(value.columns)) : value
      }
      case 'binary':
        return combine(
          expression,
          this.evaluate(expression.left),
          this.evaluate(expression.right),
          this.steps.count,
        )
    }
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

  /** Slides `(at - range, at]` over each series, both edges only ever moving forward. */
  windows(expression: Expression, compute: Compute, keepsName: boolean): Column[] {
    if (expression.kind !== 'selector' && expression.kind !== 'subquery') return []
    const columns: Column[] = []
    for (const series of this.#seriesOf(expression)) {
      const labels = keepsName ? series.labels : withoutName(series.labels)
      const rangeMs = expression.rangeMs ?? series.lookbackMs ?? lookbackMs
      const { samples, delta } = series
      const window: Window = { samples, first: 0, end: 0, atMs: 0, rangeMs, delta }
      const column =
        series.histograms === undefined
          ? this.#numbers(expression, series, window, labels, compute)
          : this.#histograms(expression, { ...window, ...series.histograms }, series, labels, compute)
      if (column.present.includes(1)) columns.push(column)
    }
    return columns
  }

  #seriesOf(expression: Selector | Subquery): readonly StoredSeries[] {
    if (expression.kind === 'selector') return this.#loaded.get(expression) ?? []
    const steps = stepsOf(expression, this.steps, this.#whole)
    const inner = new Evaluator(steps, this.#loaded, this.#whole).evaluate(expression.of)
    if (inner.kind === 'vector') return inner.columns.map(column => seriesOf(column, steps))
    const column = {
      ...emptyColumn({}, steps.count),
      values: inner.kind === 'scalar' ? inner.values : new Float64Array(),
    }
    return [seriesOf({ ...column, present: column.present.fill(1) }, steps)]
  }

  #numbers(
    expression: Selector | Subquery,
    { staleMs }: StoredSeries,
    window: Window,
    labels: Readonly<Record<string, string>>,
    { numbers }: Compute,
  ): Column {
    const column = emptyColumn(labels, this.steps.count)
    this.#slide(expression, window, window.samples.timesMs, step => {
      const value = numbers(window, staleMs, step)
      if (value !== undefined) put(column, step, value)
    })
    return column
  }

  /** A function of histograms gives a histogram at every step, or a number at every step. */
  #histograms(
    expression: Selector | Subquery,
    window: HistogramWindow,
    { staleMs }: StoredSeries,
    labels: Readonly<Record<string, string>>,
    { histograms }: Compute,
  ): Column {
    const column = histogramColumn(labels, this.steps.count)
    const numbers = emptyColumn(labels, this.steps.count)
    this.#slide(expression, window, window.timesMs, step => {
      const value = histograms?.(window, staleMs)
      if (typeof value === 'number') put(numbers, step, value)
      else if (value !== undefined) putHistogram(column, step, value)
    })
    return numbers.present.includes(1) ? numbers : column
  }

  /** Calls back at each step where the window is not empty. */
  #slide(
    { at, offsetMs }: Selector | Subquery,
    window: Window | HistogramWindow,
    timesMs: Float64Array,
    visit: (step: number) => void,
  ): void {
    const { startMs, stepMs, count } = this.steps
    const fixedMs = momentOf(at, this.#whole)
    for (let step = 0; step < count; step++) {
      window.atMs = (fixedMs ?? startMs + step * stepMs) - offsetMs
      slide(window, timesMs)
      if (window.end > window.first) visit(step)
    }
  }
}

function negated(value: Value): Value {
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map(number => -number) }
  if (value.kind === 'string') return value
  const numbers = mapNumbers(value.columns, withoutName, number => -number)
  const histograms = value.columns.flatMap(column =>
    column.histograms === undefined
      ? []
      : [
          {
            ...column,
            labels: withoutName(column.labels),
            histograms: column.histograms.map(h => h && times(h, -1)),
          },
        ],
  )
  return vectorOf(distinct([...numbers, ...histograms]))
}

/** What a subquery gave at its steps, as if it had been stored. */
function seriesOf({ labels, values, present, histograms }: Column, { startMs, stepMs }: Steps): StoredSeries {
  const there = Array.from(present.keys()).filter(step => present[step] === 1)
  const timesMs = Float64Array.from(there, step => startMs + step * stepMs)
  const head = { labels: { ...labels }, delta: false, staleMs: new Float64Array() }
  if (histograms === undefined)
    return { ...head, samples: { timesMs, values: Float64Array.from(there, step => values[step] as number) } }
  const found = there.flatMap(step => histograms[step] ?? [])
  const none = { timesMs: new Float64Array(), values: new Float64Array() }
  return { ...head, samples: none, histograms: { timesMs, values: found } }
}

/** The newest sample, unless the series ended after it. Source: Prometheus querying/basics, staleness. */
const instantOf: Compute = {
  numbers: (w, staleMs) =>
    hasEnded(w, w.samples.timesMs, staleMs) ? undefined : w.samples.values[w.end - 1],
  histograms: (w, staleMs) => (hasEnded(w, w.timesMs, staleMs) ? undefined : w.values[w.end - 1]),
}

function slide(window: Window | HistogramWindow, timesMs: Float64Array): void {
  while (window.end < timesMs.length && (timesMs[window.end] as number) <= window.atMs) window.end++
  const fromMs = window.atMs - window.rangeMs
  while (window.first < window.end && (timesMs[window.first] as number) <= fromMs) window.first++
}
