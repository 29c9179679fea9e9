import type { ClickHouseClient } from '@clickhouse/client'
import { localTable, type SchemaForm, systemParts } from '../form/form.ts'
import { noteDeletion } from './note.ts'

/** Tables that are kept by days; the days stand in their partitions' names. */
const dailyTables = [
  'otel_logs',
  'otel_traces',
  'metric_samples',
  'metric_histograms',
  'metric_exemplars',
] as const

export interface DroppedDay {
  /** As in 2026-01-31. */
  day: string
  bytes: number
  rows: number
}

/** Bytes on disk of all tables of the client's database. */
export async function databaseBytes(client: ClickHouseClient, form: SchemaForm): Promise<number> {
  const [row] = await rows<{ bytes: string }>(
    client,
    `SELECT toString(sum(bytes_on_disk)) AS bytes FROM ${systemParts(form)} WHERE active AND database = currentDatabase()`,
  )
  return Number(row?.bytes ?? 0)
}

/**
 * Takes the oldest day out of all tables that are kept by days, with a note of it; undefined where only today is left,
 * which stays. Repeating it is harmless.
 */
export async function dropOldestDay(
  client: ClickHouseClient,
  form: SchemaForm,
  about: { tenant: string; by: string; nowMs: number },
): Promise<DroppedDay | undefined> {
  const parts = await partitionsOf(client, form)
  const [oldest] = parts
  if (oldest === undefined || oldest.day >= new Date(about.nowMs).toISOString().slice(0, 10)) return undefined
  const { day } = oldest
  const ofDay = parts.filter(part => part.day === day)
  const logs = ofDay.filter(({ table }) => table === 'otel_logs')
  const lines = sum(logs.map(part => part.rows))
  if (lines > 0)
    await noteDeletion(
      client,
      {
        ...about,
        query: '',
        reason: `the store was larger than retention.maxBytes: ${day} went`,
      },
      {
        sql: '_partition_id IN {partitions:Array(String)}',
        params: { partitions: logs.map(part => part.id) },
      },
    )
  // ids are the engine's own: digits, letters and dashes
  for (const { table, id } of ofDay)
    await client.command({ query: `ALTER TABLE ${localTable(form, table)} DROP PARTITION ID '${id}'` })
  return { day, bytes: sum(ofDay.map(part => part.bytes)), rows: sum(ofDay.map(part => part.rows)) }
}

interface DayPart {
  table: string
  id: string
  day: string
  rows: number
  bytes: number
}

async function partitionsOf(client: ClickHouseClient, form: SchemaForm): Promise<DayPart[]> {
  const found = await rows<{ name: string; id: string; day: string; rows: string; bytes: string }>(
    client,
    `SELECT replaceRegexpOne(table, '_local$', '') AS name, partition_id AS id, extract(any(partition), '\\\\d{4}-\\\\d{2}-\\\\d{2}') AS day,
      toString(sum(rows)) AS rows, toString(sum(bytes_on_disk)) AS bytes
    FROM ${systemParts(form)} WHERE active AND database = currentDatabase() AND name IN {tables:Array(String)}
    GROUP BY name, partition_id HAVING day != '' ORDER BY day, name, id`,
    { tables: dailyTables },
  )
  return found.map(({ name, ...part }) => ({
    ...part,
    table: name,
    rows: Number(part.rows),
    bytes: Number(part.bytes),
  }))
}

async function rows<T>(client: ClickHouseClient, query: string, params: Record<string, unknown> = {}) {
  const answer = await client.query({ query, query_params: params, format: 'JSONEachRow' })
  return await answer.json<T>()
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
