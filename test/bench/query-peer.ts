import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '../../cli/config.ts'
import { createStoreClient } from '../../store/index.ts'
import { startPrometheus } from '../e2e/prometheus-peer/prometheus.ts'
import { type Stack, startStack } from '../e2e/stack.ts'
import { median } from './agent/figures.ts'
import { cpuSecondsOf, peakMiBOf, residentMiBOf } from './broker/process-figures.ts'
import { type PromQuestion, promQuestions } from './query/promql.ts'
import { insertSamples, writeOpenMetrics } from './query/series.ts'
import type { BenchRow } from './types.ts'

const runs = 5
/** Where `../shared/peers/prometheus/prometheus install` puts it. */
const programs = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'millrace-peers/prometheus/bin',
)

interface Answered {
  ms: number
  cpuMs: number
  /** Of the first answer, so that both are known to say the same. */
  text: string
}

interface Side {
  answers: Map<string, Answered>
  memory: string
}

/** The same samples in Millrace and in Prometheus, and the same questions to both by Prometheus' HTTP API. */
export async function run(): Promise<BenchRow[]> {
  if (!existsSync(join(programs, 'prometheus'))) {
    process.stderr.write('query-peer is left out: ../shared/peers/prometheus/prometheus install\n')
    return []
  }
  const ours = await ofMillrace()
  const theirs = await ofPrometheus()
  const memory = { name: 'memory after all questions', unit: '', figure: Number.NaN }
  return [
    ...promQuestions.map(question => row(question, ours, theirs)),
    { ...memory, notes: `${ours.memory}; peer ${theirs.memory}` },
  ]
}

async function ofMillrace(): Promise<Side> {
  const stack = await startStack(['agent.sources=[]', 'telemetry.enabled=false'])
  try {
    const config = parseConfig('', { set: stack.arguments.filter(argument => argument !== '--set') })
    const client = await createStoreClient(config)
    await insertSamples(client, config.tenant)
    await client.close()
    const pids = ['query', 'store'].map(role => stack.rolePid(role) ?? Number.NaN)
    const answers = await askAll(`${stack.url}/prometheus`, pids)
    return { answers, memory: memoryOf(stack) }
  } finally {
    await stack.stop()
  }
}

function memoryOf(stack: Stack): string {
  const figures = ['query', 'store'].map(role => {
    const pid = stack.rolePid(role) ?? Number.NaN
    return `${role} ${residentMiBOf(pid).toFixed(0)} MiB, peak ${peakMiBOf(pid).toFixed(0)}`
  })
  return figures.join(', ')
}

async function ofPrometheus(): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  try {
    const [text, data] = [join(folder, 'samples.txt'), join(folder, 'data')]
    await writeOpenMetrics(text)
    const args = ['tsdb', 'create-blocks-from', 'openmetrics', text, data]
    const made = spawnSync(join(programs, 'promtool'), args, { encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`promtool: ${made.stderr}`)
    const peer = await startPrometheus(join(programs, 'prometheus'), data)
    try {
      const answers = await askAll(peer.url, [peer.pid])
      const memory = `${residentMiBOf(peer.pid).toFixed(0)} MiB, peak ${peakMiBOf(peer.pid).toFixed(0)}`
      return { answers, memory }
    } finally {
      await peer.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The first of all runs warms up. */
async function askAll(url: string, pids: readonly number[]): Promise<Map<string, Answered>> {
  const cpu = () => pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0)
  const answers = new Map<string, Answered>()
  for (const question of promQuestions) {
    await ask(url, question)
    const before = cpu()
    const found: { ms: number; text: string }[] = []
    for (let i = 0; i < runs; i++) found.push(await ask(url, question))
    const cpuMs = ((cpu() - before) / runs) * 1000
    answers.set(question.name, { ms: median(found, ({ ms }) => ms), cpuMs, text: found[0]?.text ?? '' })
  }
  return answers
}

async function ask(url: string, { path, parameters }: PromQuestion): Promise<{ ms: number; text: string }> {
  const beganMs = performance.now()
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return { ms: performance.now() - beganMs, text }
}

function row({ name }: PromQuestion, ours: Side, theirs: Side): BenchRow {
  const none = { ms: Number.NaN, cpuMs: Number.NaN, text: '' }
  const [mine, other] = [ours.answers.get(name) ?? none, theirs.answers.get(name) ?? none]
  const cpu = `CPU ${mine.cpuMs.toFixed(0)} ms, peer ${other.cpuMs.toFixed(0)}`
  const size =
    mine.text.length === other.text.length ? '' : `; ${mine.text.length} bytes, peer ${other.text.length}`
  const figures = { figure: mine.ms, floor: other.ms, ratio: mine.ms / other.ms }
  return { name, unit: 'ms', ...figures, notes: `${cpu}${size}` }
}
