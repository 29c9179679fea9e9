import { TimeSplitter } from '../../lib/otlp/index.ts'
import { UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import type { LogRows } from './logs.ts'

/** Windows per series of a rollup fit in so many numbers: 10 s windows up to the year 2106. */
const windowSpan = 2 ** 29
const levelSpan = 8

class LogRollupColumns {
  readonly columns = {
    Tenant: new LowCardinalityColumn(),
    ServiceName: new LowCardinalityColumn(),
    Host: new LowCardinalityColumn(),
    Level: new LowCardinalityColumn(),
    Window: new UInt32Column('DateTime'),
    Lines: new UInt64Column(),
    Bytes: new UInt64Column(),
    IngestedOn: new UInt16Column('Date'),
  }
}

/** Lines and bytes per service, host, level and window. */
interface Group {
  service: number
  host: number
  level: number
  /** Seconds since 1970, where the window begins. */
  window: number
  lines: number
  bytes: number
}

/**
 * Counts the lines of a block by service, host, level and window of 10 s and 1 m. It works on the block's columns after
 * they are whole, so a record that was rolled back is not in it. Additive: late lines amend the windows they belong to.
 */
export function rollUpLogs(
  rows: LogRows,
  tenant: string,
  day: number,
): { tenSeconds: LogRollupColumns['columns']; minutes: LogRollupColumns['columns'] } {
  const groups = groupByTenSeconds(rows)
  return {
    tenSeconds: toColumns(groups.values(), rows, tenant, day),
    minutes: toColumns(groupByMinute(groups.values()), rows, tenant, day),
  }
}

/** Hot: once per line. Lines next to each other mostly fall into the same group. */
function groupByTenSeconds(rows: LogRows): Map<number, Group> {
  const { Timestamp, ServiceName, Host, Level } = rows.columns
  const groups = new Map<number, Group>()
  const pairs = new Map<number, number>()
  const time = new TimeSplitter()
  let lastKey = -1
  let group: Group | undefined
  for (let row = 0; row < rows.rows; row++) {
    time.split(Timestamp.low(row), Timestamp.high(row))
    const window = Math.floor(time.seconds / 10)
    const service = ServiceName.place(row)
    const host = Host.place(row)
    const level = Level.place(row)
    const key = (pairOf(pairs, service, host) * levelSpan + level) * windowSpan + window
    if (key !== lastKey || group === undefined) {
      lastKey = key
      group = groups.get(key)
      if (group === undefined) {
        group = { service, host, level, window: window * 10, lines: 0, bytes: 0 }
        groups.set(key, group)
      }
    }
    group.lines++
    group.bytes += rows.bodyBytes.at(row)
  }
  return groups
}

/** Service and host as one small number, so that a whole group fits into one key. */
function pairOf(pairs: Map<number, number>, service: number, host: number): number {
  const both = service * 0x10_0000 + host
  const known = pairs.get(both)
  if (known !== undefined) return known
  pairs.set(both, pairs.size)
  return pairs.size - 1
}

function groupByMinute(tenSeconds: Iterable<Group>): Iterable<Group> {
  const groups = new Map<string, Group>()
  for (const group of tenSeconds) {
    const window = group.window - (group.window % 60)
    const key = `${group.service} ${group.host} ${group.level} ${window}`
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { ...group, window })
    else {
      known.lines += group.lines
      known.bytes += group.bytes
    }
  }
  return groups.values()
}

function toColumns(
  groups: Iterable<Group>,
  rows: LogRows,
  tenant: string,
  day: number,
): LogRollupColumns['columns'] {
  const { columns } = new LogRollupColumns()
  for (const group of groups) {
    columns.Tenant.pushText(tenant)
    columns.ServiceName.pushText(rows.columns.ServiceName.dictionary.text(group.service))
    columns.Host.pushText(rows.columns.Host.dictionary.text(group.host))
    columns.Level.pushText(rows.columns.Level.dictionary.text(group.level))
    columns.Window.push(group.window)
    columns.Lines.pushNumber(group.lines)
    columns.Bytes.pushNumber(group.bytes)
    columns.IngestedOn.push(day)
  }
  return columns
}
