import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../stack.ts'

export interface Prometheus {
  url: string
  pid: number
  stop(): Promise<void>
}

/** Why there is no Prometheus to compare with; undefined where `MILLRACE_PROMETHEUS` names its program. */
export function prometheusUnavailable(): string | undefined {
  const program = process.env['MILLRACE_PROMETHEUS']
  if (program === undefined) return 'MILLRACE_PROMETHEUS names no prometheus program'
  return existsSync(program) ? undefined : `there is no ${program}`
}

const startTimeoutMs = 60_000

/** What is on here without being asked for. */
const features = [
  'exemplar-storage',
  'promql-experimental-functions',
  'promql-duration-expr',
  'promql-extended-range-selectors',
  'promql-binop-fill-modifiers',
]

/** A Prometheus that scrapes nothing and is written to remotely, on any free port, over a folder of its own or that given. */
export async function startPrometheus(
  program: string,
  data?: string,
  enabled = features,
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-prometheus-'))
  writeFileSync(
    join(folder, 'prometheus.yml'),
    'storage: { tsdb: { out_of_order_time_window: 1d }, exemplars: { max_exemplars: 1000 } }\n',
  )
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${data ?? join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
    '--web.enable-remote-write-receiver',
    `--enable-feature=${enabled.join()}`,
  ]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const output of [child.stdout, child.stderr]) output.on('data', chunk => said.push(String(chunk)))
  const exit = once(child, 'exit')
  const isReady = () => said.join('').includes('Server is ready')
  await until(
    () => child.exitCode !== null || isReady(),
    startTimeoutMs,
    () => said.join(''),
  )
  const address = /"?Listening on"? .*?address=(\S+)/i.exec(said.join(''))?.[1]
  if (child.exitCode !== null || address === undefined)
    throw new Error(`prometheus ended with ${child.exitCode}:\n${said.join('')}`)
  return {
    url: `http://${address}`,
    pid: child.pid as number,
    async stop() {
      child.kill('SIGKILL')
      await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
