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
import { lines, queries, timeMs } from './logql-cases.ts'
import { type RunningRole, startRole } from './stack.ts'

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
