import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../free-ports.ts'
import { until } from '../stack.ts'

export interface Peer {
  url: string
  stop(): Promise<void>
}

/** Why there is no Loki to compare with; undefined where `MILLRACE_LOKI` names its program. */
export function lokiUnavailable(): string | undefined {
  const program = process.env['MILLRACE_LOKI']
  if (program === undefined) return 'MILLRACE_LOKI names no loki program'
  return existsSync(program) ? undefined : `there is no ${program}`
}

const startTimeoutMs = 90_000

/** A Loki of one process, with nothing beside it. */
export async function startLoki(program: string): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-loki-'))
  const [http, grpc] = [await freePort(), await freePort()]
  writeFileSync(join(folder, 'loki.yaml'), configuration(folder, http, grpc))
  const args = [`-config.file=${join(folder, 'loki.yaml')}`, '-target=all']
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const output of [child.stdout, child.stderr]) output.on('data', chunk => said.push(String(chunk)))
  const exit = once(child, 'exit')
  const url = `http://127.0.0.1:${http}`
  await until(
    async () => child.exitCode !== null || (await isReady(url)),
    startTimeoutMs,
    () => said.join(''),
  )
  if (child.exitCode !== null) throw new Error(`loki ended with ${child.exitCode}:\n${said.join('')}`)
  return {
    url,
    async stop() {
      child.kill('SIGKILL')
      await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/** Source: Loki, configuration parameters. Levels are as they were pushed; nothing is cached, and nothing waits for others. */
const configuration = (folder: string, http: number, grpc: number) => `
auth_enabled: false
analytics: { reporting_enabled: false }
server:
  http_listen_address: 127.0.0.1
  http_listen_port: ${http}
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: ${grpc}
  log_level: error
common:
  instance_addr: 127.0.0.1
  path_prefix: ${folder}
  replication_factor: 1
  ring: { instance_addr: 127.0.0.1, kvstore: { store: inmemory } }
  storage: { filesystem: { chunks_directory: ${folder}/chunks, rules_directory: ${folder}/rules } }
schema_config:
  configs:
    - { from: 2020-10-24, store: tsdb, object_store: filesystem, schema: v13, index: { prefix: index_, period: 24h } }
ingester:
  lifecycler: { min_ready_duration: 0s, final_sleep: 0s }
pattern_ingester: { enabled: true }
frontend: { encoding: protobuf }
query_range: { cache_results: false }
limits_config:
  volume_enabled: true
  allow_structured_metadata: true
  discover_log_levels: false
  ingestion_rate_mb: 100
  ingestion_burst_size_mb: 100
  per_stream_rate_limit: 100MB
  enable_multi_variant_queries: true
`
