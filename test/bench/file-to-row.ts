import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { parseConfig } from '../../cli/config.ts'
import { createStoreClient } from '../../store/index.ts'
import { type Stack, startStack } from '../e2e/stack.ts'
import type { BenchRow } from './types.ts'

const lines = 150_000
const runs = 5
const roles = ['agent', 'broker', 'aggregator', 'store'] as const
const ticksPerSecond = 100

/**
 * The whole way on one machine: JSON lines in a file until all of them can be found, durable at each step. The floor is the
 * embedded ClickHouse taking the same lines as rows by itself, in one insert, through the same client.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const stack = await startStack([
    `agent.sources=[{type: file, name: bench, include: [${JSON.stringify(join(folder, '*.log'))}], service: bench}]`,
    'telemetry.enabled=false',
    'agent.spool.maxBytes=4294967296',
  ])
  try {
    return await measure(stack, folder)
  } finally {
    await stack.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(stack: Stack, folder: string): Promise<BenchRow[]> {
  const client = await createStoreClient(parseConfig('', { set: stack.arguments.filter(a => a !== '--set') }))
  try {
    const floors: number[] = []
    const rates: number[] = []
    const before = cpuSeconds(stack)
    for (let i = 0; i < runs; i++) {
      floors.push(await insertRows(client))
      rates.push(await throughFile(client, join(folder, `run-${i}.log`), (i + 1) * lines))
    }
    const perMillion = ((cpuSeconds(stack) - before) / (runs * lines)) * 1e6
    const [rate, floor] = [median(rates), median(floors)]
    return [
      {
        name: 'file to searchable row',
        figure: rate,
        unit: 'lines/s',
        floor,
        floorUnit: 'rows/s',
        ratio: rate / floor,
        notes: `${perMillion.toFixed(1)} CPU-s per million lines with the floor's inserts, all roles; floor: one insert of the same rows`,
      },
    ]
  } finally {
    await client.close()
  }
}

async function throughFile(client: ClickHouseClient, path: string, until: number): Promise<number> {
  const text = Array.from({ length: lines }, (_, i) => jsonLine(i)).join('')
  const started = performance.now()
  appendFileSync(path, text)
  while ((await count(client)) < until) await sleep(50)
  return lines / ((performance.now() - started) / 1000)
}

function jsonLine(i: number): string {
  return `${JSON.stringify({
    time: new Date(1_760_000_000_000 + i * 7).toISOString(),
    level: i % 30 === 0 ? 'error' : 'info',
    msg: `GET /api/orders/${(i * 7919) % 100_000} took ${i % 300} ms and everything is as it should be`,
    trace_id: (BigInt(i) * 0x9e3779b97f4a7c15n).toString(16).padStart(32, '0').slice(-32),
    user: `u${i % 5000}`,
    status: [200, 200, 404, 500][i % 4],
    region: 'eu-central-1',
  })}\n`
}

/** The same rows in a table of their own of the same shape. */
async function insertRows(client: ClickHouseClient): Promise<number> {
  await client.command({ query: 'CREATE TABLE IF NOT EXISTS bench_floor AS otel_logs' })
  const values = Array.from({ length: lines }, (_, i) => ({
    Timestamp: String(1_760_000_000 + i / 1000),
    LineRest: `GET /api/orders/${(i * 7919) % 100_000} took ${i % 300} ms and everything is as it should be`,
    ServiceName: 'bench',
    Level: i % 30 === 0 ? 'error' : 'info',
    LogAttributes: { user: `u${i % 5000}`, status: '200', region: 'eu-central-1' },
    IngestedAt: String(Date.now() / 1000),
    RetentionDays: 30,
  }))
  const started = performance.now()
  await client.insert({ table: 'bench_floor', values, format: 'JSONEachRow' })
  const rate = lines / ((performance.now() - started) / 1000)
  await client.command({ query: 'TRUNCATE TABLE bench_floor' })
  return rate
}

async function count(client: ClickHouseClient): Promise<number> {
  const result = await client.query({
    query: 'SELECT toUInt32(count()) AS n FROM otel_logs',
    format: 'JSONEachRow',
  })
  return (await result.json<{ n: number }>())[0]?.n ?? 0
}

function cpuSeconds(stack: Stack): number {
  return roles.reduce((sum, role) => sum + cpuOf(stack.rolePid(role)), 0)
}

function cpuOf(pid: number | undefined): number {
  if (pid === undefined) return 0
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
