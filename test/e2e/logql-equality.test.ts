import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOtlpLogs } from '../../agent/records/from-otlp.ts'
import { DraftView } from '../../agent/transforms/draft/view.ts'
import { RangeBlocks } from '../../aggregator/range/blocks.ts'
import { defaultSettings } from '../../aggregator/range/settings.ts'
import { RecordPosition } from '../../aggregator/rows/position.ts'
import { parseConfig } from '../../cli/config.ts'
import {
  compilePredicate,
  type LogFields,
  type LogQuery,
  parseLogQuery,
  predicateOfFields,
  wordsOf,
} from '../../lib/logql/index.ts'
import { nanosOfMs, writeLogsRequest } from '../../lib/otlp/index.ts'
import { equalities } from '../../query/equalities.ts'
import { LineShapes, unhinted } from '../../query/line-shapes.ts'
import { type SqlCondition, toSql, whereSql } from '../../query/logql-sql.ts'
import { readShapes } from '../../query/read-shapes.ts'
import { StoreReader } from '../../query/store-reader.ts'
import { decodeLines } from '../../query/tail/decode.ts'
import { createStoreClient, insertNative, StoreConnection } from '../../store/index.ts'
import { scopedLines, scopedQueries, structured, traceId } from './scoped-lines.ts'
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
const timeMs = Date.UTC(2026, 0, 1, 12, 30, 7, 250)
// escaped where it is a parameter, and not
const oddKeys = ['it\'s "\\"', 'ä `odd`.key "%"']
const attributesOf = (value: string, k: number): Record<string, string> =>
  k % 4 === 0
    ? { status: value }
    : {
        'http.status_code': value,
        took: value,
        'x.y_z/w-größe': value,
        '2xx': 'b',
        msg: 'Order quokka-7f3a accepted',
      }
const bodiesOf = (i: number, k: number, value: string): string =>
  bodies[i] ?? structured(attributesOf(value, k))[i - bodies.length] ?? ''
const plainLines: LogFields[] = Array.from({ length: bodies.length + 2 }, (_, i) => i).flatMap(i =>
  values.map((value, k) => ({
    service: `svc${i % 3}`,
    host: `h${k % 2}`,
    level: ['info', 'error', 'unknown'][(i + k) % 3] as string,
    body: bodiesOf(i, k, value),
    traceId: k === 0 || i >= bodies.length ? traceId : '',
    spanId: '',
    attributes: {
      ...attributesOf(value, k),
      ...(k % 4 === 1 ? Object.fromEntries(oddKeys.map(key => [key, value])) : {}),
    },
    resource: {
      'service.name': `svc${i % 3}`,
      'host.name': `h${k % 2}`,
      ...(k % 3 === 0 ? { status: '404', region: 'eu' } : { region: '' }),
    },
  })),
)
const lines = [...plainLines, ...scopedLines]
const queries = [
  ...scopedQueries,
  '',
  '{}',
  '{service="svc1", host!="h0"}',
  '{service=~"svc[12]", level!~"err.*"}',
  'timeout OR cart',
  'timeout -retrying',
  'NOT timeout',
  'time* OR *art',
  'level:err* -t*t',
  'status:* OR "user-id":*',
  'level:error -service:svc1',
  'timeout OR level:error OR took>=250ms',
  'NOT "time out" -took>1s',
  '-"quokka" OR timeout',
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
  '{status=~".*404.*"}',
  '{status!~".*404.*"}',
  '{region=~"(?i).*EU"}',
  '{took=~"[0-9]*50ms"}',
  '{"x.y_z/w-größe"=~"[45]00"}',
  '{http_status_code=~"[^4]*250ms.*"}',
  '{} | took=~"250m." and status!~"50."',
  '{message=~".*quokka-7f3a.*"}',
  '{message=~".*100%_.*"}',
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
  '{} |= "quokka-7f3a"',
  '{} |= "uokka-7"',
  '{} |= "kk"',
  '{} |~ "Order [a-z]*-7f3a acc"',
  '{} |~ "(?i)ORDER.(quokka|x)+-7F"',
  '{} |~ "(Order|order) quok+a"',
  '{} |~ "b12ab12.*accepted"',
  '{} |= "=12345"',
  '{} |= "\\":\\"4K"',
  '{} |= "b12ab12ab"',
  '{} |= "QUOKKA"',
  'quokka',
  'quokka-7f3a',
  'accepted 250ms',
  '{} |= "level"',
  '{} |= "\\"level\\":\\"info\\",\\"tr"',
  '{} |= "x.y_z/w"',
  'status_code',
  'info',
  '{} |= "2026-01-01"',
  '{} |= "01T12:30"',
  '{} |= "07.250"',
  '2026',
  '01T12',
  '250Z',
  '250',
  `{} |= "${traceId}"`,
  '{} |= "b12ab12a"',
  traceId,
  '{} |= "1d"',
  'done',
  '{} |= " done"',
  '{} != "info"',
  '{} |~ "4.iB.*accepted"',
  '{} |= "a accepted"',
  '{} |= "r quokka"',
  '{} |= "50"',
  '{} != "50"',
  '{} |= "5" |= "quokka"',
  '{} |= "KiB"',
  '{} |= "ms"',
  '{} |= "nf"',
  '{} |= "Order" != "r quok"',
  '{} |~ "[Oo]rder quok+a"',
  '{} |~ "(?i)KIB"',
  '{} !~ "[45]0?0"',
  '{} |= " 7"',
  '{} |= "s retr"',
  '{} |= "or" or "1m3"',
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
  '{} | (level = "error" or level = "info") and trace_id = "ab12ab12ab12ab12ab12ab12ab12ab12"',
  '{} | http_status_code = 5e2',
  '{took="250ms"}',
  '{status="404"}',
  '{} | took="250ms" and http_status_code="250ms" | status != "500"',
  '{} | took="250ms" or status="500"',
  ...oddKeys.map(key => `{${JSON.stringify(key)}="500"}`),
  '{} | http_status_code="4KiB" |= "quokka-7f3a"',
  '{region="eu"}',
]

let folder: string
let store: RunningRole
let client: ClickHouseClient
let connection: StoreConnection
let reader: StoreReader

describe('SQL and the reference evaluator give the same lines', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-equality-'))
    store = await startRole('store', [`dataDir=${folder}`, 'store.listen=127.0.0.1:0'])
    const config = parseConfig('', { set: [`dataDir=${folder}`, `store.listen=${store.address}`] })
    client = await createStoreClient(config)
    connection = new StoreConnection(config, {})
    reader = new StoreReader(connection)
    const blocks = new RangeBlocks('logs', defaultSettings)
    for (const [i, line] of lines.entries()) blocks.add(requestOf(line), positionOf(i))
    for (const block of blocks.finish()) await insertNative(client, block.table, block.pieces, 'equality')
  }, 60_000)

  afterAll(async () => {
    await client?.close()
    await connection?.close()
    await store?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  it.each(queries)('%s', async text => {
    const query = parseLogQuery(text)
    const matches = predicateOfFields(query)
    const expected = lines.flatMap((line, i) => (matches(line) ? [i] : []))
    expect(await found(toSql(query))).toEqual(expected)
    const isOfLabels = query.stages.every(({ kind }) => kind === 'label')
    if (isOfLabels) expect(await found(toSql(query, unhinted))).toEqual(expected)
    const ofAll = new LineShapes((await readShapes(reader, everything, signal)) ?? [], false)
    expect(await found(toSql(query, ofAll))).toEqual(expected)
    const ofJson = await jsonShapes()
    const jsonLines = expected.filter(i => lines[i]?.body.startsWith('{'))
    expect(await found(toSql(query, ofJson), " AND startsWith(Body, '{')")).toEqual(jsonLines)
    expect(drafted(query)).toEqual(expected)
    expect(lines.flatMap((_, i) => (matches(tailed(i)) ? [i] : []))).toEqual(expected)
    const { ofShaped, shaped } = await shapedLines()
    const inShape = expected.filter(i => shaped.has(i))
    expect(await found(toSql(query, ofShaped), " AND LineShape != ''")).toEqual(inShape)
  })

  it('finds the same in parts whose attributes lie in buckets', async () => {
    await client.command({ query: 'ALTER TABLE otel_logs MODIFY SETTING min_bytes_for_wide_part = 0' })
    await client.command({ query: 'OPTIMIZE TABLE otel_logs FINAL' })
    const shapes = new LineShapes((await readShapes(reader, everything, signal)) ?? [], false)
    const ofAttributes = queries.filter(text => equalities(parseLogQuery(text)).length > 0)
    expect(ofAttributes.length).toBeGreaterThan(8)
    for (const text of ofAttributes) {
      const query = parseLogQuery(text)
      const matches = predicateOfFields(query)
      const condition = toSql(query, shapes)
      expect(condition.first === '').toBe(text.includes("it's"))
      expect(await found(condition)).toEqual(lines.flatMap((line, i) => (matches(line) ? [i] : [])))
    }
  })

  it('finds words of lines, and what words begin and end with, where the shapes are known', async () => {
    const ofAll = new LineShapes((await readShapes(reader, everything, signal)) ?? [], false)
    const ofJson = await jsonShapes()
    const whole = [...new Set(lines.flatMap(({ body }) => wordsOf(body)))]
    const parts = whole.flatMap(word => [word.slice(0, -1), word.slice(1)])
    const words = [...new Set([...whole, ...parts])].filter(word => word !== '')
    let inValues = 0
    for (const word of words.filter((_, i) => i % Math.ceil(words.length / maxWordsAsked) === 0)) {
      const query: LogQuery = { matchers: [], stages: [{ kind: 'words', words: [word] }] }
      const matches = predicateOfFields(query)
      const expected = lines.flatMap((line, i) => (matches(line) ? [i] : []))
      expect([word, await found(toSql(query, ofAll))]).toEqual([word, expected])
      const inJson = toSql(query, ofJson)
      const jsonLines = expected.filter(i => lines[i]?.body.startsWith('{'))
      expect([word, await found(inJson, " AND startsWith(Body, '{')")]).toEqual([word, jsonLines])
      if (!inJson.sql.includes('Body')) inValues++
    }
    expect(inValues).toBeGreaterThan(maxWordsAsked / 10)
  }, 60_000)

  it.each(['{message=~".*zebrafish.*"}', '{"user-id"=~".*zebrafish"}', '{user_id="zebrafish"}'])(
    '%s leaves granules out where indexes are asked, and only there',
    async text => {
      const query = parseLogQuery(text)
      expect(await rowsLeft(toSql(query))).toBe(0)
      expect(await rowsLeft(toSql(query, unhinted))).toBeGreaterThan(0)
    },
  )

  it('names what equals in every line that is found', () => {
    const query = parseLogQuery('{service="web"} | user_id="7" and status!="200"')
    expect(equalities(query)).toEqual([['user_id', '7']])
  })

  it.each([
    ['{} |= "r quokka"', true],
    ['{} |= "-7f3a accept"', true],
    ['{} |~ "Order [a-z]*-7f3a acc"', true],
    ['{} |~ "^Order"', false],
    ['{} |= "50"', false],
    ['{} |= `":"4K`', false],
  ])('%s is looked for in values alone: %s', async (text, isInValues) => {
    const { sql } = toSql(parseLogQuery(text), await jsonShapes())
    expect(sql.includes('Body')).toBe(!isInValues)
  })
})

/** Lines of which all keys are known. */
async function shapedLines(): Promise<{ ofShaped: LineShapes; shaped: ReadonlySet<number> }> {
  const rows = (await readShapes(reader, everything, signal)) ?? []
  const ofShaped = new LineShapes(
    rows.filter(({ shape }) => shape !== ''),
    false,
  )
  expect(ofShaped.areAllKnown).toBe(true)
  const all = { sql: "LineShape != ''", params: {}, first: '' }
  return { ofShaped, shaped: new Set(await found(all)) }
}

async function rowsLeft({ sql, params }: SqlCondition): Promise<number> {
  const query = `EXPLAIN ESTIMATE SELECT 1 FROM otel_logs WHERE ${sql}`
  const result = await client.query({ query, query_params: params, format: 'JSONEachRow' })
  const parts = await result.json<{ rows: string }>()
  return parts.reduce((sum, { rows }) => sum + Number(rows), 0)
}

async function jsonShapes(): Promise<LineShapes> {
  const rows = (await readShapes(reader, everything, signal)) ?? []
  return new LineShapes(
    rows.filter(({ shape }) => shape === '' || shape.split('\0')[1]?.startsWith('{')),
    false,
  )
}

async function found(
  { sql, params, first }: Pick<SqlCondition, 'sql' | 'params' | 'first'>,
  further = '',
): Promise<number[]> {
  const where = whereSql('1', { sql: `${sql}${further}`, first })
  const result = await client.query({
    query: `SELECT toUInt32(TopicOffset) AS i FROM otel_logs ${where} ORDER BY i`,
    query_params: params,
    format: 'JSONEachRow',
  })
  return (await result.json<{ i: number }>()).map(row => row.i)
}

const maxWordsAsked = 150
const { signal } = new AbortController()
const everything = { tenant: 'default', startNs: 0n, endNs: 2n ** 62n }

/** As the agent's rules see them. */
function drafted(query: LogQuery): number[] {
  const matches = compilePredicate(query)
  const view = new DraftView()
  return lines.flatMap((line, i) => {
    const taken: number[] = []
    readOtlpLogs(requestOf(line), view.draft, () => {
      if (matches(view)) taken.push(i)
    })
    return taken
  })
}

/** As they come out of the topic. */
function tailed(i: number): LogFields {
  const origin = { topic: 'otlp_logs', partition: 0, offset: i, recordTimeMs: timeMs, recordTenant: '' }
  const [found] = decodeLines(requestOf(lines[i] as LogFields), { ...origin, tenant: 'default' })
  if (found === undefined) throw new Error(`no line ${i}`)
  return found.line
}

const requestOf = (line: LogFields): Buffer => {
  const { body, level, attributes, resource, traceId: id, scope = '', scopeVersion = '' } = line
  return writeLogsRequest({ resource: { ...resource }, scope, scopeVersion }, [
    {
      time: nanosOfMs(timeMs),
      observed: nanosOfMs(timeMs),
      severityNumber: { info: 9, error: 17 }[level] ?? 0,
      severityText: level === 'unknown' ? '' : level,
      body,
      attributes: { ...attributes },
      traceId: id,
    },
  ])
}
/** They came in now: so retention keeps them. */
const positionOf = (offset: number) => new RecordPosition('otlp_logs', 0, offset, Date.now(), 'agent')
