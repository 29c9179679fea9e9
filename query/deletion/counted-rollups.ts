import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'
import { LabelName, type LogQuery, parseLogQuery } from '../../lib/logql/index.ts'
import { type CountedRollup, type RollupWindow, rollupWindows } from '../../store/index.ts'
import { labelSql, numberSql } from '../label-sql.ts'
import type { SqlParams } from '../store-reader.ts'
import { textParameters } from '../text-parameters.ts'
import { ask, type Condition } from './lines.ts'

/** A rollup of the configuration, of now or of before, that has counted lines. */
export interface KnownRollup {
  tenant: string
  name: string
  /** As text: it takes 64 bits. */
  definition: string
  kind: string
  windows: readonly RollupWindow[]
  /** Undefined where it was not written down: it was counted by a version before this one alone. */
  counted: CountedRollup | undefined
}

const counted = z.object({
  where: z.string(),
  value: z.string(),
  labels: z.array(z.tuple([z.string(), z.string()])),
})

/** All that have counted, with what they count. */
export async function knownRollups(store: ClickHouseClient): Promise<KnownRollup[]> {
  const rows = await ask<Omit<KnownRollup, 'windows' | 'counted'> & { windows: string[]; described: string }>(
    store,
    {
      sql: `SELECT Tenant AS tenant, RollupName AS name, toString(Definition) AS definition, anyLast(Kind) AS kind,
        anyLast(Windows) AS windows, max(Described) AS described
        FROM custom_rollup_ranges WHERE IsDone = 1 GROUP BY Tenant, RollupName, Definition ORDER BY ALL`,
      params: {},
    },
  )
  return rows.map(({ windows, described, ...row }) => ({
    ...row,
    windows: rollupWindows.filter(({ name }) => windows.includes(name)),
    counted: described === '' ? undefined : (counted.parse(JSON.parse(described)) as CountedRollup),
  }))
}

/** Lines of both queries. */
export function both(a: LogQuery, b: LogQuery): LogQuery {
  return { matchers: [...a.matchers, ...b.matchers], stages: [...a.stages, ...b.stages] }
}

/** The lines that a rollup counts. */
export function linesCounted({ where }: CountedRollup): LogQuery {
  return parseLogQuery(where)
}

/** `offsets` as in `deleted_rows`: those of records that the rollup has counted. */
export function countedRecords(offsets: string): string {
  return `SELECT Topic, TopicPartition, TopicOffset FROM (SELECT DISTINCT Topic, TopicPartition, TopicOffset FROM ${offsets}) AS asked
    ASOF INNER JOIN (
      SELECT Topic, TopicPartition, FromOffset, max(ToOffset) AS ToOffset FROM custom_rollup_ranges
      WHERE Tenant = {rollupTenant:String} AND RollupName = {rollup:String} AND Definition = {definition:UInt64} AND IsDone = 1
      GROUP BY Topic, TopicPartition, FromOffset
    ) AS ranges ON asked.Topic = ranges.Topic AND asked.TopicPartition = ranges.TopicPartition AND asked.TopicOffset >= ranges.FromOffset
    WHERE asked.TopicOffset < ranges.ToOffset`
}

export function rollupParams({ tenant, name, definition }: KnownRollup): Record<string, unknown> {
  return { rollupTenant: tenant, rollup: name, definition }
}

/**
 * Rows Start, Labels, Value of lines, as the rollup's counter has them: one for each that counts, in windows of so many
 * seconds.
 */
export function countedLines(
  rollup: CountedRollup,
  lines: Condition,
  offsets: string,
  seconds: number,
): Condition {
  const params: SqlParams = {}
  const parameter = textParameters(params, 'counted')
  const labels = rollup.labels.map(
    ([name, of]) => `${parameter(name)}, toString(${labelSql(new LabelName(of), parameter)})`,
  )
  const map = `CAST(map(${labels.join(', ')}), 'Map(String, String)')`
  return {
    sql: `SELECT toDateTime(intDiv(toUnixTimestamp(toDateTime(Timestamp)), ${seconds}) * ${seconds}) AS Start,
        mapFilter((name, value) -> value != '', ${map}) AS Labels, toFloat64(${valueSql(rollup, parameter)}) AS Value
      FROM otel_logs WHERE ${lines.sql} AND EventName != 'millrace.undecodable'
        AND (Topic, TopicPartition, TopicOffset) GLOBAL IN (${countedRecords(offsets)}) AND Value IS NOT NULL`,
    params: { ...lines.params, ...params },
  }
}

function valueSql({ value }: CountedRollup, parameter: (text: string) => string): string {
  const [kind, field] = value.split(' ')
  if (field !== undefined) return numberSql(labelSql(new LabelName(field), parameter))
  return kind === 'bytes' ? 'length(Body)' : '1'
}
