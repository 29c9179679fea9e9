import { aggregate } from './aggregate.ts'
import type { Aggregation, Binary, Call, Expression, Selector } from './ast.ts'
import { combine } from './binary.ts'
import { type Column, emptyColumn, put, type Value, withoutName } from './column.ts'
import { functions, type Window } from './functions.ts'
import { histogramQuantile } from './histogram-quantile.ts'
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
    return this.#windows(selector, lookbackMs, w => w.samples.values[w.end - 1], true)
  }

  #call({ name, arguments: given }: Call): Value {
    const kind = functions[name]
    const last = given.at(-1) as Expression
    const parameter = given.length > 1 ? this.#scalar(given[0] as Expression) : 0
    if (name === 'histogram_quantile') return histogramQuantile(parameter, this.#vector(last))
    if (kind?.range !== undefined && last.kind === 'selector') {
      const { range } = kind
      return this.#windows(
        last,
        last.rangeMs ?? lookbackMs,
        w => range(w, parameter),
        name === 'last_over_time',
      )
    }
    const value = this.evaluate(last)
    const map = kind?.value ?? (v => v)
    if (typeof value === 'number') return map(value, parameter)
    return value.map(column => ({
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
  #windows(
    selector: Selector,
    rangeMs: number,
    compute: (window: Window) => number | undefined,
    keepName: boolean,
  ): Column[] {
    const { startMs, stepMs, count } = this.#steps
    const columns: Column[] = []
    for (const series of this.#loaded.get(selector) ?? []) {
      const column = emptyColumn(keepName ? series.labels : withoutName(series.labels), count)
      const window: Window = {
        samples: series.samples,
        first: 0,
        end: 0,
        atMs: 0,
        rangeMs,
        delta: series.delta,
      }
      for (let step = 0; step < count; step++) {
        window.atMs = startMs + step * stepMs - selector.offsetMs
        slide(window)
        const value = window.end > window.first ? compute(window) : undefined
        if (value !== undefined) put(column, step, value)
      }
      if (column.present.includes(1)) columns.push(column)
    }
    return columns
  }
}

function slide(window: Window): void {
  const { timesMs } = window.samples
  while (window.end < timesMs.length && (timesMs[window.end] as number) <= window.atMs) window.end++
  const fromMs = window.atMs - window.rangeMs
  while (window.first < window.end && (timesMs[window.first] as number) <= fromMs) window.first++
}
