import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { Metrics, memoryLogger, OnceAMinute, systemClock } from '../../lib/base/index.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import { nanosOfMs, writeLogsRequest } from '../../lib/otlp/index.ts'
import { createStoreClient, databaseBytes, formOf } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { blockSettings } from '../range/settings.ts'
import { takeIn } from '../testing/sent.ts'
import { SizeGuard } from './size-guard.ts'

const reason = storeUnavailable()
const dayMs = 86_400_000
const today = Date.now()

function record(
  resource: Record<string, string>,
  severityNumber: number,
  body: string,
  timeMs = today,
): RecordInput {
  const time = nanosOfMs(timeMs)
  const line = { time, observed: time, severityNumber, severityText: '', body, attributes: { user: 'ann' } }
  return {
    key: null,
    value: writeLogsRequest({ resource, scope: 's' }, [line]),
    timestampMs: timeMs,
    headers: [],
  }
}

describe.skipIf(reason !== undefined)(
  `retention${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
    }, 30_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
    })
    const rows = async (query: string) =>
      await (await client.query({ query, format: 'JSONCompactEachRow' })).json<unknown[]>()

    const debug = [{ match: '{level="debug"}', days: 3 }]
    const byService = [...debug, { match: '{service="audit"}', days: 365 }]
    it.each([
      [
        'the first rule that matches',
        byService,
        [
          ['audit debug', 3],
          ['audit info', 365],
          ['own', 7],
          ['web', 14],
        ],
      ],
      [
        'rules over tenants, attributes and lines',
        [
          { match: '{}', tenant: 'acme', days: 5 },
          { match: '{user="ann"} |= "info"', days: 6 },
        ],
        [
          ['audit debug', 14],
          ['audit info', 6],
          ['own', 7],
          ['web', 5],
        ],
      ],
    ])('goes by %s, and before that by what the stream itself says', async (_, rules, expected) => {
      await client.command({ query: 'TRUNCATE TABLE otel_logs' })
      const config = parseConfig(JSON.stringify({ retention: { days: 14, rules } }), {})
      const records = [
        record({ 'service.name': 'audit' }, 5, 'audit debug'),
        record({ 'service.name': 'audit' }, 9, 'audit info'),
        record({ 'service.name': 'audit', 'millrace.retention.days': '7' }, 5, 'own'),
        record({ 'service.name': 'web', 'millrace.tenant': 'acme' }, 9, 'web'),
      ]
      await takeIn(client, 'otlp_logs', records, 0, JSON.stringify(rules), blockSettings(config))
      expect(await rows('SELECT Body, RetentionDays FROM otel_logs ORDER BY Body')).toEqual(expected)
      expect(
        await rows(
          'SELECT Tenant, Body FROM otel_logs WHERE Tenant != {t:String}'.replace('{t:String}', "'default'"),
        ),
      ).toEqual([['acme', 'web']])
      expect(
        await rows("SELECT sum(Lines) FROM log_rollup_1m WHERE Tenant = 'acme' AND ServiceName = 'web'"),
      ).not.toEqual([[0]])
      expect(await rows("SELECT count() > 0 FROM log_patterns WHERE Tenant = 'acme'")).toEqual([[1]])
    })

    it('takes the oldest days when the store is larger than it may be, notes it, and leaves today', async () => {
      await client.command({ query: 'TRUNCATE TABLE otel_logs' })
      const old = [3, 2, 1, 0].map(days =>
        record({ 'service.name': 'x' }, 9, `${days} days ago`, today - days * dayMs),
      )
      await takeIn(client, 'otlp_logs', old, 100, 'days')
      const { logger, entries } = memoryLogger()
      const metrics = new Metrics()
      const bytes = await databaseBytes(client, formOf(store.config))
      const config = { ...store.config, retention: { days: 30, rules: [], maxBytes: 1 } }
      expect(bytes).toBeGreaterThan(1)
      let isLeader = false
      const guard = new SizeGuard({
        config,
        clock: systemClock,
        logger,
        troubles: new OnceAMinute(logger, systemClock),
        metrics,
        isLeader: () => isLeader,
        checkEveryMs: 10,
      })
      guard.start()
      await new Promise(resolve => setTimeout(resolve, 100))
      expect(await rows('SELECT count() FROM otel_logs')).toEqual([[4]])
      isLeader = true
      await expect
        .poll(() => rows('SELECT Body FROM otel_logs'), { timeout: 10_000 })
        .toEqual([['0 days ago']])
      await expect
        .poll(() => entries.some(({ message }) => message.includes('only today is left')))
        .toBe(true)
      await guard.close()
      expect(entries.filter(({ message }) => message.startsWith('the oldest day went'))).toHaveLength(3)
      expect(await rows('SELECT TopicOffset, Rows FROM deleted_rows ORDER BY TopicOffset')).toEqual([
        [100, 1],
        [101, 1],
        [102, 1],
      ])
      expect(await rows('SELECT DeletedBy, Query, Rows FROM deletions')).toEqual(
        Array.from({ length: 3 }, () => ['the aggregator', '', 1]),
      )
    })
  },
)
