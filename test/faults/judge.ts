import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import type { LogsAnswer } from '../../query/index.ts'
import { run } from '../e2e/stack.ts'
import type { Sending } from './senders.ts'

const settleMs = 180_000
/** What was sent twice would come by then. */
const lateMs = 2_000

/** What is wrong: nothing, when all is as it must be. */
export type Findings = string[]

/** Waits until answers say that they are complete to a moment. */
export async function completed(url: string, toMs: number): Promise<Findings> {
  const untilMs = performance.now() + settleMs
  for (;;) {
    const { completeTo, missingHosts = [] } = await ask(url)
    const isComplete = completeTo && Number(BigInt(completeTo) / 1_000_000n) > toMs
    if (isComplete && missingHosts.length === 0) return []
    if (performance.now() > untilMs)
      return [
        `answers are complete to ${completeTo} only, not to ${toMs} ms, without ${missingHosts.join(', ')}`,
      ]
    await sleep(500)
  }
}

/** Nothing where it was killed a moment ago and is not there again. */
async function ask(url: string): Promise<Partial<LogsAnswer>> {
  try {
    const answer = await fetch(`${url}/api/logs?query={}&limit=1`)
    return (await answer.json()) as Partial<LogsAnswer>
  } catch (error) {
    if (error instanceof TypeError) return {}
    throw error
  }
}

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
export async function counted(
  client: ClickHouseClient,
  name: string,
  expected: number,
  placeOf: (number: number) => string = () => '',
): Promise<Findings> {
  const numbers = `SELECT toUInt64(arrayJoin(extractAll(Body, '${name}=(\\d+);'))) AS n FROM otel_logs WHERE Body LIKE '%${name}=%;%'
    UNION ALL SELECT toUInt64(arrayJoin(extractAll(line, '${name}=(\\d+);'))) AS n FROM (${splitLines(name)})`
  const missing = `SELECT number AS n FROM numbers(${expected}) WHERE number NOT IN (${numbers})`
  const joined = `SELECT toUInt64(extract(Body, '${name}=(\\d+);')) AS n FROM otel_logs WHERE length(extractAll(Body, '${name}=(\\d+);')) > 1`
  const twice = `SELECT n FROM (${numbers}) GROUP BY n HAVING count() > 1`
  return [
    ...(await sample(client, `${name}: of ${expected} records are missing`, missing, placeOf)),
    ...(await sample(client, `${name}: rows hold more than one`, joined, placeOf)),
    ...(await sample(client, `${name}: are there more than once`, twice, placeOf)),
  ]
}

/** Lines whose number was cut in two, since nothing followed their beginning for longer than the agent waits: put together. */
function splitLines(name: string): string {
  const isNew = "AllAttributes['millrace.continued'] != 'true'"
  const order = 'PARTITION BY LogFilePath ORDER BY TopicPartition, TopicOffset, TopicIndex'
  return `SELECT arrayStringConcat(groupArray(Body)) AS line FROM (
      SELECT Body, LogFilePath, sum(${isNew}) OVER (${order}) AS number FROM otel_logs
      WHERE LogFilePath IN (SELECT DISTINCT LogFilePath FROM otel_logs WHERE NOT (${isNew}))
      ORDER BY TopicPartition, TopicOffset, TopicIndex
    ) GROUP BY LogFilePath, number HAVING NOT arrayExists(body -> match(body, '${name}=\\d+;'), groupArray(Body))`
}

/** How many rows there are, and some of them; nothing where there is none. */
async function sample(
  client: ClickHouseClient,
  what: string,
  sql: string,
  placeOf: (number: number) => string,
): Promise<Findings> {
  const result = await client.query({
    query: `SELECT toUInt64(count()) AS times, groupArray(5)(n) AS examples FROM (SELECT n FROM (${sql}) ORDER BY n)`,
    format: 'JSONEachRow',
  })
  const [found] = await result.json<{ times: string; examples: string[] }>()
  if (found === undefined || Number(found.times) === 0) return []
  const places = found.examples.map(n => `${n} ${placeOf(Number(n))}`.trim())
  return [`${what}: ${found.times}, such as ${places.join(', ')}`]
}

export function describeSending({ sender, acknowledged, repeated }: Sending): string {
  return `${sender.name}: ${acknowledged} records acknowledged, ${repeated} batches sent again`
}
