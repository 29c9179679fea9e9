import type { StoreCost, StoreReader } from '../store-reader.ts'
import type { Annotations } from './annotations.ts'
import type { Expression, Selector } from './ast.ts'
import type { Column } from './column.ts'
import type { Reads } from './evaluate.ts'
import { GatheredColumns } from './gathered-columns.ts'
import type { Load } from './plan.ts'
import { loadRollups } from './rollup-series.ts'
import { eachSeries, type Loaded, loadSeries } from './series.ts'
import type { Steps } from './steps.ts'
import type { StoredSeries } from './stored-series.ts'

/** What a query needs of the store, and what reading it took. */
export class QuerySamples {
  /** Series with all their samples, for what looks at them all at once. */
  readonly loaded = new Map<Selector, StoredSeries[]>()
  /** What was evaluated while samples were read. */
  readonly known = new Map<Expression, Column[]>()
  readonly tables = new Set<string>()
  readonly cost: StoreCost = { rows: 0, bytes: 0 }
  series = 0
  count = 0
  readonly #reader: StoreReader
  readonly #tenant: string
  readonly #signal: AbortSignal

  constructor(reader: StoreReader, tenant: string, signal: AbortSignal) {
    this.#reader = reader
    this.#tenant = tenant
    this.#signal = signal
  }

  /** Errors: TOO_MUCH, those of the store. */
  async hold({ selector, steps, ...range }: Load): Promise<void> {
    const [stored, rolled] = await Promise.all([
      loadSeries(this.#reader, this.#tenant, selector, range, this.#signal),
      loadRollups(this.#reader, this.#tenant, selector, steps, range, this.#signal),
    ])
    this.loaded.set(selector, [...stored.list, ...rolled.series])
    this.#count(stored, rolled)
  }

  /** Evaluates a piece over each series as it is read. Errors: QUERY_EXECUTION, TOO_MUCH, those of the store. */
  async evaluate(
    { selector, steps, ...range }: Load,
    piece: { expression: Expression; whole: Steps; notes: Annotations; reads: Reads },
  ): Promise<void> {
    const columns = new GatheredColumns({ ...piece, selector, steps })
    const [stored, rolled] = await Promise.all([
      eachSeries(this.#reader, this.#tenant, selector, range, this.#signal, series => columns.add(series)),
      loadRollups(this.#reader, this.#tenant, selector, steps, range, this.#signal),
    ])
    columns.add(rolled.series)
    this.known.set(piece.expression, columns.columns())
    this.#count(stored, rolled)
  }

  #count(stored: Loaded, rolled: Awaited<ReturnType<typeof loadRollups>>): void {
    for (const table of rolled.tables) this.tables.add(table)
    this.cost.rows += stored.cost.rows + rolled.cost.rows
    this.cost.bytes += stored.cost.bytes + rolled.cost.bytes
    this.series += stored.series + rolled.series.length
    this.count += stored.samples + rolled.series.reduce((sum, { samples }) => sum + samples.timesMs.length, 0)
  }
}
