import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from './agent/figures.ts'
import {
  dayEnd,
  dayStart,
  hasGenerator,
  steadyEnd,
  steadyStart,
  writeLines,
  writeSteadyLines,
} from './pipeline/lines.ts'
import { MillracePipeline, type RoleFigures, roles } from './pipeline/millrace.ts'
import {
  type AskedRange,
  apiParameters,
  askStore,
  foundByUs,
  foundByVictoriaLogs,
  logsQlParameters,
  type Question,
  questions,
} from './pipeline/questions.ts'
import { type Delays, delaysUntilSearchable, linesPerSecond } from './pipeline/searchable.ts'
import { hasVictoriaLogs, VictoriaLogs } from './pipeline/victorialogs.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const usualLines = 10_000_000
const steadyLines = 200_000
const steadyDay = { start: steadyStart, end: steadyEnd }
const day: AskedRange = { startNs: nanosOf(dayStart), endNs: nanosOf(dayEnd) }

interface Answered {
  ms: number
  /** Of the store alone. */
  storeMs?: number
  /** Processor time of the store for one answer. */
  cpuMs: number
  found: number
}

interface Side<Figures> {
  linesPerSecond: number
  cpu: Figures
  bytesPerRow: number
  delays: Delays
  answers: Map<string, Answered>
  pushingMiB: Figures
  askingMiB: Figures
}

/** The same lines file → agent → broker → aggregator → store, and into VictoriaLogs; the same questions to both. */
export async function run({ lines = usualLines }: { lines?: number } = {}): Promise<BenchRow[]> {
  if (!hasGenerator || !hasVictoriaLogs) {
    process.stderr.write('pipeline-peer is left out: ../shared/peers is not there\n')
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  try {
    const [path, steady] = [join(folder, 'lines.json'), join(folder, 'steady.json')]
    await writeLines(path, lines)
    await writeSteadyLines(steady, steadyLines, linesPerSecond)
    const { side: ours, asked } = await ofMillrace(join(folder, 'millrace'), path, lines, steady)
    const theirs = await ofVictoriaLogs(join(folder, 'victorialogs'), path, lines, steady, asked)
    return [...figureRows(ours, theirs), ...asked.map(question => answerRow(question.name, ours, theirs))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ofMillrace(folder: string, path: string, lines: number, steady: string) {
  const pipeline = await MillracePipeline.start(folder)
  try {
    const before = pipeline.cpuSeconds()
    const seconds = await pipeline.push(path, lines)
    const after = pipeline.cpuSeconds()
    const perMillion = (role: keyof RoleFigures) => ((after[role] - before[role]) / lines) * 1e6
    const cpu = Object.fromEntries(roles.map(role => [role, perMillion(role)])) as RoleFigures
    const pushingMiB = pipeline.peakMiB()
    await pipeline.merge()
    const bytesPerRow = await pipeline.bytesPerRow()
    const asked = questions(await pipeline.knownValues())
    const answers = new Map<string, Answered>()
    for (const question of asked) answers.set(question.name, await askMillrace(pipeline, question))
    const askingMiB = pipeline.peakMiB()
    const target = join(pipeline.watched, 'steady.log')
    const write = (piece: Buffer) => appendFileSync(target, piece)
    const delays = await delaysUntilSearchable(readFileSync(steady), write, () => pipeline.count())
    const linesPerSecond = lines / seconds
    return { side: { linesPerSecond, cpu, bytesPerRow, delays, answers, pushingMiB, askingMiB }, asked }
  } finally {
    await pipeline.stop()
  }
}

async function ofVictoriaLogs(
  folder: string,
  path: string,
  lines: number,
  steady: string,
  asked: readonly Question[],
): Promise<Side<number>> {
  mkdirSync(folder)
  const peer = await VictoriaLogs.start(folder)
  try {
    const before = peer.cpuSeconds()
    const seconds = await peer.push(path, lines, { start: dayStart, end: dayEnd })
    const cpu = ((peer.cpuSeconds() - before) / lines) * 1e6
    const pushingMiB = peer.peakMiB()
    const bytesPerRow = (await peer.merge()) / lines
    const answers = new Map<string, Answered>()
    for (const question of asked) answers.set(question.name, await askVictoriaLogs(peer, question))
    const askingMiB = peer.peakMiB()
    const write = (piece: Buffer) => peer.post(piece)
    const delays = await delaysUntilSearchable(readFileSync(steady), write, () => peer.count(steadyDay))
    return { linesPerSecond: lines / seconds, cpu, bytesPerRow, delays, answers, pushingMiB, askingMiB }
  } finally {
    peer.stop()
  }
}

/** Each run has an end of its own, so that none is answered from what is kept. The first warms up. */
async function inRuns<T>(ask: (range: AskedRange) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  for (let i = 0n; i <= runs; i++) answers.push(await ask({ ...day, endNs: day.endNs - i }))
  return answers.slice(1)
}

async function askMillrace(pipeline: MillracePipeline, question: Question): Promise<Answered> {
  const { api } = question
  const before = pipeline.cpuSeconds().store
  const store = await inRuns(async range => {
    const startMs = performance.now()
    await askStore(pipeline.reader, question, pipeline.tenant, range)
    return performance.now() - startMs
  })
  const cpuMs = ((pipeline.cpuSeconds().store - before) / (runs + 1)) * 1000
  const storeMs = median(store, ms => ms)
  if (api === undefined) return { ms: storeMs, cpuMs, found: Number.NaN }
  const isFacets = api.path === 'logs/facets'
  const answers = await inRuns(range => pipeline.ask(`/api/${api.path}`, apiParameters(question, range)))
  return {
    ms: median(answers, ({ ms }) => ms),
    storeMs,
    cpuMs,
    found: isFacets ? Number.NaN : foundByUs(answers[0]?.text ?? ''),
  }
}

async function askVictoriaLogs(peer: VictoriaLogs, question: Question): Promise<Answered> {
  const before = peer.cpuSeconds()
  const answers = await inRuns(range => peer.ask(question.path, logsQlParameters(question, range)))
  const cpuMs = ((peer.cpuSeconds() - before) / (runs + 1)) * 1000
  const isCounted = question.api !== undefined && question.path === 'query'
  const found = !isCounted ? Number.NaN : foundByVictoriaLogs(answers[0]?.text ?? '')
  return { ms: median(answers, ({ ms }) => ms), cpuMs, found }
}

function answerRow(name: string, ours: Side<RoleFigures>, theirs: Side<number>): BenchRow {
  const [mine, other] = [ours.answers.get(name), theirs.answers.get(name)]
  const found =
    mine?.found === other?.found ? `${mine?.found} found` : `${mine?.found} found, peer ${other?.found}`
  const store = mine?.storeMs === undefined ? 'SQL' : `the store's part ${mine.storeMs.toFixed(1)}`
  const cpu = `CPU ${mine?.cpuMs.toFixed(0)} ms, peer ${other?.cpuMs.toFixed(0)}`
  const notes = Number.isNaN(mine?.found) ? `${store}; ${cpu}` : `${store}; ${cpu}; ${found}`
  return { ...versus(name, 'ms', mine?.ms ?? Number.NaN, other?.ms ?? Number.NaN), notes }
}

function figureRows(ours: Side<RoleFigures>, theirs: Side<number>): BenchRow[] {
  const byRole = (figures: RoleFigures, digits: number) =>
    roles.map(role => `${role} ${figures[role].toFixed(digits)}`).join(', ')
  const sum = (figures: RoleFigures) => roles.reduce((total, role) => total + figures[role], 0)
  return [
    versus('file to searchable row', 'lines/s', ours.linesPerSecond, theirs.linesPerSecond),
    {
      ...versus('CPU per million lines', 's', sum(ours.cpu), theirs.cpu),
      notes: `${byRole(ours.cpu, 2)}; the peer has no agent and no topic`,
    },
    versus('on disk, merged', 'B/line', ours.bytesPerRow, theirs.bytesPerRow),
    versus('written to searchable at 20k lines/s, p50', 's', ours.delays.p50, theirs.delays.p50),
    versus('written to searchable at 20k lines/s, p99', 's', ours.delays.p99, theirs.delays.p99),
    {
      ...versus('memory at the peak, pushing: the store', 'MiB', ours.pushingMiB.store, theirs.pushingMiB),
      notes: byRole(ours.pushingMiB, 0),
    },
    {
      ...versus('memory at the peak, asking: the store', 'MiB', ours.askingMiB.store, theirs.askingMiB),
      notes: byRole(ours.askingMiB, 0),
    },
  ]
}

function versus(name: string, unit: string, figure: number, floor: number): BenchRow {
  return { name, unit, figure, floor, ratio: figure / floor }
}

function nanosOf(time: string): bigint {
  return BigInt(Date.parse(time)) * 1_000_000n
}
