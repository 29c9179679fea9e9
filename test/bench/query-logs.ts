import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { events } from '../../cli/http.ts'
import { median } from './agent/figures.ts'
import { residentMiBOf } from './broker/process-figures.ts'
import { hasGenerator, writeLines, writeSteadyLines } from './pipeline/lines.ts'
import { MillracePipeline } from './pipeline/millrace.ts'
import { type Delays, delaysUntilSearchable, linesPerSecond } from './pipeline/searchable.ts'
import { type LogQuestion, logQuestions } from './query/log-questions.ts'
import { TimedReader } from './query/timed-reader.ts'
import { insertTraces, traceId } from './query/traces.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const usualLines = 1_000_000
const steadyLines = 200_000
/** To look costs nothing there. */
const tailLookMs = 5

/** Questions about lines and traces by HTTP, beside what the store alone takes for them, and live tail beside steady lines. */
export async function run({ lines = usualLines }: { lines?: number } = {}): Promise<BenchRow[]> {
  if (!hasGenerator) {
    process.stderr.write('query-logs is left out: ../shared/peers/data is not there\n')
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const pipeline = await MillracePipeline.start(join(folder, 'millrace'))
  try {
    const [path, steady] = [join(folder, 'lines.json'), join(folder, 'steady.json')]
    await writeLines(path, lines)
    await writeSteadyLines(steady, steadyLines, linesPerSecond)
    await pipeline.push(path, lines)
    await insertTraces(pipeline.client)
    await pipeline.merge()
    const rows: BenchRow[] = []
    for (const question of logQuestions(lines, traceId)) rows.push(await asked(pipeline, question))
    const delays = await tailed(pipeline, steady)
    const memory = residentMiBOf(pipeline.stack.rolePid('query') ?? Number.NaN)
    return [
      ...rows,
      { name: 'tail at 20k lines/s, written to client, p50', unit: 's', figure: delays.p50 },
      { name: 'tail at 20k lines/s, written to client, p99', unit: 's', figure: delays.p99 },
      { name: 'memory of the query role after all', unit: 'MiB', figure: memory },
    ]
  } finally {
    await pipeline.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The first of all runs warms up. */
async function asked(pipeline: MillracePipeline, question: LogQuestion): Promise<BenchRow> {
  const { name, path, parameters, ask, targetMs } = question
  await pipeline.ask(path, parameters)
  const times: number[] = []
  for (let i = 0; i < runs; i++) times.push((await pipeline.ask(path, parameters)).ms)
  const figure = median(times, ms => ms)
  const notes = `target ${targetMs} ms`
  if (ask === undefined) return { name, unit: 'ms', figure, notes }
  const reader = new TimedReader(...pipeline.reader.made)
  const floors: number[] = []
  for (let i = 0; i <= runs; i++) {
    await ask(reader, pipeline.tenant)
    floors.push(reader.take())
  }
  const floor = median(floors.slice(1), ms => ms)
  const above = `${(figure - floor).toFixed(1)} ms above its SQL`
  return { name, unit: 'ms', figure, floor, ratio: figure / floor, notes: `${notes}; ${above}` }
}

/** Lines that come by server-sent events, counted as they come. */
async function tailed(pipeline: MillracePipeline, path: string): Promise<Delays> {
  const leave = new AbortController()
  const response = await fetch(`${pipeline.stack.url}/api/logs/tail?query=`, { signal: leave.signal })
  let count = 0
  const reading = (async () => {
    for await (const { event, data } of events(response)) {
      if (event === 'log') count++
      if (event === 'dropped') count += (JSON.parse(data) as { count: number }).count
    }
  })().catch((error: unknown) => {
    if (!leave.signal.aborted) throw error
  })
  const write = (piece: Buffer) => appendFileSync(join(pipeline.watched, 'steady.log'), piece)
  const delays = await delaysUntilSearchable(
    readFileSync(path),
    write,
    () => Promise.resolve(count),
    tailLookMs,
  )
  leave.abort()
  await reading
  return delays
}
