import type { ClickHouseClient } from '@clickhouse/client'
import { localTable, type SchemaForm } from '../../store/index.ts'

/** Templates that one statement takes. */
const idsPerStatement = 1_000

/**
 * Takes the templates of deleted lines that no other line has: words that are no value to those who made the template, such as
 * a name, stand in it. To be called once the lines are gone.
 */
export async function deleteTemplates(
  store: ClickHouseClient,
  form: SchemaForm,
  { id, tenant }: { id: string; tenant: string },
): Promise<void> {
  const noted = 'SELECT DISTINCT PatternId FROM deleted_counts WHERE DeletionId = {id:String}'
  const answer = await store.query({
    query: `SELECT toString(PatternId) AS template FROM (${noted}) AS noted WHERE PatternId GLOBAL NOT IN
      (SELECT DISTINCT PatternId FROM otel_logs WHERE Tenant = {tenant:String} AND PatternId GLOBAL IN (${noted}))`,
    query_params: { id, tenant },
    format: 'JSONEachRow',
  })
  const ids = (await answer.json<{ template: string }>()).map(({ template }) => BigInt(template))
  for (let i = 0; i < ids.length; i += idsPerStatement)
    await store.command({
      query: `ALTER TABLE ${localTable(form, 'log_patterns')} DELETE
        WHERE Tenant = {tenant:String} AND has({ids:Array(UInt64)}, PatternId)`,
      query_params: { tenant, ids: ids.slice(i, i + idsPerStatement) },
      clickhouse_settings: { mutations_sync: '2' },
    })
}
