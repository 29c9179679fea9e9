import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import { type MetricQuery, parseLogQl } from '../../lib/logql/index.ts'
import { StoreConnection } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { StoreReader } from '../store-reader.ts'
import { evaluateLogMetrics } from './metrics.ts'

const reason = storeUnavailable()
const { signal } = new AbortController()
const startMs = Math.floor(Date.now() / 600_000) * 600_000 - 3_600_000
const steps = { startMs: startMs + 60_000, stepMs: 60_000, count: 1 }

describe.skipIf(reason !== undefined)(
  `errors of lines in metrics${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let store: TestStore
    let connection: StoreConnection

    beforeAll(async () => {
      store = await startTestStore()
      connection = new StoreConnection(store.config, { application: 'test' })
      const file = { agent: 'a', source: '/web', generation: '1', service: 'web', timeMs: startMs + 10_000 }
      const lines = ['{"n":"1"}', 'no json', '{"n":"x"}'].map(body => ({ body }))
      await takeIn(await connection.client(), 'otlp_logs', [sentRecord(file, 0, lines)], 0, 'errors')
    }, 120_000)
    afterAll(async () => {
      await connection?.close()
      await store?.close()
    })

    const ask = async (query: string) => {
      const parsed = parseLogQl(query) as MetricQuery
      const { value } = await evaluateLogMetrics(
        new StoreReader(connection),
        'default',
        parsed,
        steps,
        signal,
      )
      return value.kind === 'vector' ? value.columns.flatMap(({ values }) => [...values]) : undefined
    }

    it.each([
      ['sum by (service) (count_over_time({service="web"} | json | __error__ != "x" [5m]))', [3]],
      ['sum by (service) (count_over_time({service="web"} | json | __error__ = "" [5m]))', [2]],
      ['sum(sum_over_time({service="web"} | json | unwrap n | __error__ = "" [5m]))', [1]],
    ])('of parsers are known to a query that names them: %s', async (query, expected) => {
      expect(await ask(query)).toEqual(expected)
    })

    it.each([
      'sum by (service) (count_over_time({service="web"} | json | service > 5 | __error__ != "x" [5m]))',
      'sum by (service) (sum_over_time({service="web"} | json | __error__ != "x" | unwrap n [5m]))',
    ])('of filters and values fail it all the same: %s', async query => {
      await expect(ask(query)).rejects.toThrow('pipeline error')
    })
  },
)
