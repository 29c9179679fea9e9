import { aggregate } from './aggregate.ts'
import type { Aggregation, Binary, Call, Expression, Selector } from './ast.ts'
import { combine } from './binary.ts'
import {
  type Column,
  emptyColumn,
  histogramColumn,
  numbersOnly,
  put,
  putHistogram,
  type Value,
  withoutName,
} from './column.ts'
import { functions, type Window } from './functions.ts'
import { applyHistogramFunction, isHistogramFunction } from './native/functions.ts'
import type { NativeHistogram } from './native/histogram.ts'
import { type HistogramWindow, histogramRangeFunctions } from './native/range.ts'
import type { StoredSeries } from './series.ts'

/** The moments to evaluate at: `startMs`, `startMs + stepMs`, … */
export interface Steps {
  startMs: number
  stepMs: number
  count: number
}

/** How far an instant selector looks back. Source: Prometheus, staleness. */
export const lookbackMs = 300_000

/** Every selector of an expression, so that their samples can be loaded before it is evaluated. */
export function selectorsOf(expression: Expression): Selector[] {
  switch (expression.kind) {
    case 'number':
      return []
    case 'selector':
      return [expression]
    case 'aggregation':
      return selectorsOf(expression.of)
    case 'call':
      return expression.arguments.flatMap(selectorsOf)
    case 'binary':
      return [...selectorsOf(expression.left), ...selectorsOf(expression.right)]
  }
}

/** Evaluates at each step over samples loaded before. Pure. Source: Prometheus querying/basics and operators. */
export class Evaluator {
  readonly #steps: Steps
  readonly #loaded: ReadonlyMap<Selector, readonly StoredSeries[]>

  constructor(steps: Steps, loaded: ReadonlyMap<Selector, readonly StoredSeries[]>) {
    this.#steps = steps
    this.#loaded = loaded
  }

  evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'number':
        return expression.value
      case 'selector':
        return this.#instant(expression)
      case 'aggregation':
        return this.#aggregation(expression)
      case 'call':
        return this.#call(expression)
      case 'binary':
        return this.#binary(expression)
    }
  }

  #instant(selector: Selector): Column[] {
    return this.#windows(selector, instantOf, true)
  }

  #call({ name, arguments: given }: Call): Value {
    const kind = functions[name]
    const last = given.at(-1) as Expression
    const parameters = given.slice(0, -1).map(parameter => this.#scalar(parameter))
    if (isHistogramFunction(name)) return applyHistogramFunction(name, parameters, this.#vector(last))
    const parameter = parameters[0] ?? 0
    if (kind?.range !== undefined && last.kind === 'selector') {
      const { range } = kind
      const compute = {
        numbers: (w: Window) => range(w, parameter),
        histograms: histogramRangeFunctions[name],
      }
      return this.#windows(last, compute, name === 'last_over_time')
    }
    const value = this.evaluate(last)
    const map = kind?.value ?? (v => v)
    if (typeof value === 'number') return map(value, parameter)
    return numbersOnly(value).map(column => ({
      labels: withoutName(column.labels),
      present: column.present,
      values: column.values.map(v => map(v, parameter)),
    }))
  }

  #aggregation(aggregation: Aggregation): Column[] {
    return aggregate(aggregation, this.#vector(aggregation.of), this.#steps.count)
  }

  #binary(binary: Binary): Value {
    return combine(binary, this.evaluate(binary.left), this.evaluate(binary.right), this.#steps.count)
  }

  #vector(expression: Expression): Column[] {
    const value = this.evaluate(expression)
    return typeof value === 'number' ? [] : value
  }

  #scalar(expression: Expression): number {
    const value = this.evaluate(expression)
    return typeof value === 'number' ? value : Number.NaN
  }

  /** Slides `(at - range, at]` over each series, both edges only ever moving forward. */
  #windows(selector: Selector, compute: Compute, keepName: boolean): Column[] {
    const columns: Column[] = []
    for (const series of this.#loaded.get(selector) ?? []) {
      const labels = keepName ? series.labels : withoutName(series.labels)
      const rangeMs = selector.rangeMs ?? series.lookbackMs ?? lookbackMs
      const window: Window = {
        samples: series.samples,
        first: 0,
        end: 0,
        atMs: 0,
        rangeMs,
        delta: series.delta,
      }
      const column =
        series.histograms === undefined
          ? this.#numbers(selector, series, window, labels, compute)
          : this.#histograms(selector, { ...window, ...series.histograms }, series, labels, compute)
      if (column.present.includes(1)) columns.push(column)
    }
    return columns
  }

  #numbers(
    selector: Selector,
    { staleMs }: StoredSeries,
    window: Window,
    labels: Readonly<Record<string, string>>,
    { numbers }: Compute,
  ): Column {
    const column = emptyColumn(labels, this.#steps.count)
    this.#slide(selector, window, window.samples.timesMs, step => {
      const value = numbers(window, staleMs)
      if (value !== undefined) put(column, step, value)
    })
    return column
  }

  /** A function of histograms gives a histogram at every step, or a number at every step. */
  #histograms(
    selector: Selector,
    window: HistogramWindow,
    { staleMs }: StoredSeries,
    labels: Readonly<Record<string, string>>,
    { histograms }: Compute,
  ): Column {
    const column = histogramColumn(labels, this.#steps.count)
    const numbers = emptyColumn(labels, this.#steps.count)
    this.#slide(selector, window, window.timesMs, step => {
      const value = histograms?.(window, staleMs)
      if (typeof value === 'number') put(numbers, step, value)
      else if (value !== undefined) putHistogram(column, step, value)
    })
    return numbers.present.includes(1) ? numbers : column
  }

  /** Calls back at each step where the window is not empty. */
  #slide(
    selector: Selector,
    window: Window | HistogramWindow,
    timesMs: Float64Array,
    at: (step: number) => void,
  ): void {
    const { startMs, stepMs, count } = this.#steps
    for (let step = 0; step < count; step++) {
      window.atMs = startMs + step * stepMs - selector.offsetMs
      slide(window, timesMs)
      if (window.end > window.first) at(step)
    }
  }
}

/** What is made of a window. */
interface Compute {
  numbers(window: Window, staleMs: Float64Array): number | undefined
  histograms:
    | ((window: HistogramWindow, staleMs: Float64Array) => NativeHistogram | number | undefined)
    | undefined
}

/** The newest sample, unless the series ended after it. Source: Prometheus querying/basics, staleness. */
const instantOf: Compute = {
  numbers: (w, staleMs) =>
    hasEnded(w, w.samples.timesMs, staleMs) ? undefined : w.samples.values[w.end - 1],
  histograms: (w, staleMs) => (hasEnded(w, w.timesMs, staleMs) ? undefined : w.values[w.end - 1]),
}

function hasEnded(w: { end: number; atMs: number }, timesMs: Float64Array, staleMs: Float64Array): boolean {
  if (staleMs.length === 0) return false
  const newestMs = timesMs[w.end - 1] as number
  return staleMs.some(ms => ms > newestMs && ms <= w.atMs)
}

function slide(window: Window | HistogramWindow, timesMs: Float64Array): void {
  while (window.end < timesMs.length && (timesMs[window.end] as number) <= window.atMs) window.end++
  const fromMs = window.atMs - window.rangeMs
  while (window.first < window.end && (timesMs[window.first] as number) <= fromMs) window.first++
}
