import type { SqlParams } from './store-reader.ts'

/** Times of which the table's key has a five-minute step, in ns. */
const steppable = (start: string, end: string) =>
  `({${start}:Int64} >= 0 AND {${end}:Int64} < 4294967000000000000)`

/**
 * The condition on tenant and time that every question about lines has; its parameters are `rangeParams`, by default. The
 * table is in the order of five-minute steps, and the engine looks there by time only where these themselves are asked for:
 * Timestamp is a later part of the key, too.
 */
export function timeRangeOf(start: string, end: string): string {
  const step = (name: string) => `toDateTime(intDiv({${name}:Int64}, 300000000000) * 300)`
  return `Tenant = {tenant:String} AND Timestamp >= fromUnixTimestamp64Nano({${start}:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({${end}:Int64})
    AND toStartOfFiveMinutes(Timestamp) >= if(${steppable(start, end)}, ${step(start)}, toDateTime(0))
    AND toStartOfFiveMinutes(Timestamp) <= if(${steppable(start, end)}, ${step(end)}, toDateTime(4294967295))`
}

export const timeRange = timeRangeOf('start', 'end')

export function rangeParams(range: { tenant: string; startNs: bigint; endNs: bigint }): SqlParams {
  return { tenant: range.tenant, start: range.startNs, end: range.endNs }
}
