import { LabelName, type LogQuery } from '../../../lib/logql/index.ts'
import { lineBytes } from '../../../store/index.ts'
import { labelSql } from '../../label-sql.ts'
import { pushedScope } from '../../logql/row-labels.ts'
import { toSql, whereSql } from '../../logql-sql.ts'
import { rangeParams, timeRange } from '../../range.ts'
import { shapesFor } from '../../read-shapes.ts'
import type { SqlParams } from '../../store-reader.ts'
import { textParameters } from '../../text-parameters.ts'
import type { Asked } from './asked.ts'
import type { Range } from './parameters.ts'
import { streamColumnOf } from './stream-labels.ts'

/** Bytes of lines that have the same labels, per step where there are steps. */
export interface VolumeRow {
  metric: Record<string, string>
  bucket: number | undefined
  bytes: number
}

const maxRows = 1_000_000

/** Where labels are asked for that only pushed streams have: counted from the lines, since no rollup knows them. */
export async function pushedVolumes(
  { reader, tenant, signal }: Asked,
  query: LogQuery,
  range: Range,
  names: readonly string[],
  stepMs: number | undefined,
): Promise<VolumeRow[]> {
  const search = { query, tenant, ...range }
  const condition = toSql(query, await shapesFor(reader, search, signal))
  const params: SqlParams = {}
  const parameter = textParameters(params, 'v')
  const values = names.map(name => valueSql(name, parameter))
  if (stepMs !== undefined) params['step'] = stepMs
  const bucket =
    stepMs === undefined
      ? '0'
      : 'toUInt64(intDiv(toUnixTimestamp64Milli(Timestamp), {step:UInt64})) * {step:UInt64}'
  const { rows } = await reader.rows<{ own: string[]; bucket: number; bytes: number }>(
    `SELECT [${values.join(', ')}] AS own, ${bucket} AS bucket, sum(${lineBytes}) AS bytes FROM otel_logs
      ${whereSql(timeRange, condition)} GROUP BY own, bucket ORDER BY bucket LIMIT ${maxRows}`,
    { ...condition.params, ...params, ...rangeParams(search) },
    signal,
  )
  return rows.map(({ own, bucket: at, bytes }) => ({
    metric: Object.fromEntries(names.flatMap((name, i) => (own[i] ? [[name, own[i]]] : []))),
    bucket: stepMs === undefined ? undefined : Number(at),
    bytes: Number(bytes),
  }))
}

function valueSql(name: string, parameter: (text: string) => string): string {
  if (streamColumnOf(name) !== undefined) return `toString(${labelSql(new LabelName(name), parameter)})`
  return `if(ScopeName = '${pushedScope}', ResourceAttributes[${parameter(name)}], '')`
}
