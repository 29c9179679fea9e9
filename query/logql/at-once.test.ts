import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import { type MetricQuery, parseLogQl } from '../../lib/logql/index.ts'
import { StoreConnection } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { StoreReader } from '../store-reader.ts'
import { evaluateLogMetrics } from './metrics.ts'
import { msOf } from './samples.ts'

const reason = storeUnavailable()
const { signal } = new AbortController()
const startMs = Math.floor(Date.now() / 600_000) * 600_000 - 3_600_000
const steps = { startMs: startMs + 60_000, stepMs: 60_000, count: 1 }

describe.skipIf(reason !== undefined)(
  `lines of one moment${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let store: TestStore
    let connection: StoreConnection

    beforeAll(async () => {
      store = await startTestStore()
      connection = new StoreConnection(store.config, { application: 'test' })
      const client = await connection.client()
      // the last of the topic lands first, as when parts come in any order
      for (const offset of [40, 20, 30, 10]) {
        const file = { agent: 'a', source: '/web', generation: '1', service: 'web', timeMs: startMs + 10_000 }
        const lines = [0, 1, 2].map(i => ({ body: 'once', attributes: { took: String(offset + i) } }))
        await takeIn(client, 'otlp_logs', [sentRecord(file, offset * 10, lines)], offset, `once ${offset}`)
      }
    }, 60_000)
    afterAll(async () => {
      await connection?.close()
      await store?.close()
    })

    it.each([
      ['first_over_time', '', 10],
      ['last_over_time', '', 42],
      ['first_over_time', '| took > 20', 21],
      ['first_over_time', '| line_format "{{.took}}"', 10],
      ['last_over_time', '| line_format "{{.took}}"', 42],
      ['first_over_time', '| line_format "{{.took}}" | took > 20', 21],
    ])('stand in the order of the topic: %s %s', async (operation, stages, expected) => {
      const query = `${operation}({service="web"} ${stages} | unwrap took [5m]) by (service)`
      const { value } = await evaluateLogMetrics(
        new StoreReader(connection),
        'default',
        parseLogQl(query) as MetricQuery,
        steps,
        signal,
      )
      if (value.kind !== 'vector') throw new Error(`${value.kind} was not asked for`)
      expect(value.columns.map(({ values }) => [...values])).toEqual([[expected]])
    })
  },
)

describe('a moment in milliseconds', () => {
  it('is after a whole one where only nanoseconds tell', () => {
    expect(msOf('1763862000123000000')).toBe(1763862000123)
    expect(msOf('1763862000123000001')).toBeGreaterThan(1763862000123)
    expect(msOf('1763862000123000001')).toBeLessThan(1763862000123.001)
    expect(msOf('1763862000123999999')).toBeLessThanOrEqual(1763862000124)
  })
})
