import { overflowValue } from '../../store/index.ts'

/** What was noted of one rollup, by window of so many seconds and labels. */
export function notedSql(seconds: number): string {
  return `SELECT toDateTime(intDiv(toUnixTimestamp(Window), ${seconds}) * ${seconds}) AS Start, toString(Labels) AS Key,
      sum(Count) AS Gone, sum(Sum) AS GoneSum, min(Min) AS GoneMin, max(Max) AS GoneMax
    FROM deleted_rollups WHERE DeletionId = {id:String} AND Tenant = {rollupTenant:String}
      AND RollupName = {rollup:String} AND Definition = {definition:UInt64} GROUP BY Start, Key`
}

/** What a table has of the windows of which something was noted. */
export function keptSql(table: string, seconds: number): string {
  return `SELECT Window AS Start, Series AS Kept, anyLast(Labels) AS Names, toString(Names) AS Key, sum(Count) AS There,
      sum(Sum) AS ThereSum, min(Min) AS Least, max(Max) AS Greatest, max(IngestedOn) AS Newest
    FROM ${table} WHERE Tenant = {rollupTenant:String} AND RollupName = {rollup:String} AND Definition = {definition:UInt64}
      AND Window GLOBAL IN (SELECT Start FROM (${notedSql(seconds)})) GROUP BY Start, Kept`
}

/** The key of the series in which lines end up when a window has too many; takes `labels`, the names of the rollup's. */
export const othersKey = `toString(CAST(mapFromArrays({labels:Array(String)}, arrayMap(name -> '${overflowValue}', {labels:Array(String)})), 'Map(String, String)'))`
