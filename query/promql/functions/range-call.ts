import { goQuoted } from '../../../lib/base/index.ts'
import type { Annotations, NoteName } from '../annotations.ts'
import type { Expression, Place } from '../ast.ts'
import { histogramsIn, numbersIn, type Window } from './window.ts'

/** Of rate, increase and delta. */
export interface ChangeKind {
  isCounter: boolean
  isRate: boolean
}

/** A call of a function of a range: what is said of its samples names the range and the metric. */
export class RangeCall {
  readonly notes: Annotations
  /** Where notes stand. */
  readonly range: Place
  readonly arguments: readonly Expression[]

  /** The series whose name was looked at last. */
  #named: Window['labels'] | undefined

  constructor(notes: Annotations, range: Expression, given: readonly Expression[]) {
    this.notes = notes
    this.range = placeOf(range)
    this.arguments = given
  }

  /** Numbers and histograms in one window go together nowhere: that is said. */
  isMixed(window: Window): boolean {
    const isMixed = numbersIn(window) > 0 && histogramsIn(window) > 0
    if (isMixed) this.noteMixed(window)
    return isMixed
  }

  /** Answers whether a series' name was not looked at yet. */
  isNew({ labels }: Window): boolean {
    if (this.#named === labels) return false
    this.#named = labels
    return true
  }

  noteMixed(window: Window): void {
    this.notes.add('mixedSamples', this.range, `metric name ${nameIn(window)}`)
  }

  /** A note that ends with the metric's name. */
  noteMetric(name: NoteName, window: Window): void {
    this.notes.add(name, this.range, nameIn(window))
  }
}

export function noteIgnored(call: RangeCall, window: Window): void {
  call.noteMetric('ignoredInRange', window)
}

/** A name that does not end as counters' names do is probably that of something else. */
export function noteName(call: RangeCall, window: Window): void {
  if (!call.isNew(window)) return
  const { labels, delta } = window
  const name = labels['__name__'] ?? ''
  if (delta || name === '' || /_(total|sum|count|bucket)$/.test(name)) return
  call.notes.add('maybeNoCounter', call.range, goQuoted(name))
}

/** What a subquery gave stands nowhere in the text: Prometheus puts notes on it at the beginning. */
function placeOf(range: Expression): Place {
  if (range.kind === 'paren') return placeOf(range.of)
  return range.kind === 'subquery' ? { from: 0, to: 0 } : range
}

function nameIn({ labels }: Window): string {
  return goQuoted(labels['__name__'] ?? '')
}
