import type { RecordDraft } from './draft.ts'

/** What stands between a source and the spool: it may change a draft, or say that it is not wanted. */
export interface RecordFilter {
  /** True where there is nothing to do: then requests that are OTLP already go through as they are. */
  readonly isEmpty: boolean
  /** False: the record is dropped. */
  apply(draft: RecordDraft): boolean
  /**
   * Puts a record that a rule kept back for what comes next into the draft; false where none is left. Called until then
   * at the end of what came together.
   */
  flush?(draft: RecordDraft): boolean
  /** Records dropped since the last call, by the rule that dropped them: the ledger's account. */
  takeDropped(): Readonly<Record<string, number>>
}

const nothing = {}

export const noFilter: RecordFilter = {
  isEmpty: true,
  apply: () => true,
  takeDropped: () => nothing,
}
