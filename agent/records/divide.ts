import { checksum } from '../../lib/kafka/index.ts'
import {
  type LedgerEntry,
  type LedgerGap,
  ledgerHeaders,
  readLedgerHeaders,
  type ServiceRun,
  tenantHeader,
} from '../../lib/ledger/index.ts'
import { checkRequest, type Signal, splitRequest } from '../../lib/otlp/index.ts'
import type { LaneRecord } from './lane-records.ts'
import { originalOf } from './original.ts'

/**
 * Divides a record into records of one item each: a line, a metric, a span. Their ranges in the ledger follow one another
 * and make up that of the whole; of a file each has the bytes of its row. What cannot be divided is answered as it is.
 *
 * @example
 * divideRecord('logs', recordOfThreeLines).length // => 3
 */
export function divideRecord(signal: Signal, record: LaneRecord): LaneRecord[] {
  const { value, headers, timestampMs } = record
  const entry = readLedgerHeaders(headers)
  const values = entry === undefined ? [] : splitRequest(value, 0)
  if (entry === undefined || values.length < 2) return [record]
  const lines = values.map(item => checkRequest(signal, item))
  const entries = entry.crc32c === undefined ? counted(entry, lines) : proven(entry, values)
  const kept = headers.filter(({ key }) => key === tenantHeader)
  return values.map((item, i) => ({
    value: item,
    headers: [...ledgerHeaders(entries[i] as LedgerEntry), ...kept],
    timestampMs,
  }))
}

/** Of what was pushed: that the request is there is told with the last of it. */
function counted(entry: LedgerEntry, lines: readonly number[]): LedgerEntry[] {
  const names = namesOf(entry)
  const last = lines.length - 1
  let line = 0
  return lines.map((count, i) => {
    const services = names && runsOf(names.slice(line, line + count))
    line += count
    const isLast = i === last
    return {
      ...entry,
      to: isLast ? entry.to : entry.from,
      lines: count,
      dropped: isLast ? entry.dropped : {},
      services,
    }
  })
}

/** Of files: each row has its bytes, with what stood before it and is in no row. */
function proven(entry: LedgerEntry, values: readonly Buffer[]): LedgerEntry[] {
  const names = namesOf(entry)
  const last = values.length - 1
  let at = entry.from
  return values.map((value, row) => {
    const original = originalOf(value)
    const gaps = gapsOf(entry.gaps ?? [], row, row === last)
    const isChanged = gaps.some(gap => gap.isChange)
    const from = at
    at += gaps.reduce((sum, { bytes }) => sum + bytes, isChanged ? 0 : original.length)
    return {
      ...entry,
      from,
      to: row === last ? entry.to : at,
      lines: 1,
      dropped: row === last ? entry.dropped : {},
      crc32c: checksum(original, 0, original.length),
      services: names && runsOf(names.slice(row, row + 1)),
      gaps,
    }
  })
}

/** The service of each line. */
function namesOf({ services }: LedgerEntry): string[] | undefined {
  return services?.flatMap(({ service, lines }) => new Array<string>(lines).fill(service))
}

function runsOf(names: readonly string[]): ServiceRun[] {
  const runs: ServiceRun[] = []
  for (const service of names) {
    const run = runs.at(-1)
    if (run?.service === service) run.lines++
    else runs.push({ service, lines: 1 })
  }
  return runs
}

/** As they stand in a record of that row alone; the last row has what stands behind it as well. */
function gapsOf(gaps: readonly LedgerGap[], row: number, isLast: boolean): LedgerGap[] {
  return gaps
    .filter(gap => gap.row === row || (isLast && gap.row > row))
    .map(gap => ({ ...gap, row: gap.row - row }))
}
