import { TimeSplitter } from '../../lib/otlp/index.ts'
import { type Rollup, rollups, rollupWindows } from '../../store/index.ts'
import type { Columns } from '../native/block.ts'
import { UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import type { LogRows } from './logs.ts'
import type { RollupBlock } from './rollup-block.ts'

/** Windows per group fit in so many numbers: 10 s windows up to the year 2106. */
const windowSpan = 2 ** 29
/** Distinct values of a dimension in one block are fewer. */
const placeSpan = 2 ** 21
const finestSeconds = rollupWindows[0].seconds

/** Lines and bytes of one set of dimensions in one window. */
interface Group {
  /** Number of the set of dimensions. */
  set: number
  /** Its first row: says what the dimensions are. */
  row: number
  /** Seconds since 1970, where the window begins. */
  window: number
  lines: number
  bytes: number
}

/** The columns of dimensions: words of a dictionary. */
function dimensionsOf(rollup: Rollup, rows: LogRows): [name: string, column: LowCardinalityColumn][] {
  return Object.keys(rollup.dimensions).map(name => {
    const column = rows.columns[name as keyof LogRows['columns']]
    return [name, column as LowCardinalityColumn]
  })
}

/**
 * Counts the lines of a block by the rollup's dimensions and windows. It works on the block's columns after they are
 * whole, so a record that was rolled back is not in it. Additive: late lines amend the windows they belong to.
 */
export function rollUpLogs(rows: LogRows, tenant: string, day: number): RollupBlock[] {
  const rollup = rollups.logs
  const dimensions = dimensionsOf(rollup, rows)
  let groups = finest(rows, dimensions)
  return rollup.windows.map(window => {
    groups = coarser(groups, window.seconds)
    return { rollup, window, columns: toColumns(groups, dimensions, tenant, day) }
  })
}

/** Hot: once per line. Lines next to each other mostly fall into the same group. */
function finest(rows: LogRows, dimensions: readonly [string, LowCardinalityColumn][]): Group[] {
  const { Timestamp } = rows.columns
  const columns = dimensions.map(([, column]) => column)
  const sets = columns.map(() => new Map<number, number>())
  const groups = new Map<number, Group>()
  const time = new TimeSplitter()
  let lastKey = -1
  let group: Group | undefined
  for (let row = 0; row < rows.rows; row++) {
    time.split(Timestamp.low(row), Timestamp.high(row))
    let set = 0
    for (let i = 0; i < columns.length; i++) {
      const place = (columns[i] as LowCardinalityColumn).place(row)
      set = numberOf(sets[i] as Map<number, number>, set * placeSpan + place)
    }
    const window = Math.floor(time.seconds / finestSeconds)
    const key = set * windowSpan + window
    if (key !== lastKey || group === undefined) {
      lastKey = key
      group = groups.get(key)
      if (group === undefined) {
        group = { set, row, window: window * finestSeconds, lines: 0, bytes: 0 }
        groups.set(key, group)
      }
    }
    group.lines++
    group.bytes += rows.bodyBytes.at(row)
  }
  return [...groups.values()]
}

/** A small number for each key, so that many dimensions fit into one. */
function numberOf(known: Map<number, number>, key: number): number {
  const found = known.get(key)
  if (found !== undefined) return found
  known.set(key, known.size)
  return known.size - 1
}

function coarser(groups: readonly Group[], seconds: number): Group[] {
  if (seconds === finestSeconds) return [...groups]
  const merged = new Map<number, Group>()
  for (const group of groups) {
    const window = group.window - (group.window % seconds)
    const key = group.set * windowSpan + window / finestSeconds
    const known = merged.get(key)
    if (known === undefined) merged.set(key, { ...group, window })
    else {
      known.lines += group.lines
      known.bytes += group.bytes
    }
  }
  return [...merged.values()]
}

function toColumns(
  groups: readonly Group[],
  dimensions: readonly [string, LowCardinalityColumn][],
  tenant: string,
  day: number,
): Columns {
  const columns = {
    Tenant: new LowCardinalityColumn(),
    Window: new UInt32Column('DateTime'),
    Lines: new UInt64Column(),
    Bytes: new UInt64Column(),
    IngestedOn: new UInt16Column('Date'),
  }
  const words = dimensions.map(([name, from]) => ({ name, from, to: new LowCardinalityColumn() }))
  for (const { row, window, lines, bytes } of groups) {
    columns.Tenant.pushText(tenant)
    for (const { from, to } of words) to.pushText(from.dictionary.text(from.place(row)))
    columns.Window.push(window)
    columns.Lines.pushNumber(lines)
    columns.Bytes.pushNumber(bytes)
    columns.IngestedOn.push(day)
  }
  return { ...columns, ...Object.fromEntries(words.map(({ name, to }) => [name, to])) }
}
