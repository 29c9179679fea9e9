import { overflowValue, type RollupWindow } from '../../store/index.ts'

/** What is known of the lines of one series in one window. */
export interface Partial {
  key: string
  labels: readonly (readonly [name: string, value: string])[]
  /** Seconds since 1970, where the window begins. */
  start: number
  count: number
  sum: number
  min: number
  max: number
}

/** The windows of one length of one rollup, each with so many series at most and one for all others. */
export class WindowTable {
  readonly window: RollupWindow
  readonly #maxSeries: number
  readonly #windows = new Map<number, Map<string, Partial>>()

  constructor(window: RollupWindow, maxSeries: number) {
    this.window = window
    this.#maxSeries = maxSeries
  }

  get partials(): Partial[] {
    return [...this.#windows.values()].flatMap(series => [...series.values()])
  }

  /** Adds to the window that `partial` falls into; additive, in any order. */
  add(partial: Partial): void {
    const start = partial.start - (partial.start % this.window.seconds)
    const series = this.#windows.get(start) ?? new Map<string, Partial>()
    this.#windows.set(start, series)
    const isFull = series.size >= this.#maxSeries && !series.has(partial.key)
    const { key, labels } = isFull ? overflowOf(partial) : partial
    const known = series.get(key)
    if (known === undefined) series.set(key, { ...partial, key, labels, start })
    else {
      known.count += partial.count
      known.sum += partial.sum
      known.min = Math.min(known.min, partial.min)
      known.max = Math.max(known.max, partial.max)
    }
  }
}

function overflowOf({ labels }: Partial): Pick<Partial, 'key' | 'labels'> {
  return { key: overflowValue, labels: labels.map(([name]) => [name, overflowValue] as const) }
}
