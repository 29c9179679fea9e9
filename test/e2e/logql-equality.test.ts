import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { type LogFields, parseLogQuery, predicateOfFields } from '../../lib/logql/index.ts'
import { toSql } from '../../query/logql-sql.ts'
import { createStoreClient } from '../../store/index.ts'
import { type RunningRole, startRole } from './stack.ts'

const bodies = [
  'GET /cart?id=7 500',
  'Timeout after 250ms\nretrying',
  'timeout',
  'time out',
  'ERROR: disk_full on /dev/sda1',
  'Ünïcödé Straße',
  '',
  '100% "quoted" \\ backslash',
  'a.b.c x=y',
]
const values = ['', '500', '5e2', '250ms', '4KiB', '0x10', 'abc', '-3', '1.5s', ' 7', 'Infinity', '1m30s']
const lines: LogFields[] = bodies.flatMap((body, i) =>
  values.map((value, k) => ({
    service: `svc${i % 3}`,
    host: `h${k % 2}`,
    level: ['info', 'error', 'unknown'][(i + k) % 3] as string,
    body,
    traceId: k === 0 ? 'abc' : '',
    spanId: '',
    attributes:
      k % 4 === 0
        ? { status: value }
        : { 'http.status_code': value, took: value, 'x.y_z/w-größe': value, '2xx': 'b' },
    resource: k % 3 === 0 ? { status: '404', region: 'eu' } : { region: '' },
  })),
)
const queries = [
  '',
  '{}',
  '{service="svc1", host!="h0"}',
  '{service=~"svc[12]", level!~"err.*"}',
  '{missing=""}',
  '{http_status_code="500"}',
  '{x_y_z_w_gr__e="500"}',
  '{"x.y_z/w-größe"!="500"}',
  '{x_y_z_w_gr_e="500"}',
  '{_2xx="b"}',
  '{"2xx"=~"[[:lower:]]"}',
  '{} | x_y_z_w_gr__e > 2',
  '{} |~ `\\Qa.b.c\\E`',
  '{service=~`(?U)svc\\d+`, level=~"(?i)ERR.*"}',
  '{} !~ "after.+(?-s)ms."',
  '"Timeout after" retrying',
  'status >= 404',
  '{region="eu"}',
  '{status="500"}',
  '{status!="500"}',
  '{http_status_code=~"5.+"}',
  '{} |= "timeout"',
  '{} |= "imeou"',
  '{} |= "disk_full on" != "xyz"',
  '{} != "timeout" or "cart"',
  '{} |~ "(?i)TIMEOUT|cart"',
  '{} |~ "after.+retry"',
  '{} !~ "^$"',
  '{} |= ""',
  '{} |= `"quoted" \\ back`',
  '{} |= "Straße"',
  'timeout',
  'TIMEOUT retrying',
  'disk full',
  'ünïcödé',
  'Straße',
  'id 7',
  '{} | status >= 404',
  '{} | status = 500',
  '{} | status != 500',
  '{} | took > 0.2s and took < 1m',
  '{} | took = 250ms or status = "404"',
  '{} | took >= 4096',
  '{} | took < 0',
  '{} | (level = "error" or level = "info") and trace_id = "abc"',
  '{} | http_status_code = 5e2',
]

let folder: string
let store: RunningRole
let client: ClickHouseClient

describe('SQL and the reference evaluator give the same lines', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-equality-'))
    store = await startRole('store', [`dataDir=${folder}`, 'store.listen=127.0.0.1:0'])
    const config = parseConfig('', { set: [`dataDir=${folder}`, `store.listen=${store.address}`] })
    client = await createStoreClient(config)
    const rows = lines.map((line, i) => ({
      Timestamp: '2026-01-01 00:00:00.000000000',
      Tenant: 'default',
      ServiceName: line.service,
      Host: line.host,
      Level: line.level,
      Body: line.body,
      TraceId: line.traceId,
      LogAttributes: line.attributes,
      ResourceAttributes: line.resource,
      TopicOffset: i,
      RetentionDays: 3650,
    }))
    await client.insert({ table: 'otel_logs', values: rows, format: 'JSONEachRow' })
  }, 60_000)

  afterAll(async () => {
    await client?.close()
    await store?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  it.each(queries)('%s', async text => {
    const query = parseLogQuery(text)
    const matches = predicateOfFields(query)
    const expected = lines.flatMap((line, i) => (matches(line) ? [i] : []))
    const { sql, params } = toSql(query)
    const result = await client.query({
      query: `SELECT toUInt32(TopicOffset) AS i FROM otel_logs WHERE ${sql} ORDER BY i`,
      query_params: params,
      format: 'JSONEachRow',
    })
    expect((await result.json<{ i: number }>()).map(row => row.i)).toEqual(expected)
  })
})
