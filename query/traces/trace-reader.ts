import type { SqlParams, StoreCost, StoreReader } from '../store-reader.ts'

/** Where and how one request asks for traces: of whose, until when, and what it has cost so far. */
export class TraceReader {
  readonly tenant: string
  readonly cost: StoreCost = { rows: 0, bytes: 0 }
  readonly #warnings = new Set<string>()
  readonly #reader: StoreReader
  readonly #signal: AbortSignal
  readonly #isLate: () => boolean

  constructor(reader: StoreReader, tenant: string, signal: AbortSignal, isLate: () => boolean) {
    this.tenant = tenant
    this.#reader = reader
    this.#signal = signal
    this.#isLate = isLate
  }

  /** Rows of a statement, which finds the tenant as `{tenant:String}`. Errors: as StoreReader. */
  async rows<T>(sql: string, params: SqlParams): Promise<T[]> {
    const { rows, cost } = await this.#reader.rows<T>(sql, { ...params, tenant: this.tenant }, this.#signal)
    this.cost.rows += cost.rows
    this.cost.bytes += cost.bytes
    return rows
  }

  /** What the asker is to know of the answer. */
  warn(text: string): void {
    this.#warnings.add(text)
  }

  get warnings(): string[] {
    return [...this.#warnings]
  }

  /** Whether the time for a request is over: what is there by then is the answer. */
  get isLate(): boolean {
    return this.#isLate()
  }
}

/** A stretch of time: start included, end excluded. */
export interface TimeRange {
  startNs: bigint
  endNs: bigint
}
