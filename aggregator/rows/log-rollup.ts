import { TimeSplitter } from '../../lib/otlp/index.ts'
import { type Rollup, rollupWindows } from '../../store/index.ts'
import type { Columns } from '../native/block.ts'
import type { Column } from '../native/column.ts'
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

/** A dimension: the number of a row's value, and where the values of groups go. */
interface Dimension {
  place(row: number): number
  push(row: number): void
  column: Column
}

/** The tenant, and every dimension of the rollup: a word of a dictionary, or the pattern. */
function dimensionsOf(rollup: Rollup, rows: LogRows): Record<string, Dimension> {
  return Object.fromEntries(
    ['Tenant', ...Object.keys(rollup.dimensions)].map(name => [
      name,
      name === 'PatternId' ? patternDimension(rows) : wordDimension(rows, name),
    ]),
  )
}

function wordDimension(rows: LogRows, name: string): Dimension {
  const from = rows.columns[name as keyof LogRows['columns']] as LowCardinalityColumn
  const column = new LowCardinalityColumn()
  return {
    place: row => from.place(row),
    push: row => column.pushText(from.dictionary.text(from.place(row))),
    column,
  }
}

function patternDimension({ patterns, columns }: LogRows): Dimension {
  const column = new UInt64Column()
  const { PatternId } = columns
  return {
    place: row => patterns.places.at(row),
    push: row => column.push(PatternId.low(row), PatternId.high(row)),
    column,
  }
}

/**
 * Counts the lines of a block by the rollup's dimensions and windows. It works on the block's columns after they are
 * whole, so a record that was rolled back is not in it. Additive: late lines amend the windows they belong to.
 */
export function rollUpLogs(rollup: Rollup, rows: LogRows, day: number): RollupBlock[] {
  let groups = finest(rows, distinguishing(dimensionsOf(rollup, rows), rows))
  return rollup.windows.map(window => {
    groups = coarser(groups, window.seconds)
    return { rollup, window, columns: toColumns(groups, rollup, rows, day) }
  })
}

/** All but the tenant where a block has one only. */
function distinguishing({ Tenant, ...others }: Record<string, Dimension>, { columns }: LogRows): Dimension[] {
  const hasMany = columns.Tenant.dictionary.size > 1
  return [...(Tenant !== undefined && hasMany ? [Tenant] : []), ...Object.values(others)]
}

/** Hot: once per line. Lines next to each other mostly fall into the same group. */
function finest(rows: LogRows, dimensions: readonly Dimension[]): Group[] {
  const { Timestamp } = rows.columns
  const sets = dimensions.map(() => new Map<number, number>())
  const groups = new Map<number, Group>()
  const time = new TimeSplitter()
  let lastKey = -1
  let group: Group | undefined
  for (let row = 0; row < rows.rows; row++) {
    time.split(Timestamp.low(row), Timestamp.high(row))
    let set = 0
    for (let i = 0; i < dimensions.length; i++) {
      const place = (dimensions[i] as Dimension).place(row)
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

function toColumns(groups: readonly Group[], rollup: Rollup, rows: LogRows, day: number): Columns {
  const columns = {
    Window: new UInt32Column('DateTime'),
    IngestedOn: new UInt16Column('Date'),
  }
  const measures = { Lines: new UInt64Column(), Bytes: new UInt64Column() }
  const dimensions = dimensionsOf(rollup, rows)
  for (const { row, window, lines, bytes } of groups) {
    for (const name in dimensions) (dimensions[name] as Dimension).push(row)
    columns.Window.push(window)
    measures.Lines.pushNumber(lines)
    measures.Bytes.pushNumber(bytes)
    columns.IngestedOn.push(day)
  }
  const kept = Object.entries(measures).filter(([name]) => Object.hasOwn(rollup.measures, name))
  const values = Object.entries(dimensions).map(([name, { column }]) => [name, column] as const)
  return { ...columns, ...Object.fromEntries([...values, ...kept]) }
}
