import { rollups, rollupTable, type TableName, tables } from '../../store/index.ts'
import { blockBytes, blockRows, type Columns, writeBlock } from '../native/block.ts'
import { type CountedRange, rangeColumns, rollupBlocks } from '../rollups/columns.ts'
import { countRequest, RollupCounter } from '../rollups/counter.ts'
import { type LedgerNote, LedgerRows } from '../rows/ledger.ts'
import { rollUpLogs } from '../rows/log-rollup.ts'
import { LogRows } from '../rows/logs.ts'
import { rollUpMetrics } from '../rows/metric-rollup.ts'
import { seriesColumns } from '../rows/metric-series.ts'
import { MetricRows } from '../rows/metrics.ts'
import { patternRows } from '../rows/patterns.ts'
import type { RecordPosition } from '../rows/position.ts'
import { RetentionRules } from '../rows/retention.ts'
import type { RollupBlock } from '../rows/rollup-block.ts'
import { TraceRows } from '../rows/traces.ts'
import { type BlockSettings, seriesCaches } from './settings.ts'

export type Signal = 'logs' | 'metrics' | 'traces'

/** Where the records of blocks stand; `from` is where ranges made with the same settings began. */
export type BlockRange = Omit<CountedRange, 'isDone' | 'newestMs'>

/** One table's rows of a range, ready to be sent. */
export interface TableBlock {
  table: TableName
  rows: number
  pieces: Buffer[]
}

/**
 * Gathers the records of one range of one partition into the blocks of every table they go to. The same records give
 * the same blocks, byte for byte: nothing here looks at a clock, a random number or the configuration of a moment.
 */
export class RangeBlocks {
  readonly #signal: Signal
  readonly #tenant: string
  readonly #logs: LogRows
  readonly #metrics: MetricRows | undefined
  readonly #traces: TraceRows | undefined
  readonly #ledger: LedgerRows
  /** The day the newest record came in: rollups are kept from then on. */
  #day = 0
  #newestMs = 0
  #capacity = 0
  readonly #counters: readonly RollupCounter[]
  readonly settings: BlockSettings

  constructor(signal: Signal, settings: BlockSettings, caches = seriesCaches(settings)) {
    const { tenant } = settings
    this.settings = settings
    this.#counters = signal === 'logs' ? settings.rollups.map(rollup => new RollupCounter(rollup)) : []
    this.#signal = signal
    this.#tenant = tenant
    // every signal may have notes on records that cannot be read
    const retention = new RetentionRules(settings.retention)
    this.#logs = new LogRows(tenant, retention)
    this.#ledger = new LedgerRows(tenant)
    this.#metrics = signal === 'metrics' ? new MetricRows(tenant, caches) : undefined
    this.#traces = signal === 'traces' ? new TraceRows(tenant, retention) : undefined
  }

  /** Rows of the main tables. */
  get rows(): number {
    return this.#logs.rows + (this.#metrics?.rows ?? 0) + (this.#traces?.rows ?? 0)
  }

  /** Bytes held by the columns of the main tables and of the ledger. */
  get bytes(): number {
    return [this.#logs, this.#metrics, this.#traces, this.#traces?.times, this.#ledger].reduce(
      (sum, rows) => sum + (rows === undefined ? 0 : blockBytes(rows.columns)),
      0,
    )
  }

  /** The most bytes that the columns have held since they were made: about what they keep. */
  get capacity(): number {
    return Math.max(this.#capacity, this.bytes)
  }

  clear(): void {
    this.#capacity = this.capacity
    this.#day = this.#newestMs = 0
    for (const counter of this.#counters) counter.clear()
    this.#logs.clear()
    this.#ledger.clear()
    this.#metrics?.clear()
    this.#traces?.clear()
  }

  /** Adds one record, whole or not at all: throws a WireError where it is invalid. */
  add(request: Buffer, position: RecordPosition): void {
    const rows = this.#metrics ?? this.#traces ?? this.#logs
    rows.mark()
    try {
      rows.add(request, position)
      if (this.#counters.length > 0) countRequest(this.#counters, request, position)
    } catch (error) {
      rows.rollback()
      throw error
    }
    this.#day = Math.max(this.#day, position.day)
    this.#newestMs = Math.max(this.#newestMs, position.timestampMs)
  }

  /** A row among the logs that stands for what could not be read. */
  addNote(position: RecordPosition, note: string, error: string): void {
    this.#logs.addNote(position, note, error)
    this.#day = Math.max(this.#day, position.day)
  }

  /** What is known of a record: once for each, whatever rows it brought. */
  addLedger(position: RecordPosition, note: Omit<LedgerNote, 'retentionDays'>): void {
    const retentionDays = this.#signal === 'logs' ? this.#logs.leastRetention(this.rows - note.rows) : 0
    this.#ledger.add(position, { ...note, retentionDays })
  }

  /** The blocks, main tables first. Views of memory that `clear` gives away. `range` says which offsets are in them. */
  finish(range?: BlockRange): TableBlock[] {
    const blocks: TableBlock[] = []
    if (this.#logs.rows > 0) this.#finishLogs(blocks)
    if (this.#metrics !== undefined && this.#metrics.rows > 0) this.#finishMetrics(blocks, this.#metrics)
    if (this.#traces !== undefined) this.#finishTraces(blocks, this.#traces)
    if (this.#counters.length > 0) this.#finishCounters(blocks, range)
    // the ledger last, so that what it says of rows is so once it is there
    push(blocks, tables.ledger, this.#ledger.columns)
    return blocks
  }

  get signal(): Signal {
    return this.#signal
  }

  #finishLogs(blocks: TableBlock[]): void {
    const { columns, patterns } = this.#logs
    push(blocks, tables.logs, columns)
    pushRollups(blocks, rollUpLogs(rollups.logs, this.#logs, this.#day))
    push(blocks, tables.logPatterns, patternRows(patterns, columns, this.#day))
    pushRollups(blocks, rollUpLogs(rollups.patterns, this.#logs, this.#day))
  }

  #finishCounters(blocks: TableBlock[], range: BlockRange | undefined): void {
    pushRollups(blocks, rollupBlocks(this.#counters, this.#tenant, this.#day))
    if (range === undefined) return
    const definitions = this.#counters.map(({ definition }) => definition)
    const counted = { ...range, isDone: true, newestMs: this.#newestMs }
    push(blocks, tables.customRollupRanges, rangeColumns(definitions, this.#tenant, counted))
  }

  #finishTraces(blocks: TableBlock[], { columns, times }: TraceRows): void {
    push(blocks, tables.traces, columns)
    push(blocks, tables.traceTimes, times.columns)
  }

  #finishMetrics(blocks: TableBlock[], rows: MetricRows): void {
    push(blocks, tables.metricSeries, seriesColumns(rows, this.#tenant))
    push(blocks, tables.metricSamples, rows.columns)
    push(blocks, tables.metricHistograms, rows.histograms.columns)
    push(blocks, tables.metricExemplars, rows.exemplars.columns)
    pushRollups(blocks, rollUpMetrics(rows, this.#tenant, this.#day))
  }
}

export function pushRollups(blocks: TableBlock[], rolled: readonly RollupBlock[]): void {
  for (const { rollup, window, columns } of rolled) push(blocks, rollupTable(rollup, window), columns)
}

export function push(blocks: TableBlock[], table: TableName, columns: Columns): void {
  const rows = blockRows(columns)
  if (rows > 0) blocks.push({ table, rows, pieces: writeBlock(columns) })
}
