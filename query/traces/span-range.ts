import type { SqlParams } from '../store-reader.ts'
import type { TimeRange } from './trace-reader.ts'

/** The last moment of which the table's key has a five-minute step. */
const lastBucketS = 4_294_967_295n

/**
 * The condition on tenant and time that every question about spans has. The table is in the order of five-minute steps, and
 * the engine looks there by time only where these themselves are asked for: Timestamp is a later part of the key, too.
 */
export const spanRange = `Tenant = {tenant:String} AND Timestamp >= fromUnixTimestamp64Nano({start:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({end:Int64})
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(toDateTime({startS:UInt32}))
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(toDateTime({endS:UInt32}))`

export function spanRangeParams({ startNs, endNs }: TimeRange): SqlParams {
  return { start: startNs, end: endNs, startS: seconds(startNs), endS: seconds(endNs) }
}

function seconds(ns: bigint): bigint {
  const whole = ns / 1_000_000_000n
  return whole > lastBucketS ? lastBucketS : whole
}

/** From `times.1` to `times.2`, both included: see `timesOfTraces`. */
export const withinTimes = `Timestamp >= times.1 AND Timestamp <= times.2
    AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(times.1)
    AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes(times.2)`

/**
 * `times` of traces that `trace_times` has, and else all of the time there is. `condition` chooses its rows, `count` says how
 * many traces it has to choose.
 */
export function timesSql(condition: string, count: string): string {
  const isKnown = `uniqExact(TraceIdBytes) >= ${count}`
  return `(SELECT (if(${isKnown}, min(FirstStart), toDateTime64(0, 9)), if(${isKnown}, max(LastStart), toDateTime64('2106-01-01', 9)))
    FROM trace_times WHERE Tenant = {tenant:String} AND ${condition}) AS times`
}
