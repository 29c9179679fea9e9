import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { run } from '../e2e/stack.ts'
import type { Sending } from './senders.ts'

const settleMs = 180_000
/** What was sent twice would come by then. */
const lateMs = 2_000

/** What is wrong: nothing, when all is as it must be. */
export type Findings = string[]

/** Waits until the ledger's proof succeeds; what it still says at the end where it never does. */
export async function proven(commandArguments: readonly string[]): Promise<Findings> {
  const untilMs = performance.now() + settleMs
  for (;;) {
    const { code, stdout, stderr } = await run(['verify', ...commandArguments], settleMs)
    if (code === 0) break
    if (performance.now() > untilMs) return [`verify ended with ${code}: ${stdout}${stderr}`]
    await sleep(1_000)
  }
  await sleep(lateMs)
  return []
}

/** Counts by the numbers that records carry, with no help of ours: each once, from 0 up to `expected`. */
export async function counted(client: ClickHouseClient, name: string, expected: number): Promise<Findings> {
  const numbers = `SELECT toUInt64(extract(Body, '${name}=(\\\\d+);')) AS n, count() AS times FROM otel_logs WHERE Body LIKE '%${name}=%;%' GROUP BY n`
  const result = await client.query({
    query: `SELECT toUInt64(count()) AS distinct, toUInt64(countIf(times > 1)) AS twice, groupArraySample(5)(if(times > 1, n, NULL)) AS examples, toUInt64(countIf(n >= ${expected})) AS beyond FROM (${numbers})`,
    format: 'JSONEachRow',
  })
  const [found] = await result.json<{ distinct: string; twice: string; examples: string[]; beyond: string }>()
  const { distinct = '0', twice = '0', examples = [], beyond = '0' } = found ?? {}
  const findings: Findings = []
  const missing = expected - (Number(distinct) - Number(beyond))
  if (missing > 0) findings.push(`${name}: ${missing} of ${expected} records are missing`)
  if (Number(twice) > 0)
    findings.push(`${name}: ${twice} records are there more than once, such as ${examples.join(', ')}`)
  return findings
}

export function describeSending({ sender, acknowledged, repeated }: Sending): string {
  return `${sender.name}: ${acknowledged} records acknowledged, ${repeated} batches sent again`
}
