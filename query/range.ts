import type { SqlParams } from './store-reader.ts'

/** The condition on tenant and time that every question about lines has; its parameters are `rangeParams`. */
export const timeRange = `Tenant = {tenant:String} AND Timestamp >= fromUnixTimestamp64Nano({start:Int64})
    AND Timestamp < fromUnixTimestamp64Nano({end:Int64})`

export function rangeParams(range: { tenant: string; startNs: bigint; endNs: bigint }): SqlParams {
  return { tenant: range.tenant, start: range.startNs, end: range.endNs }
}
