import { isExpired, type StoredRecord } from '../../store/index.ts'
import type { LedgerCheck } from './ledger.ts'
import { type OffsetFault, OffsetWalk } from './offsets.ts'
import type { VerifyOptions } from './options.ts'
import { type ProvenRow, placeOf, proveRecord, unreadable } from './record.ts'
import {
  deletedByOffset,
  firstOffset,
  recordPage,
  replayedOffsets,
  rowsByOffset,
  rowsInOrder,
} from './rows.ts'
import { recordsOf, type TopicPart } from './topic.ts'

/** Rows held against the ledger by one question. */
const rowsPerQuestion = 20_000

interface Walk {
  options: VerifyOptions
  part: TopicPart
  check: LedgerCheck
  /** Whether the first record of a source is its first of all. */
  isStart: boolean
  /** Records that stand elsewhere by now. */
  replayed: ReadonlySet<number>
}

/** Holds one partition's ledger against its rows, up to what the aggregator has committed. */
export async function verifyPartition(
  options: VerifyOptions,
  part: TopicPart,
  check: LedgerCheck,
  committed: number,
): Promise<void> {
  const { kafka, topic, partition } = part
  const start = await kafka.listOffset(topic, partition, 'earliest')
  const first = await firstOffset(options, partition)
  const isWhole = options.sinceMs === 0
  // a topic that still begins at 0 has let go of nothing
  const begins = isWhole && start === 0 ? 0 : undefined
  const isStart = isWhole && (start === 0 || first === 0)
  const replayed = await replayedOffsets(options, partition)
  const walk: Walk = { options, part, check, isStart, replayed }
  const offsets = new OffsetWalk(begins)
  for (let from = first ?? committed; from < committed; ) {
    const page = await recordPage(options, partition, { from, to: committed })
    const last = page.at(-1)
    if (last === undefined) break
    for (const { offset, nextOffset } of page) await judge(walk, offsets.add(offset, nextOffset))
    for (const group of groupsOf(page)) await verifyGroup(walk, group)
    options.progress(last.nextOffset, committed)
    from = Math.max(last.nextOffset, last.offset + 1)
  }
  await judge(walk, offsets.end(committed))
}

/** Neighbours whose rows are asked for together. */
function* groupsOf(page: readonly StoredRecord[]): Iterable<StoredRecord[]> {
  let group: StoredRecord[] = []
  let rows = 0
  for (const record of page) {
    if (rows > 0 && rows + record.rows > rowsPerQuestion) {
      yield group
      group = []
      rows = 0
    }
    group.push(record)
    rows += record.rows
  }
  yield group
}

async function verifyGroup(walk: Walk, group: readonly StoredRecord[]): Promise<void> {
  const { options, check, isStart, replayed } = walk
  const asked: StoredRecord[] = []
  for (const record of group) {
    const { entry } = record
    if (options.agent !== undefined && entry?.agent !== options.agent) continue
    if (entry === undefined) check.addForeign(placeOf(record), record.error)
    // bytes count where their record first stood
    else if (record.replayOf === undefined) check.add(entry, isStart)
    if (isStoredElsewhere(record, replayed)) continue
    if (isExpired(record, options.nowMs)) check.expiredLines += record.rows
    else asked.push(record)
  }
  const whole = await withoutDeleted(walk, asked)
  await (options.isQuick ? compareCounts(walk, whole) : compareRows(walk, whole))
}

/** Records of which nothing was deleted; of the others only the number of rows can still be held against the notes. */
async function withoutDeleted(
  { options, part, check }: Walk,
  records: readonly StoredRecord[],
): Promise<readonly StoredRecord[]> {
  const range = rangeOf(records)
  if (range === undefined) return records
  const deleted = await deletedByOffset(options, part.partition, range)
  if (deleted.size === 0) return records
  const counts = await rowsByOffset(options, part.partition, range)
  for (const record of records) {
    const gone = deleted.get(record.offset)
    if (gone === undefined) continue
    const rows = counts.get(record.offset) ?? 0
    const lines = record.entry?.lines ?? record.rows
    check.deletedLines += Math.max(0, lines - rows)
    // what was noted and is still there was not deleted after all
    if (rows + gone >= lines && rows <= lines) continue
    const message = `${lines} lines in the record, ${rows} rows in the store, ${gone} deleted`
    check.find('count', record.entry, placeOf(record), message)
  }
  return records.filter(({ offset }) => !deleted.has(offset))
}

/** Of a record that was put back the rows are asked for where they came to be. */
function isStoredElsewhere(
  { error, offset, replayOf }: StoredRecord,
  replayed: ReadonlySet<number>,
): boolean {
  return error !== '' && (replayed.has(offset) || (replayOf !== undefined && replayed.has(replayOf)))
}

function rangeOf(records: readonly StoredRecord[]): { from: number; to: number } | undefined {
  const [first, last] = [records[0], records.at(-1)]
  return first === undefined || last === undefined ? undefined : { from: first.offset, to: last.offset + 1 }
}

async function compareCounts(
  { options, part, check }: Walk,
  records: readonly StoredRecord[],
): Promise<void> {
  const range = rangeOf(records)
  if (range === undefined) return
  const counts = await rowsByOffset(options, part.partition, range)
  for (const record of records) {
    const { entry, offset, error } = record
    const rows = counts.get(offset) ?? 0
    const lines = entry?.lines ?? record.rows
    if (error !== '' && entry !== undefined)
      check.find('unreadable', entry, placeOf(record), unreadable(record))
    else if (rows !== lines)
      check.find('count', entry, placeOf(record), `${lines} lines in the record, ${rows} rows in the store`)
  }
}

/** Rows and records come in the same order, so each record's rows are gathered and judged as they stream in. */
async function compareRows({ options, part, check }: Walk, records: readonly StoredRecord[]): Promise<void> {
  const range = rangeOf(records)
  if (range === undefined) return
  let at = 0
  let rows: ProvenRow[] = []
  const judgeUpTo = (offset: number) => {
    for (; at < records.length && (records[at] as StoredRecord).offset < offset; at++) {
      const record = records[at] as StoredRecord
      // of an offset that is in the ledger twice the rows are judged once
      if (records[at + 1]?.offset !== record.offset) {
        proveRecord(check, record, rows)
        rows = []
      }
    }
  }
  for await (const row of rowsInOrder(options, part.partition, range)) {
    judgeUpTo(row.offset)
    // rows of records that are not asked about: of other agents, or expired
    if (records[at]?.offset === row.offset) rows.push(row)
  }
  judgeUpTo(Number.POSITIVE_INFINITY)
}

/** A hole may be a transaction's marker, or offsets that a compaction took: the topic knows. */
async function judge({ options, part, check }: Walk, fault: OffsetFault | undefined): Promise<void> {
  if (fault === undefined) return
  const { from, to } = fault
  const where = `partition ${part.partition}, offsets ${from} to ${to}`
  if (fault.kind === 'twice') {
    check.find('offset', undefined, where, 'the ledger has them twice')
    return
  }
  const start = await part.kafka.listOffset(part.topic, part.partition, 'earliest')
  if (start > from) check.find('offset', undefined, where, 'never taken in, and the topic has let go of them')
  for await (const records of recordsOf(part, from, to))
    for (const { offset, entry } of records)
      if (options.agent === undefined || entry?.agent === options.agent)
        check.find(
          'offset',
          entry,
          `partition ${part.partition}, offset ${offset}`,
          'a record that is committed and not in the ledger',
        )
}
