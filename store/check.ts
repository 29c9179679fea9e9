import type { ClickHouseClient } from '@clickhouse/client'
import type { SchemaForm } from './form/form.ts'
import { schemaState } from './migrate.ts'

export interface TableCheck {
  table: string
  parts: number
  rows: number
  bytes: number
  /** What the engine says of its damaged parts; none where all is well. */
  problems: string[]
}

export interface StoreCheck {
  /** Number of the newest migration that was applied, and of the newest that there is. */
  schema: { applied: number; known: number }
  tables: TableCheck[]
}

const maxProblems = 100

/** Reads every part of every table and holds it against its checksums; takes as long as reading all of the disk does. */
export async function checkStore(client: ClickHouseClient, form: SchemaForm): Promise<StoreCheck> {
  const ask = async <T>(query: string) =>
    await (await client.query({ query, format: 'JSONEachRow' })).json<T>()
  const found = await ask<{ table: string; parts: string; rows: string; bytes: string }>(
    `SELECT t.name AS table, toString(countIf(p.active)) AS parts, toString(sumIf(p.rows, p.active)) AS rows,
        toString(sumIf(p.bytes_on_disk, p.active)) AS bytes
      FROM system.tables AS t LEFT JOIN system.parts AS p ON p.database = t.database AND p.table = t.name
      WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree' GROUP BY t.name ORDER BY t.name`,
  )
  const tables: TableCheck[] = []
  for (const { table, parts, rows, bytes } of found) {
    // names are the engine's own list, of tables that migrations made
    const checked = await ask<{ part_path: string; is_passed: number; message: string }>(
      `CHECK TABLE \`${table.replaceAll('`', '')}\` SETTINGS check_query_single_value_result = 0`,
    )
    const problems = checked
      .filter(part => part.is_passed !== 1)
      .slice(0, maxProblems)
      .map(part => `${part.part_path}: ${part.message}`)
    tables.push({ table, parts: Number(parts), rows: Number(rows), bytes: Number(bytes), problems })
  }
  return { schema: await schemaState(client, form), tables }
}
