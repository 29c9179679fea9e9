import type { RecordDraft } from './draft.ts'
import type { RecordFilter } from './filter.ts'

/** The rules of an agent as a source holds them: what they are may change while it runs. */
export class SwitchFilter implements RecordFilter {
  #current: RecordFilter
  /** Dropped by rules that are gone, and not yet in the ledger. */
  #left: Readonly<Record<string, number>> = {}

  constructor(filter: RecordFilter) {
    this.#current = filter
  }

  switchTo(filter: RecordFilter): void {
    this.#left = this.takeDropped()
    this.#current = filter
  }

  get isEmpty(): boolean {
    return this.#current.isEmpty
  }

  apply(draft: RecordDraft): boolean {
    return this.#current.apply(draft)
  }

  flush(draft: RecordDraft): boolean {
    return this.#current.flush?.(draft) ?? false
  }

  takeDropped(): Readonly<Record<string, number>> {
    const dropped: Record<string, number> = { ...this.#left }
    this.#left = {}
    for (const [rule, count] of Object.entries(this.#current.takeDropped()))
      dropped[rule] = (dropped[rule] ?? 0) + count
    return dropped
  }
}
