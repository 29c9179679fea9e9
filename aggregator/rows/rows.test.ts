import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeLogs, jsonToProtobuf } from '../../lib/otlp/index.ts'
import { createStoreClient, insertNative } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { RangeBlocks, type Signal } from '../range/blocks.ts'
import { defaultSettings } from '../range/settings.ts'
import { RecordPosition } from './position.ts'

interface Row {
  attributes: object
  resource: object
}

const reason = storeUnavailable()
const nowMs = Math.floor(Date.now() / 60_000) * 60_000
const time = (ms: number) => String(BigInt(nowMs + ms) * 1_000_000n)
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
const resource = { attributes: attributes({ 'service.name': 'web', 'host.name': 'h1' }) }

describe.skipIf(reason !== undefined)(
  `rows${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    let inserted = 0

    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
    }, 30_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
    })

    const insert = async (signal: Signal, request: object): Promise<void> => {
      const blocks = new RangeBlocks(signal, defaultSettings)
      blocks.add(
        jsonToProtobuf(signal, JSON.stringify(request)),
        new RecordPosition(signal, 1, inserted, nowMs, ''),
      )
      for (const block of blocks.finish())
        await insertNative(client, block.table, block.pieces, `test ${inserted}`)
      inserted++
    }
    const insertMetrics = (...metrics: object[]) =>
      insert('metrics', {
        resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 's' }, metrics }] }],
      })
    const rows = async (query: string) => {
      const result = await client.query({ query, format: 'JSONEachRow' })
      return await result.json()
    }
    const samples = (name: string) =>
      rows(
        `SELECT MetricName AS name, Labels['le'] AS le, Labels['quantile'] AS q, Value AS value FROM metric_samples JOIN metric_series USING (Tenant, Fingerprint) WHERE MetricName LIKE '${name}%' ORDER BY MetricName, value`,
      )

    it('keep every part of a span', async () => {
      const span = {
        traceId: 'ab'.repeat(16),
        spanId: '12'.repeat(8),
        parentSpanId: '34'.repeat(8),
        traceState: 'a=b',
        name: 'GET /',
        kind: 2,
        startTimeUnixNano: time(0),
        endTimeUnixNano: String(BigInt(nowMs) * 1_000_000n + 5_000_000_001n),
        attributes: attributes({ route: '/' }),
        status: { code: 2, message: 'boom' },
        events: [{ timeUnixNano: time(1), name: 'retry', attributes: attributes({ n: '1' }) }],
        links: [{ traceId: 'cd'.repeat(16), spanId: '56'.repeat(8), traceState: 'x', attributes: [] }],
      }
      const scope = { name: 'tracer', version: '1.0', attributes: attributes({ library: 'http' }) }
      await insert('traces', {
        resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span, { name: 'bare' }] }] }],
      })
      const [full, bare] = await rows('SELECT * FROM otel_traces ORDER BY TopicIndex')
      expect(full).toMatchObject({
        TraceId: 'ab'.repeat(16),
        SpanId: '12'.repeat(8),
        ParentSpanId: '34'.repeat(8),
        TraceState: 'a=b',
        SpanName: 'GET /',
        SpanKind: 'Server',
        ServiceName: 'web',
        ResourceAttributes: { 'service.name': 'web', 'host.name': 'h1' },
        ScopeName: 'tracer',
        ScopeVersion: '1.0',
        ScopeAttributes: { library: 'http' },
        SpanAttributes: { route: '/' },
        Duration: 5_000_000_001,
        StatusCode: 'Error',
        StatusMessage: 'boom',
        'Events.Name': ['retry'],
        'Events.Attributes': [{ n: '1' }],
        'Links.TraceId': ['cd'.repeat(16)],
        'Links.SpanId': ['56'.repeat(8)],
        Host: 'h1',
      })
      expect(bare).toMatchObject({
        SpanName: 'bare',
        SpanKind: 'Unspecified',
        StatusCode: 'Unset',
        'Events.Name': [],
      })
      expect(
        await rows(
          'SELECT lower(hex(TraceIdBytes)) AS id, LastEnd > FirstStart AS hasLength FROM trace_times',
        ),
      ).toEqual([{ id: 'ab'.repeat(16), hasLength: 1 }])
    })

    it('name gauges and counters as Prometheus does', async () => {
      await insertMetrics(
        { name: 'cpu.use', unit: '1', gauge: { dataPoints: [{ timeUnixNano: time(0), asDouble: 0.5 }] } },
        {
          name: 'requests',
          sum: {
            aggregationTemporality: 2,
            isMonotonic: true,
            dataPoints: [{ timeUnixNano: time(0), asInt: '7' }],
          },
        },
        {
          name: 'queue',
          sum: { aggregationTemporality: 1, dataPoints: [{ timeUnixNano: time(0), asInt: '-7' }] },
        },
      )
      const found = await rows(
        "SELECT MetricName, Type, Temporality, Labels FROM metric_series FINAL WHERE MetricName IN ('cpu_use_ratio', 'requests_total', 'queue') ORDER BY MetricName",
      )
      const Labels = {
        host: 'h1',
        host_name: 'h1',
        job: 'web',
        otel_scope_name: 's',
        service: 'web',
        service_name: 'web',
      }
      expect(found).toEqual([
        { MetricName: 'cpu_use_ratio', Type: 'gauge', Temporality: '', Labels },
        { MetricName: 'queue', Type: 'gauge', Temporality: 'delta', Labels },
        { MetricName: 'requests_total', Type: 'counter', Temporality: 'cumulative', Labels },
      ])
    })

    it('turn histograms and summaries into classic series', async () => {
      const point = { timeUnixNano: time(0), count: '6', sum: 10.5 }
      await insertMetrics(
        {
          name: 'took',
          unit: 'ms',
          histogram: { dataPoints: [{ ...point, bucketCounts: ['1', '2', '3'], explicitBounds: [1, 5] }] },
        },
        {
          name: 'size',
          summary: { dataPoints: [{ ...point, quantileValues: [{ quantile: 0.5, value: 2 }] }] },
        },
      )
      const bucket = { name: 'took_milliseconds_bucket', q: '' }
      expect(await samples('took')).toEqual([
        { ...bucket, le: '1', value: 1 },
        { ...bucket, le: '5', value: 3 },
        { ...bucket, le: '+Inf', value: 6 },
        { name: 'took_milliseconds_count', le: '', q: '', value: 6 },
        { name: 'took_milliseconds_sum', le: '', q: '', value: 10.5 },
      ])
      expect(await samples('size')).toEqual([
        { name: 'size', le: '', q: '0.5', value: 2 },
        { name: 'size_count', le: '', q: '', value: 6 },
        { name: 'size_sum', le: '', q: '', value: 10.5 },
      ])
    })

    it('roll samples up so that late ones amend their window', async () => {
      const gauge = (ms: number, asDouble: number) => ({ timeUnixNano: time(ms), asDouble })
      await insertMetrics({
        name: 'temp',
        gauge: { dataPoints: [gauge(1000, 3), gauge(9999, 5), gauge(10_000, 9)] },
      })
      await insertMetrics({ name: 'temp', gauge: { dataPoints: [gauge(2000, 1)] } })
      const of = (table: string) =>
        rows(
          `SELECT sum(Count) AS n, sum(Sum) AS sum, min(Min) AS min, max(Max) AS max, max(Last).2 AS last FROM ${table} WHERE Fingerprint IN (SELECT Fingerprint FROM metric_series WHERE MetricName = 'temp') GROUP BY Window ORDER BY Window`,
        )
      expect(await of('metric_rollup_10s')).toEqual([
        { n: 3, sum: 9, min: 1, max: 5, last: 5 },
        { n: 1, sum: 9, min: 9, max: 9, last: 9 },
      ])
      expect(await of('metric_rollup_1m')).toEqual([{ n: 4, sum: 18, min: 1, max: 9, last: 9 }])
    })

    it('have one value of an attribute that was given twice, the last, as live tail has', async () => {
      const pairs = (...entries: [string, string][]) =>
        entries.map(([key, stringValue]) => ({ key, value: { stringValue } }))
      const twice = pairs(['colour', 'red'], ['a', '1'], ['colour', 'blue'], ['b', '2'], ['a', '3'])
      const log = (attributes: object[]) => ({ attributes, eventName: 'twice' })
      const logRecords = [log(pairs(['a', '0'])), log(twice), log(pairs(['colour', 'green'], ['b', '4']))]
      const resource = { attributes: pairs(['zone', 'east'], ['zone', 'west']) }
      const request = { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }
      await insert('logs', request)
      const found = await rows(
        "SELECT AllAttributes AS attributes, length(AllAttributes) AS n, AllAttributes['colour'] AS colour, ResourceAttributes AS resource FROM otel_logs WHERE EventName = 'twice' ORDER BY TopicIndex",
      )
      const zone = { resource: { zone: 'west' } }
      expect(found).toEqual([
        { attributes: { a: '0' }, n: 1, colour: '', ...zone },
        { attributes: { a: '3', b: '2', colour: 'blue' }, n: 3, colour: 'blue', ...zone },
        { attributes: { b: '4', colour: 'green' }, n: 2, colour: 'green', ...zone },
      ])
      const tailed = [...decodeLogs(jsonToProtobuf('logs', JSON.stringify(request)), nowMs)]
      expect(tailed.map(({ attributes, resource }) => ({ attributes, resource }))).toEqual(
        found.map(row => ({ attributes: (row as Row).attributes, resource: (row as Row).resource })),
      )
    })

    it('keep what they say of times and severities when a line says little', async () => {
      const log = (more: object) => ({ body: { stringValue: 'x' }, ...more })
      const logRecords = [
        log({}),
        log({ observedTimeUnixNano: time(5) }),
        log({ timeUnixNano: time(7), severityText: 'Warning' }),
        log({ timeUnixNano: '18446744073709551615', severityNumber: 21 }),
      ]
      const kept = { attributes: attributes({ 'millrace.retention.days': '3' }) }
      await insert('logs', { resourceLogs: [{ resource: kept, scopeLogs: [{ logRecords }] }] })
      const found = await rows(
        "SELECT toUnixTimestamp64Milli(Timestamp) AS ms, Level, RetentionDays AS days FROM otel_logs WHERE Body = 'x' ORDER BY TopicIndex",
      )
      expect(found).toEqual([
        { ms: nowMs, Level: 'unknown', days: 3 },
        { ms: nowMs + 5, Level: 'unknown', days: 3 },
        { ms: nowMs + 7, Level: 'warn', days: 3 },
        { ms: nowMs, Level: 'fatal', days: 3 },
      ])
    })
  },
)
