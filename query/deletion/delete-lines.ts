import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { type LogQuery, parseLogQuery } from '../../lib/logql/index.ts'
import { forgetMutations, lineBytes, noteDeletion } from '../../store/index.ts'
import { answeredByRollup } from '../answered-by-rollup.ts'
import { besideLines, countRows, isAbout, takeOut, takeOutBeside } from './beside-lines.ts'
import { knownRollups } from './counted-rollups.ts'
import { countedIn, noteBegun, noteCounts } from './counts.ts'
import { untilGone } from './going.ts'
import { allOf, ask, type DeleteOptions, lastMs, linesOf } from './lines.ts'
import { takenIn, withinRecords } from './narrow.ts'
import { noteRollupCounts } from './rollup-counts.ts'
import { takeCounts } from './take-counts.ts'

export type { DeleteOptions } from './lines.ts'

export interface DeletionPreview {
  lines: number
  spans: number
  samples: number
  /** Rows of rollups, templates and series: some are kept for years after what they were made of. */
  counts: number
  /** Bytes of the lines. */
  bytes: number
  days: { day: string; lines: number }[]
  /** Where the numbers of what goes are kept, and cannot be taken apart. */
  stays: string[]
}

const maxDays = 4_000
/**
 * What comes in while lines go is young. Windows of this time are counted down, so that it stays counted; older ones go as a whole,
 * with the counts of lines whose retention was over: none is shorter than a day.
 */
const unsettledMs = 86_400_000
const sampleTables: ReadonlySet<string> = new Set(['metric_samples', 'metric_histograms'])
/** What a deletion would take, without taking it. Errors: QUERY_INVALID; those of the store. */
export async function previewDeletion(options: DeleteOptions): Promise<DeletionPreview> {
  const query = parseLogQuery(options.match)
  const lines = linesOf(options, query)
  const days = await ask<{ day: string; lines: string; bytes: string }>(options.store, {
    sql: `SELECT toString(toDate(Timestamp)) AS day, toString(count()) AS lines, toString(sum(${lineBytes})) AS bytes
      FROM otel_logs WHERE ${lines.sql} GROUP BY day ORDER BY day LIMIT ${maxDays}`,
    params: lines.params,
  })
  const targets = besideLines(options, query)
  const count = async (isMeant: (table: string) => boolean) => {
    let rows = 0
    for (const target of targets.filter(({ table }) => isMeant(table)))
      rows += await countRows(options.store, target)
    return rows
  }
  const byDay = days.map(({ day, lines: n, bytes }) => ({ day, lines: Number(n), bytes: Number(bytes) }))
  return {
    lines: byDay.reduce((sum, one) => sum + one.lines, 0),
    spans: await count(table => table === 'otel_traces'),
    samples: await count(table => sampleTables.has(table)),
    counts: await count(table => table !== 'otel_traces' && !sampleTables.has(table)),
    bytes: byDay.reduce((sum, one) => sum + one.bytes, 0),
    days: byDay.map(({ day, lines: n }) => ({ day, lines: n })),
    stays: whatStays(query, await hasUnknownRollups(options)),
  }
}

/**
 * Deletes lines for good: noted first, so that `verify` knows; then from the tables, in whose place new parts without them
 * come; then from rollups and templates. Where a query is about services and hosts alone,
 * their spans and metrics go as well. Repeating it is harmless.
 * Errors: QUERY_INVALID, DELETE_UNFINISHED; those of the store, after which nothing was deleted.
 */
export async function deleteLines(
  options: DeleteOptions,
  /** `why` stands in the note in place of the query, which may say what is to be forgotten. */
  note: { by: string; preview: DeletionPreview; nowMs: number; why?: string | undefined },
): Promise<void> {
  const { store, tenant, match } = options
  const query = parseLogQuery(match)
  const { by, nowMs, why, preview } = note
  if (preview.lines === 0) {
    await takeOutBeside(options, query)
    await forgetMutations(store, options.form)
    return
  }
  const taken = await takenIn(store)
  const lines = allOf(linesOf(options, query), taken)
  const reason = why ?? `millrace store delete --match ${match}`
  const about = { tenant, by, query: why === undefined ? match : '', reason, nowMs }
  const days = preview.days.map(({ day }) => day)
  const id = await noteDeletion(store, about, lines, days)
  const noted = await withinRecords(store, id, lines)
  await noteCounts(store, id, noted)
  await noteRollupCounts(store, id, query, among =>
    withinRecords(store, id, allOf(linesOf(options, among), taken)),
  )
  const settled = { ...options, untilMs: Math.min(options.untilMs ?? lastMs, nowMs - unsettledMs) }
  const whole = countedIn.filter(rollup => answeredByRollup(query, rollup)).map(({ name }) => name)
  const begun = { id, tenant, whole, sinceMs: settled.sinceMs ?? 0, untilMs: settled.untilMs }
  await noteBegun(store, begun)
  await takeOut(options, { table: 'otel_logs', ...noted }, '0')
  try {
    await untilGone(store, options.form)
    await takeOutBeside(options, query, settled)
    await takeCounts(options, begun)
  } catch (cause) {
    throw unfinished(cause)
  }
}

function unfinished(cause: unknown): OperatingError {
  const [why] = messageOf(cause).split('\n')
  const message = `the lines go, and what was counted of them is not taken yet (${why}): the next millrace store delete --yes does it`
  return new OperatingError('DELETE_UNFINISHED', message, { cause })
}

function whatStays(query: LogQuery, hasUnknown: boolean): string[] {
  const templates =
    'templates of messages that other lines have as well, with their values left out (log_patterns)'
  const stays = ['what is in the topics still, until their retention is over: it is not read again']
  if (!isAbout(query, ['ServiceName'])) stays.push(templates)
  if (!isAbout(query, ['ServiceName', 'Host']))
    stays.push('spans and metrics: they go where a query is about services and hosts alone')
  if (hasUnknown)
    stays.push(
      'what rollups of the configuration counted before this version: they count these lines on, until each of them has counted once more',
    )
  return stays
}

async function hasUnknownRollups({ store }: DeleteOptions): Promise<boolean> {
  return (await knownRollups(store)).some(({ counted }) => counted === undefined)
}
