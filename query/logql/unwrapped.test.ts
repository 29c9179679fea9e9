import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SentLine, sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import { seeded } from '../../lib/log/testing/seeded.ts'
import { type MetricQuery, parseLogQl } from '../../lib/logql/index.ts'
import { StoreConnection } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { labelKey } from '../promql/column.ts'
import { type SqlParams, StoreReader } from '../store-reader.ts'
import { evaluateLogMetrics } from './metrics.ts'

const reason = storeUnavailable()
const { signal } = new AbortController()
const startMs = Math.floor(Date.now() / 600_000) * 600_000 - 3_600_000
const steps = { startMs: startMs + 60_000, stepMs: 60_000, count: 12 }

/** Says whether lines were read. */
class HeardReader extends StoreReader {
  lines = 0

  override async each<T>(
    sql: string,
    params: SqlParams,
    until: AbortSignal,
    take: (row: T, bytes: number) => boolean,
  ) {
    if (sql.includes('AS body')) this.lines++
    await super.each(sql, params, until, take)
  }
}

describe.skipIf(reason !== undefined)(
  `values of a label${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let store: TestStore
    let connection: StoreConnection
    let reader: HeardReader

    beforeAll(async () => {
      store = await startTestStore()
      connection = new StoreConnection(store.config, { application: 'test' })
      reader = new HeardReader(connection)
      const client = await connection.client()
      const random = seeded(7)
      const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T
      const records = Array.from({ length: 120 }, (_, i) => {
        const service = pick(['web', 'api', 'shop'])
        const took = pick([
          '0',
          '-3',
          '17',
          '0.1',
          '0.2',
          '12.345678',
          '999999999',
          String(Math.floor(random() * 1e6) / 1000),
        ])
        const attributes = {
          ...(i % 7 === 0 ? {} : { took_ms: took }),
          code: pick(['200', '500']),
          odd: i === 50 ? 'many' : '1',
        }
        const line: SentLine = { body: `request ${i}`, attributes }
        // no two at once: which of them is the first would be anyone's guess
        const timeMs = startMs + ((i * 37) % 120) * 5_833
        const file = { agent: 'web1', source: `/${service}`, generation: '7', service, timeMs }
        return sentRecord(file, i * 100, [line])
      })
      await takeIn(client, 'otlp_logs', records, 0, 'unwrapped')
    }, 60_000)
    afterAll(async () => {
      await connection?.close()
      await store?.close()
    })

    const answer = async (query: string) => {
      reader.lines = 0
      const { value } = await evaluateLogMetrics(
        reader,
        'default',
        parseLogQl(query) as MetricQuery,
        steps,
        signal,
      )
      if (value.kind !== 'vector') throw new Error(`${value.kind} was not asked for`)
      const series = value.columns.toSorted((a, b) => (labelKey(a.labels) < labelKey(b.labels) ? -1 : 1))
      return { series, hasReadLines: reader.lines > 0 }
    }

    it.each([
      'quantile_over_time(0.99, {service=~".+"} SEEN | unwrap took_ms [5m]) by (service)',
      'quantile_over_time(0.3, {service=~".+"} SEEN | unwrap took_ms [90s]) by (service, code)',
      'quantile_over_time(2, {service=~".+"} SEEN | unwrap took_ms [1m]) by ()',
      'avg_over_time({service="web"} SEEN | unwrap took_ms [3m]) by (code)',
      'max_over_time({service=~"w.*"} |= "request" SEEN | unwrap took_ms [3m]) by (code)',
      'min_over_time({service=~".+"} | code="500" SEEN | unwrap took_ms [3m] offset 2m) by (service)',
      'first_over_time({service=~".+"} SEEN | unwrap took_ms [4m]) by (service)',
      'last_over_time({service=~".+"} SEEN | unwrap took_ms [4m]) by (service)',
      'stddev_over_time({service=~".+"} SEEN | unwrap took_ms [4m]) by (service)',
      'stdvar_over_time({service=~".+"} SEEN | unwrap took_ms [4m]) by (service)',
      'sum by (service) (sum_over_time({service=~".+"} SEEN | unwrap code [4m]))',
      'sum by (service) (rate({service=~".+"} SEEN | unwrap code [4m]))',
    ])('are those of the lines, and no line is read: %s', async query => {
      const fast = await answer(query.replace('SEEN ', ''))
      const slow = await answer(query.replace('SEEN', '| line_format "{{.code}}"'))
      expect(fast.series.length).toBeGreaterThan(0)
      expect(fast.series).toEqual(slow.series)
      expect([fast.hasReadLines, slow.hasReadLines]).toEqual([false, true])
    })

    it('are looked for in the lines where one is no number', async () => {
      await expect(answer('max_over_time({service=~".+"} | unwrap odd [5m]) by (service)')).rejects.toThrow(
        'pipeline error',
      )
    })
  },
)
