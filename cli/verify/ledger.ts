import type { LedgerEntry } from '../../lib/ledger/index.ts'
import { addDrops, type DropTotals, noDrops } from './drops.ts'
import { nothingPending } from './pending.ts'

/** One thing that is not as it must be. */
export interface Finding {
  kind: 'gap' | 'overlap' | 'count'
  agent: string
  source: string
  generation: string
  /** Byte range, or for `count` the place of the record in the topic. */
  where: string
  message: string
}

/** What was held against the store. */
export interface LedgerTotals extends DropTotals {
  records: number
  sources: number
  lines: number
}

interface Reached {
  to: number
  from: number
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
  readonly totals: LedgerTotals = { records: 0, sources: 0, lines: 0, ...noDrops() }
  readonly pending = nothingPending()
  /** Records that no agent sent, and so without a ledger. */
  foreignRecords = 0
  readonly #reached = new Map<string, Reached>()

  /** `isStart` is false where retention may have taken the records before this partition's first. */
  add(entry: LedgerEntry, isStart = true): void {
    const key = JSON.stringify([entry.agent, entry.source, entry.generation])
    const reached = this.#reached.get(key)
    this.totals.records++
    this.totals.lines += entry.lines
    addDrops(this.totals, entry.dropped)
    if (reached === undefined) {
      this.totals.sources++
      if (isStart && entry.from > 0) this.#find('gap', entry, 0, entry.from)
    } else if (entry.from > reached.to) this.#find('gap', entry, reached.to, entry.from)
    else if (entry.from < reached.to) this.#find('overlap', entry, entry.from, reached.to)
    this.#reached.set(key, { from: reached?.from ?? entry.from, to: Math.max(entry.to, reached?.to ?? 0) })
  }

  /** The store has another number of rows for a record than the record has lines. */
  wrongCount(entry: LedgerEntry, where: string, rows: number): void {
    const { agent, source, generation, lines } = entry
    const message = `${lines} lines in the record, ${rows} rows in the store`
    this.#push({ kind: 'count', agent, source, generation, where, message })
  }

  #find(kind: 'gap' | 'overlap', { agent, source, generation }: LedgerEntry, from: number, to: number): void {
    const message = `${to - from} bytes are in ${kind === 'gap' ? 'no record' : 'two records'}`
    this.#push({ kind, agent, source, generation, where: `bytes ${from} to ${to}`, message })
  }

  #push(finding: Finding): void {
    if (this.findings.length < maxFindings) this.findings.push(finding)
  }
}
