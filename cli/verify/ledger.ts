import type { LedgerEntry } from '../../lib/ledger/index.ts'
import { addDrops, type DropTotals, noDrops } from './drops.ts'
import { nothingPending } from './pending.ts'

/**
 * What may not be as it must be: bytes in no record or in two; rows missing, too many or twice; rows that say other bytes,
 * another path or another service than was sent; offsets that the store has not, or has twice; records that nobody can read.
 */
export type FindingKind =
  | 'gap'
  | 'overlap'
  | 'count'
  | 'content'
  | 'path'
  | 'service'
  | 'offset'
  | 'unreadable'

/** One thing that is not as it must be. */
export interface Finding {
  kind: FindingKind
  agent: string
  source: string
  generation: string
  /** Byte range, or the place in the topic. */
  where: string
  message: string
}

/** What was held against the store. */
export interface LedgerTotals extends DropTotals {
  records: number
  sources: number
  lines: number
}

const maxFindings = 1_000

/**
 * Walks the ledger of one partition in order. The byte ranges of each incarnation of a source must follow one another:
 * a range that begins beyond the last end is a gap, one that begins before it an overlap. Pure.
 *
 * @example
 * const check = new LedgerCheck()
 * check.add({ agent: 'a', source: '/x', generation: '1', from: 0, to: 10, lines: 1, dropped: {} })
 * check.add({ agent: 'a', source: '/x', generation: '1', from: 12, to: 20, lines: 1, dropped: {} })
 * check.findings[0].message // => '2 bytes are in no record'
 */
export class LedgerCheck {
  readonly findings: Finding[] = []
  /** Findings beyond those that are kept. */
  moreFindings = 0
  readonly totals: LedgerTotals = { records: 0, sources: 0, lines: 0, ...noDrops() }
  readonly pending = nothingPending()
  /** Records that no agent sent, and so without a ledger. */
  foreignRecords = 0
  /** Lines whose retention is over: what is left of them proves nothing. */
  expiredLines = 0
  /** Lines that were deleted before their time, and what is noted of it. */
  deletedLines = 0
  deletions: readonly string[] = []
  /** Where each incarnation of a source has got to. */
  readonly #reached = new Map<string, number>()

  get isProven(): boolean {
    return this.findings.length === 0
  }

  /** `isStart` is false where records before the first one of a source may be out of sight. */
  add(entry: LedgerEntry, isStart = true): void {
    const key = JSON.stringify([entry.agent, entry.source, entry.generation])
    const reached = this.#reached.get(key)
    this.totals.records++
    this.totals.lines += entry.lines
    addDrops(this.totals, entry.dropped)
    if (reached === undefined) {
      this.totals.sources++
      if (isStart && entry.from > 0) this.#range('gap', entry, 0, entry.from)
    } else if (entry.from > reached) this.#range('gap', entry, reached, entry.from)
    else if (entry.from < reached) this.#range('overlap', entry, entry.from, reached)
    this.#reached.set(key, Math.max(entry.to, reached ?? 0))
  }

  find(kind: FindingKind, entry: LedgerEntry | undefined, where: string, message: string): void {
    const { agent = '', source = '', generation = '' } = entry ?? {}
    if (this.findings.length < maxFindings)
      this.findings.push({ kind, agent, source, generation, where, message })
    else this.moreFindings++
  }

  #range(kind: 'gap' | 'overlap', entry: LedgerEntry, from: number, to: number): void {
    const message = `${to - from} bytes are in ${kind === 'gap' ? 'no record' : 'two records'}`
    this.find(kind, entry, `bytes ${from} to ${to}`, message)
  }
}
