import { sentRecord, takeIn } from '../../../aggregator/testing/sent.ts'
import { type MetricQuery, parseLogQl } from '../../../lib/logql/index.ts'
import { StoreConnection } from '../../../store/index.ts'
import { startTestStore, type TestStore } from '../../../store/testing/store.ts'
import type { Column } from '../../promql/column.ts'
import { StoreReader } from '../../store-reader.ts'
import { evaluateLogMetrics } from '../metrics.ts'

const startMs = Math.floor(Date.now() / 600_000) * 600_000 - 3_600_000
const steps = { startMs: startMs + 60_000, stepMs: 60_000, count: 1 }
const file = { agent: 'a', source: '/web', generation: '1', service: 'web', timeMs: startMs + 10_000 }

type Lines = Parameters<typeof sentRecord>[2]

/** A store with lines of the service `web`, all of one moment, that is asked for metrics of them a minute later. */
export class MetricsScene {
  readonly #store: TestStore
  readonly #connection: StoreConnection

  private constructor(store: TestStore) {
    this.#store = store
    this.#connection = new StoreConnection(store.config, { application: 'test' })
  }

  static async start(): Promise<MetricsScene> {
    return new MetricsScene(await startTestStore())
  }

  /** One record at an offset of the topic. */
  async put(lines: Lines, offset = 0): Promise<void> {
    const client = await this.#connection.client()
    await takeIn(client, 'otlp_logs', [sentRecord(file, offset * 10, lines)], offset, `lines ${offset}`)
  }

  /** The series of a vector, with one value each. */
  async ask(query: string): Promise<readonly Column[]> {
    const parsed = parseLogQl(query) as MetricQuery
    const { signal } = new AbortController()
    const reader = new StoreReader(this.#connection)
    const { value } = await evaluateLogMetrics(reader, 'default', parsed, steps, signal)
    if (value.kind !== 'vector') throw new Error(`${value.kind} was not asked for`)
    return value.columns
  }

  async close(): Promise<void> {
    await this.#connection.close()
    await this.#store.close()
  }
}
