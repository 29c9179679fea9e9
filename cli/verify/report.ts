import { plainCount } from '../human.ts'
import { printable } from '../printable.ts'
import { dropsText } from './drops.ts'
import type { LedgerCheck } from './ledger.ts'
import { pendingText } from './pending.ts'
import { unreadText } from './unread.ts'

/** One JSON object: what was found, counted and left out, with the unit in the key. */
export function reportJson(check: LedgerCheck): string {
  const { findings, moreFindings, totals, pending, foreignRecords, expiredLines, isProven: ok } = check
  const { deletedLines, deletions, foreignProblems } = check
  const { records, lines, oldestMs, newestMs } = pending
  const notAggregated = {
    records,
    lines,
    oldest: oldestMs === undefined ? null : new Date(oldestMs).toISOString(),
    newest: newestMs === undefined ? null : new Date(newestMs).toISOString(),
  }
  const more = {
    foreignRecords,
    foreignProblems,
    expiredLines,
    deletedLines,
    deletions,
    findings,
    moreFindings,
  }
  return `${JSON.stringify({ ok, ...totals, notAggregated, notRead: check.unread, ...more })}\n`
}

/** `isQuick`: only counts were compared. */
export function reportText(check: LedgerCheck, isQuick = false): string {
  const { findings, moreFindings, totals, pending, foreignRecords, expiredLines, isProven } = check
  const out = findings.map(({ kind, agent, source, generation, where, message }) =>
    printable(`${kind}: ${agent === '' ? '' : `${agent} ${source} (${generation}) `}${where}: ${message}`),
  )
  const { records, sources, lines } = totals
  const isPart = pending.records > 0 || check.unread.bytes > 0
  const which = `every ${isPart ? 'aggregated ' : ''}byte range`
  const proven = isQuick ? `${which} has the count of its lines` : `${which} is there exactly once`
  const verdict = isProven ? proven : plainCount(findings.length + moreFindings, 'finding')
  out.push(
    `${verdict}: ${plainCount(lines, 'line')} in ${plainCount(records, 'record')} of ${plainCount(sources, 'source')}, ${dropsText(totals)}`,
  )
  if (pending.records > 0)
    out.push(`${pendingText(pending)} and so not verified: run it again later, see millrace groups`)
  const unread = unreadText(check.unread)
  if (unread !== '') out.push(printable(unread))
  if (expiredLines > 0)
    out.push(
      `${plainCount(expiredLines, 'line')} past retention: what came of their bytes cannot be verified`,
    )
  if (check.deletedLines > 0)
    out.push(
      `${plainCount(check.deletedLines, 'line')} ${check.deletedLines === 1 ? 'was' : 'were'} deleted`,
      ...check.deletions,
    )
  if (foreignRecords > 0)
    out.push(
      `${plainCount(foreignRecords, 'record')} came from no agent: without a ledger that can be read they cannot be verified`,
      ...check.foreignProblems.map(printable),
    )
  return `${out.join('\n')}\n`
}

/** Why there was nothing to hold against the store, and what to do; undefined where there was something. */
export function nothingVerified(
  { totals, pending, foreignRecords }: LedgerCheck,
  topic: string,
  agent: string | undefined,
): string | undefined {
  if (totals.records > 0) return undefined
  if (pending.records > 0)
    return `nothing to verify: ${pendingText(pending)}: start the aggregator or wait for it, see millrace groups`
  if (foreignRecords > 0)
    return `nothing to verify: ${plainCount(foreignRecords, 'record')} of ${topic} came from no agent, without a ledger`
  const whose = agent === undefined ? 'records' : `records of agent ${agent}`
  return `nothing to verify: ${topic} holds no ${whose}, look with millrace topics what was sent`
}
