import { linkSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { parseConfig } from '../../../cli/config.ts'
import { StoreReader } from '../../../query/store-reader.ts'
import { createStoreClient, StoreConnection } from '../../../store/index.ts'
import { type Stack, startStack } from '../../e2e/stack.ts'
import { cpuSecondsOf, peakMiBOf } from '../broker/process-figures.ts'

export const roles = ['agent', 'broker', 'aggregator', 'store', 'query'] as const
type PipelineConfig = ReturnType<typeof parseConfig>
export type RoleFigures = Record<(typeof roles)[number], number>

/** Each look costs the store some milliseconds of what is measured; of minutes of pushing half a second is little. */
const lookMs = 500

/** All of Millrace as `millrace up` starts it, reading the files of one folder. */
export class MillracePipeline {
  readonly stack: Stack
  readonly client: ClickHouseClient
  readonly watched: string
  readonly reader: StoreReader
  readonly tenant: string
  readonly #connection: StoreConnection

  private constructor(stack: Stack, client: ClickHouseClient, watched: string, config: PipelineConfig) {
    this.stack = stack
    this.client = client
    this.watched = watched
    this.tenant = config.tenant
    this.#connection = new StoreConnection(config, {})
    this.reader = new StoreReader(this.#connection)
  }

  /** The folder must be on the disk of the lines, since they are linked into it. */
  static async start(folder: string): Promise<MillracePipeline> {
    const watched = join(folder, 'watched')
    mkdirSync(watched, { recursive: true })
    const stack = await startStack([
      `agent.sources=[{type: file, name: bench, include: [${JSON.stringify(join(watched, '*.log'))}], parse: json}]`,
      'telemetry.enabled=false',
      'agent.spool.maxBytes=17179869184',
    ])
    const config = parseConfig('', { set: stack.arguments.filter(argument => argument !== '--set') })
    return new MillracePipeline(stack, await createStoreClient(config), watched, config)
  }

  async stop(): Promise<void> {
    await this.client.close()
    await this.#connection.close()
    await this.stack.stop()
  }

  /** Lets the agent read a file; returns the seconds until all of it can be found. */
  async push(path: string, lines: number): Promise<number> {
    const until = (await this.count()) + lines
    const startMs = performance.now()
    linkSync(path, join(this.watched, `${until}.log`))
    while ((await this.count()) < until) await sleep(lookMs)
    return (performance.now() - startMs) / 1000
  }

  /** Of all lines, which the engine knows without reading any. */
  async count(): Promise<number> {
    const rows = await this.rows<{ n: number }>('SELECT toUInt32(count()) AS n FROM otel_logs')
    return rows[0]?.n ?? 0
  }

  async rows<T>(query: string): Promise<T[]> {
    const clickhouse_settings = { max_execution_time: 120 }
    const answer = await this.client.query({ query, format: 'JSONEachRow', clickhouse_settings })
    return await answer.json<T>()
  }

  /** All parts of a partition in one, as they are after some hours. */
  async merge(): Promise<void> {
    await this.client.command({ query: 'OPTIMIZE TABLE otel_logs FINAL' })
  }

  async bytesPerRow(): Promise<number> {
    const rows = await this.rows<{ bytes: number }>(
      `SELECT toFloat64(sum(bytes_on_disk)) / sum(rows) AS bytes FROM system.parts WHERE active AND table = 'otel_logs'`,
    )
    return rows[0]?.bytes ?? Number.NaN
  }

  /** Asks our own interface; returns the milliseconds until the whole answer is there. */
  async ask(path: string, parameters: Record<string, string>): Promise<{ ms: number; text: string }> {
    const startMs = performance.now()
    const response = await fetch(`${this.stack.url}${path}?${new URLSearchParams(parameters)}`)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return { ms: performance.now() - startMs, text }
  }

  /** Of some line in the middle of all. */
  async knownValues(): Promise<{ traceId: string; userId: string }> {
    const [row] = await this.rows<{ traceId: string; userId: string }>(
      `SELECT TraceId AS traceId, LogAttributes['user_id'] AS userId FROM otel_logs
        WHERE LogAttributes['user_id'] != '' AND TopicOffset = (SELECT intDiv(max(TopicOffset), 2) FROM otel_logs) LIMIT 1`,
    )
    if (row === undefined) throw new Error('no line has a user_id')
    return row
  }

  cpuSeconds(): RoleFigures {
    return this.#ofRoles(cpuSecondsOf)
  }

  peakMiB(): RoleFigures {
    return this.#ofRoles(peakMiBOf)
  }

  #ofRoles(figureOf: (pid: number) => number): RoleFigures {
    const figure = (role: string) => figureOf(this.stack.rolePid(role) ?? Number.NaN)
    return Object.fromEntries(roles.map(role => [role, figure(role)])) as RoleFigures
  }
}
