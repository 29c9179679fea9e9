import type { Counter, Histogram, Metrics } from '../lib/base/index.ts'
import type { TableName } from '../store/index.ts'
import type { TableBlock } from './range/blocks.ts'

/** The aggregator's figures about itself. */
export class Figures {
  readonly retries: Counter
  readonly ranges: Counter
  readonly #metrics: Metrics
  readonly #tables = new Map<TableName, { rows: Counter; bytes: Counter; ms: Histogram }>()

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    this.retries = metrics.counter('millrace.aggregator.insert_retries', {
      unit: '{insert}',
      description: 'inserts that failed and were tried again',
    })
    this.ranges = metrics.counter('millrace.aggregator.ranges', {
      unit: '{range}',
      description: 'ranges inserted and committed',
    })
  }

  inserted(block: TableBlock, ms: number): void {
    const table = this.#table(block.table)
    table.rows.add(block.rows)
    table.bytes.add(block.pieces.reduce((sum, piece) => sum + piece.length, 0))
    table.ms.record(ms)
  }

  undecodable(topic: string): Counter {
    const description = 'records that could not be read: each is a dead letter, and noted as a row'
    return this.#metrics.counter(
      'millrace.aggregator.undecodable',
      { unit: '{record}', description },
      { topic },
    )
  }

  /** Records between what is committed and the end of each partition. */
  lag(observe: () => Iterable<{ labels: { topic: string; partition: string }; value: number }>): void {
    const description = 'records in the topic that are not yet in the store'
    this.#metrics.gauge('millrace.aggregator.lag', { unit: '{record}', description }, observe)
  }

  #table(table: TableName) {
    const known = this.#tables.get(table)
    if (known !== undefined) return known
    const made = {
      rows: this.#metrics.counter(
        'millrace.aggregator.rows',
        { unit: '{row}', description: 'rows inserted' },
        { table },
      ),
      bytes: this.#metrics.counter(
        'millrace.aggregator.bytes',
        { unit: 'By', description: 'bytes of inserted blocks' },
        { table },
      ),
      ms: this.#metrics.histogram(
        'millrace.aggregator.insert',
        { unit: 'ms', description: 'time of one insert' },
        { table },
      ),
    }
    this.#tables.set(table, made)
    return made
  }
}
