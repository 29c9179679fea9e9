import { TimeSplitter } from '../../lib/otlp/index.ts'
import { type Rollup, rollupWindows } from '../../store/index.ts'
import type { Columns } from '../native/block.ts'
import type { Column } from '../native/column.ts'
import { UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { grown } from '../native/grown.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { PairNumbers } from '../native/pair-numbers.ts'
import type { LogRows } from './logs.ts'
import type { RollupBlock } from './rollup-block.ts'

const finestSeconds = rollupWindows[0].seconds

/** Lines and bytes of each set of dimensions in each window, in the order of their first lines. */
class Groups {
  /** Number of the set of dimensions. */
  sets = new Int32Array(256)
  /** The first row: says what the dimensions are. */
  rows = new Int32Array(256)
  /** Where the window begins, in the finest windows since 1970. */
  windows = new Int32Array(256)
  lines = new Float64Array(256)
  bytes = new Float64Array(256)
  readonly #numbers = new PairNumbers()

  get size(): number {
    return this.#numbers.size
  }

  /** Number of a group, which begins with this row where it is new. */
  of(set: number, window: number, row: number): number {
    const before = this.size
    const group = this.#numbers.of(set, window)
    if (group < before) return group
    if (group === this.sets.length) this.#grow()
    this.sets[group] = set
    this.rows[group] = row
    this.windows[group] = window
    return group
  }

  add(group: number, lines: number, bytes: number): void {
    this.lines[group] = (this.lines[group] as number) + lines
    this.bytes[group] = (this.bytes[group] as number) + bytes
  }

  #grow(): void {
    this.sets = grown(this.sets)
    this.rows = grown(this.rows)
    this.windows = grown(this.windows)
    this.lines = grown(this.lines)
    this.bytes = grown(this.bytes)
  }
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
  /** By the row's place; those of the new column and 1. */
  const places = new Uint32Array(from.dictionary.size)
  const placeOf = (place: number): number => {
    if (places[place] === 0) places[place] = column.dictionary.internText(from.dictionary.text(place)) + 1
    return (places[place] as number) - 1
  }
  return { place: row => from.place(row), push: row => column.pushPlace(placeOf(from.place(row))), column }
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
function finest(rows: LogRows, dimensions: readonly Dimension[]): Groups {
  const { Timestamp } = rows.columns
  const sets = dimensions.map(() => new PairNumbers())
  const groups = new Groups()
  const time = new TimeSplitter()
  for (let row = 0; row < rows.rows; row++) {
    time.split(Timestamp.low(row), Timestamp.high(row))
    let set = 0
    for (let i = 0; i < dimensions.length; i++)
      set = (sets[i] as PairNumbers).of(set, (dimensions[i] as Dimension).place(row))
    const group = groups.of(set, Math.floor(time.seconds / finestSeconds), row)
    groups.add(group, 1, rows.bodyBytes.at(row))
  }
  return groups
}

function coarser(groups: Groups, seconds: number): Groups {
  if (seconds === finestSeconds) return groups
  const merged = new Groups()
  const length = seconds / finestSeconds
  for (let i = 0; i < groups.size; i++) {
    const window = groups.windows[i] as number
    const group = merged.of(groups.sets[i] as number, window - (window % length), groups.rows[i] as number)
    merged.add(group, groups.lines[i] as number, groups.bytes[i] as number)
  }
  return merged
}

function toColumns(groups: Groups, rollup: Rollup, rows: LogRows, day: number): Columns {
  const columns = {
    Window: new UInt32Column('DateTime'),
    IngestedOn: new UInt16Column('Date'),
  }
  const measures = { Lines: new UInt64Column(), Bytes: new UInt64Column() }
  const dimensions = dimensionsOf(rollup, rows)
  const pushes = Object.values(dimensions).map(({ push }) => push)
  for (let i = 0; i < groups.size; i++) {
    for (const push of pushes) push(groups.rows[i] as number)
    columns.Window.push((groups.windows[i] as number) * finestSeconds)
    measures.Lines.pushNumber(groups.lines[i] as number)
    measures.Bytes.pushNumber(groups.bytes[i] as number)
    columns.IngestedOn.push(day)
  }
  const kept = Object.entries(measures).filter(([name]) => Object.hasOwn(rollup.measures, name))
  const values = Object.entries(dimensions).map(([name, { column }]) => [name, column] as const)
  return { ...columns, ...Object.fromEntries([...values, ...kept]) }
}
