import type { RangeCall } from '../functions/range-call.ts'
import type { Window } from '../functions/window.ts'
import { combine, type NativeHistogram } from './histogram.ts'

/** Adds histograms of a range, and notes where they do not fit one another. */
export class Adder {
  readonly #call: RangeCall
  readonly #window: Window

  constructor(call: RangeCall, window: Window) {
    this.#call = call
    this.#window = window
  }

  /** Undefined where exponential and own bounds meet. */
  plus(a: NativeHistogram, b: NativeHistogram, factor: 1 | -1): NativeHistogram | undefined {
    const made = combine(a, b, factor)
    if (made === undefined) this.#call.noteMetric('mixedSchemas', this.#window)
    if (made?.isReconciled === true)
      this.#call.notes.add('reconciledBuckets', this.#call.range, factor === 1 ? 'addition' : 'subtraction')
    return made?.histogram
  }
}
