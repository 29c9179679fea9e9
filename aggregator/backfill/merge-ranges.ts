import type { ClickHouseClient } from '@clickhouse/client'
import { formOf, localTable, tables } from '../../store/index.ts'
import type { Config } from '../config.ts'
import { definitionId, type RollupDefinition } from '../rollups/definition.ts'

/** Counted ranges of one partition that follow one another without a gap. */
interface Run {
  topic: string
  topicId: string
  partition: number
  from: string
  to: string
}

const table = tables.customRollupRanges
/** Merged at once; what is beyond it is merged by the next backfill. */
const maxRuns = 1000

const ofRollup =
  'Tenant = {tenant:String} AND RollupName = {name:String} AND Definition = {definition:UInt64}'
const ofPartition = 'PARTITION BY Topic, TopicId, TopicPartition ORDER BY FromOffset'

/** Rows of which each belongs to a run, whose number stands in `Run`: a range begins one where no range before reaches it. */
const inRuns = `SELECT *, sum(Begins) OVER (${ofPartition}) AS Run FROM (
    SELECT *, row_number() OVER (${ofPartition}) = 1
      OR FromOffset > max(Ends) OVER (${ofPartition} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS Begins
    FROM (
      SELECT Topic, TopicId, TopicPartition, FromOffset, max(ToOffset) AS Ends, max(IsDone) AS Done, max(Newest) AS Came,
        anyLast(Kind) AS OfKind, anyLast(Windows) AS OfWindows, max(Described) AS Says
      FROM ${table} WHERE ${ofRollup} GROUP BY Topic, TopicId, TopicPartition, FromOffset HAVING Done = 1
    )
  )`

/**
 * Makes one row of all that a rollup has counted without a gap, so that rows do not add up with every backfill. The whole run
 * is written before its pieces go, so that it may be ended in between and be repeated.
 */
export async function mergeRanges(
  store: ClickHouseClient,
  config: Config,
  definition: RollupDefinition,
): Promise<void> {
  const about = {
    tenant: config.tenant,
    name: definition.name,
    definition: String(definitionId(definition).readBigUInt64LE()),
  }
  const runs = await runsOf(store, about)
  if (runs.length === 0) return
  await store.command({
    query: `INSERT INTO ${table} (Tenant, RollupName, Definition, Kind, Windows, Topic, TopicId, TopicPartition, FromOffset, ToOffset, IsDone, Newest, Described)
      SELECT {tenant:String}, {name:String}, {definition:UInt64}, anyLast(OfKind), anyLast(OfWindows), Topic, TopicId, TopicPartition,
        min(FromOffset), max(Ends), 1, max(Came), max(Says)
      FROM (${inRuns}) GROUP BY Topic, TopicId, TopicPartition, Run HAVING count() > 1 ORDER BY ALL`,
    query_params: about,
    // there before the pieces go, and never taken for one that was there
    clickhouse_settings: { async_insert: 0, insert_deduplicate: 0, distributed_foreground_insert: 1 },
  })
  await store.command({
    query: `ALTER TABLE ${localTable(formOf(config), table)} DELETE WHERE ${ofRollup} AND arrayExists(
        run -> Topic = run.1 AND TopicId = run.2 AND TopicPartition = run.3 AND FromOffset > run.4 AND ToOffset <= run.5,
        arrayZip({topics:Array(String)}, {topicIds:Array(String)}, {partitions:Array(UInt32)}, {froms:Array(UInt64)}, {tos:Array(UInt64)}))`,
    query_params: { ...about, ...columnsOf(runs) },
    clickhouse_settings: { mutations_sync: '2' },
  })
}

/** Those of more than one row. */
async function runsOf(store: ClickHouseClient, about: Record<string, string>): Promise<Run[]> {
  const answer = await store.query({
    query: `SELECT Topic AS topic, TopicId AS topicId, TopicPartition AS partition, toString(min(FromOffset)) AS from, toString(max(Ends)) AS to
      FROM (${inRuns}) GROUP BY Topic, TopicId, TopicPartition, Run HAVING count() > 1 LIMIT ${maxRuns}`,
    query_params: about,
    format: 'JSONEachRow',
  })
  return await answer.json<Run>()
}

function columnsOf(runs: readonly Run[]): Record<string, unknown> {
  return {
    topics: runs.map(({ topic }) => topic),
    topicIds: runs.map(({ topicId }) => topicId),
    partitions: runs.map(({ partition }) => partition),
    froms: runs.map(({ from }) => BigInt(from)),
    tos: runs.map(({ to }) => BigInt(to)),
  }
}
