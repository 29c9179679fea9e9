import { hash } from 'node:crypto'
import { rollups, rollupWindows } from '../../store/index.ts'
import { ArrayColumn } from '../native/array.ts'
import { Float64Column, UInt8Column, UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { MapColumn } from '../native/map.ts'
import { StringColumn } from '../native/string.ts'
import type { RollupBlock } from '../rows/rollup-block.ts'
import type { RollupCounter } from './counter.ts'
import { definitionId, described, kindOf, type RollupDefinition } from './definition.ts'
import type { Partial } from './window-table.ts'

/** Rows of the tables of custom rollups, for every length of window that some definition has. */
export function rollupBlocks(counters: readonly RollupCounter[], tenant: string, day: number): RollupBlock[] {
  const finished = counters.map(counter => ({ counter, windows: counter.finish() }))
  return rollupWindows.map(window => {
    const table = new CustomColumns(tenant, day)
    for (const { counter, windows } of finished)
      for (const { name, partials } of windows)
        if (name === window.name) for (const partial of partials) table.push(counter.definition, partial)
    return { rollup: rollups.custom, window, columns: table.columns }
  })
}

class CustomColumns {
  readonly columns = {
    Tenant: new LowCardinalityColumn(),
    RollupName: new LowCardinalityColumn(),
    Definition: new UInt64Column(),
    Series: new UInt64Column(),
    Window: new UInt32Column('DateTime'),
    Labels: new MapColumn(),
    Count: new UInt64Column(),
    Sum: new Float64Column(),
    Min: new Float64Column(),
    Max: new Float64Column(),
    IngestedOn: new UInt16Column('Date'),
  }
  readonly #tenant: string
  readonly #day: number

  constructor(tenant: string, day: number) {
    this.#tenant = tenant
    this.#day = day
  }

  push(definition: RollupDefinition, { labels, start, count, sum, min, max }: Partial): void {
    const { columns } = this
    const id = definitionId(definition)
    const series = hash('sha256', JSON.stringify(labels), 'buffer')
    columns.Tenant.pushText(this.#tenant)
    columns.RollupName.pushText(definition.name)
    columns.Definition.push(id.readUInt32LE(0), id.readUInt32LE(4))
    columns.Series.push(series.readUInt32LE(0), series.readUInt32LE(4))
    columns.Window.push(start)
    for (const [name, value] of labels) if (value !== '') columns.Labels.pushPair(name, value)
    columns.Labels.endRow()
    columns.Count.pushNumber(count)
    columns.Sum.push(sum)
    columns.Min.push(min)
    columns.Max.push(max)
    columns.IngestedOn.push(this.#day)
  }
}

/** Which offsets of a partition a rollup has counted, or is about to count. */
export interface CountedRange {
  topic: string
  topicId: string
  partition: number
  from: number
  to: number
  /** False for a plan: it will be counted exactly so. */
  isDone: boolean
  /** When the newest of its records came in. */
  newestMs: number
}

/** Rows of `custom_rollup_ranges`: by them a backfill finds what is not counted yet, and queries the present definition. */
export function rangeColumns(definitions: readonly RollupDefinition[], tenant: string, range: CountedRange) {
  const columns = {
    Tenant: new LowCardinalityColumn(),
    RollupName: new LowCardinalityColumn(),
    Definition: new UInt64Column(),
    Kind: new LowCardinalityColumn(),
    Windows: new ArrayColumn(new StringColumn()),
    Topic: new LowCardinalityColumn(),
    TopicId: new StringColumn(),
    TopicPartition: new UInt32Column(),
    FromOffset: new UInt64Column(),
    ToOffset: new UInt64Column(),
    IsDone: new UInt8Column(),
    Newest: new UInt64Column('DateTime64(3)'),
    Described: new StringColumn(),
  }
  for (const definition of definitions) {
    const id = definitionId(definition)
    columns.Tenant.pushText(tenant)
    columns.RollupName.pushText(definition.name)
    columns.Definition.push(id.readUInt32LE(0), id.readUInt32LE(4))
    columns.Kind.pushText(kindOf(definition).kind)
    for (const name of definition.windows) columns.Windows.elements.pushText(name)
    columns.Windows.endRow()
    columns.Topic.pushText(range.topic)
    columns.TopicId.pushText(range.topicId)
    columns.TopicPartition.push(range.partition)
    columns.FromOffset.pushNumber(range.from)
    columns.ToOffset.pushNumber(range.to)
    columns.IsDone.push(range.isDone ? 1 : 0)
    columns.Newest.pushNumber(range.newestMs)
    columns.Described.pushText(described(definition))
  }
  return columns
}
