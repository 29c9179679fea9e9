import type { LedgerEntry } from '../../lib/ledger/index.ts'
import { plainCount } from '../human.ts'
import { type ByteSpan, Coverage } from './coverage.ts'
import { addDrops, type DropTotals, noDrops } from './drops.ts'
import { nothingPending } from './pending.ts'
import { nothingUnread, type Unread } from './unread.ts'

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
/** Records without a ledger that a report names. */
const maxProblems = 100

/** One incarnation of a source, and the bytes of it that records have. */
interface Known {
  entry: LedgerEntry
  /** Where it begins, as far as that is in sight. */
  from: number
  coverage: Coverage
}

/**
 * Walks the ledger of all partitions, each in order. The byte ranges of each incarnation of a source must make up all of
 * it: what is in none of them at the end is a gap, what is in two an overlap. Pure.
 *
 * @example
 * const check = new LedgerCheck()
 * check.add({ agent: 'a', source: '/x', generation: '1', from: 0, to: 10, lines: 1, dropped: {} })
 * check.add({ agent: 'a', source: '/x', generation: '1', from: 12, to: 20, lines: 1, dropped: {} })
 * check.end()
 * check.findings[0].message // => '2 bytes are in no record'
 */
export class LedgerCheck {
  readonly findings: Finding[] = []
  /** Findings beyond those that are kept. */
  moreFindings = 0
  readonly totals: LedgerTotals = { records: 0, sources: 0, lines: 0, ...noDrops() }
  readonly pending = nothingPending()
  unread: Unread = nothingUnread()
  /** Records that no agent sent, and so without a ledger. */
  foreignRecords = 0
  /** Of these what could not be read of them, such as a ledger that is none. */
  readonly foreignProblems: string[] = []
  /** Lines whose retention is over: what is left of them proves nothing. */
  expiredLines = 0
  /** Lines that were deleted before their time, and what is noted of it. */
  deletedLines = 0
  deletions: readonly string[] = []
  readonly #known = new Map<string, Known>()

  get isProven(): boolean {
    return this.findings.length === 0
  }

  /** `isStart` is false where records before the first one of a source may be out of sight. */
  add(entry: LedgerEntry, isStart = true): void {
    this.totals.records++
    this.totals.lines += entry.lines
    addDrops(this.totals, entry.dropped)
    const known = this.#knownOf(entry, isStart)
    const span = { from: Math.max(entry.from, known.from), to: Math.max(entry.to, known.from) }
    for (const twice of known.coverage.add(span)) this.#range('overlap', entry, twice)
  }

  #knownOf(entry: LedgerEntry, isStart: boolean): Known {
    const key = JSON.stringify([entry.agent, entry.source, entry.generation])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.totals.sources++
    const from = isStart ? 0 : entry.from
    const found = { entry, from, coverage: new Coverage(from) }
    this.#known.set(key, found)
    return found
  }

  /** A record without a ledger; `problem` where it has one that cannot be read. */
  addForeign(where: string, problem: string): void {
    this.foreignRecords++
    if (problem !== '' && this.foreignProblems.length < maxProblems)
      this.foreignProblems.push(`${where}: ${problem}`)
  }

  /** All records were added: what is in none of them is missing. */
  end(): void {
    for (const { entry, coverage } of this.#known.values())
      for (const gap of coverage.missing) this.#range('gap', entry, gap)
  }

  find(kind: FindingKind, entry: LedgerEntry | undefined, where: string, message: string): void {
    const { agent = '', source = '', generation = '' } = entry ?? {}
    if (this.findings.length < maxFindings)
      this.findings.push({ kind, agent, source, generation, where, message })
    else this.moreFindings++
  }

  #range(kind: 'gap' | 'overlap', entry: LedgerEntry, { from, to }: ByteSpan): void {
    const message = `${plainCount(to - from, 'byte')} ${to - from === 1 ? 'is' : 'are'} in ${kind === 'gap' ? 'no record' : 'two records'}`
    this.find(kind, entry, `bytes ${from} to ${to}`, message)
  }
}
