import type { MetricNamesAnswer, MetricsAnswer } from '../../../query/index.ts'
import { type Call, type Command, exitDone, usageError } from '../../command.ts'
import type { Config } from '../../config.ts'
import { askJson } from '../../http.ts'
import { formatTable, sparkline } from '../../human.ts'
import { printable } from '../../printable.ts'
import { chart } from '../../terminal/chart.ts'
import { toCsvLine } from '../../terminal/csv.ts'
import { note, write, writeJson } from '../../terminal/output.ts'
import { formOf } from '../../terminal/table.ts'
import { formatValue } from '../../terminal/units.ts'
import { truncateMiddle, widthOf } from '../../terminal/width.ts'
import { msOf, timeDetails, timeOptions, timeRange } from '../../time-range.ts'
import { unitOf } from './unit-of.ts'

const forms = ['auto', 'chart', 'table', 'json', 'csv'] as const
/** So many series are drawn one by one, more have a line each. */
const maxCharts = 3
const sparkWidth = 40

export const metrics: Command = {
  name: 'metrics',
  asksApi: true,
  summary: 'metrics over time by PromQL: a chart, a table, or every value',
  positionals: ['PROMQL...'],
  options: {
    ...timeOptions(),
    step: { type: 'string', hint: '1m', description: 'one value per step (default: about 100 in all)' },
    instant: { type: 'boolean', description: 'the values at one moment: --end, or now' },
    height: { type: 'string', hint: 'LINES', description: 'of a chart', default: '8' },
    output: {
      type: 'string',
      short: 'o',
      hint: 'FORM',
      choices: forms,
      description: forms.join(', '),
      default: 'auto',
    },
    json: { type: 'boolean', description: 'one series a line: values with their times, in ms' },
  },
  details: `auto is a chart of up to ${maxCharts} series on a terminal, else a table. ${timeDetails}`,
  examples: [
    ['millrace metrics system_cpu_load_average_1m', 'a chart of the last hour'],
    [
      `millrace metrics 'sum by (host) (rate(system_network_io_bytes_total[5m]))' --since 6h`,
      'a rate over windows',
    ],
    ['millrace metrics system_memory_usage_bytes --instant', 'the values now'],
    ['millrace metrics system_cpu_load_average_1m --json | jq .values', 'for a script'],
  ],
  run: runMetrics,
}

type Series = MetricsAnswer['series'][number]

interface Answer extends MetricsAnswer {
  unit: string
  timesMs: number[]
}

async function runMetrics(call: Call): Promise<number> {
  const form = formOf(call, forms)
  const config = await call.config()
  const query = call.positionals.join(' ')
  const { words, ...range } = timeRange(call, Date.now())
  const answer = await read(call, config, query, range)
  for (const warning of answer.warnings) note(warning)
  if (answer.series.length === 0)
    note(`no series in ${call.flag('instant') ? 'the last 5 minutes' : words}: see millrace series`)
  else await show(call, answer, form)
  return exitDone
}

async function read(
  call: Call,
  config: Config,
  query: string,
  { start, end, startMs, endMs }: { start: string; end: string; startMs: number; endMs: number },
): Promise<Answer> {
  const isInstant = call.flag('instant')
  const step = isInstant ? '1s' : (call.text('step') ?? `${stepSeconds(endMs - startMs)}s`)
  const from = isInstant ? String(BigInt(endMs - 1000) * 1_000_000n) : start
  const [found, { metrics: known }] = await Promise.all([
    askJson<MetricsAnswer>(config, '/api/metrics/query', {
      query,
      start: from,
      end,
      step,
    }),
    askJson<MetricNamesAnswer>(config, '/api/metrics/names', {}),
  ])
  const count = found.series[0]?.values.length ?? 0
  const firstMs = msOf(found.start)
  const timesMs = Array.from({ length: count }, (_, i) => firstMs + i * found.stepMs)
  const answer = { ...found, timesMs, unit: unitOf(query, known) }
  return isInstant ? lastOf(answer) : answer
}

/** The values at the end alone. */
function lastOf(answer: Answer): Answer {
  const series = answer.series
    .map(({ labels, values }) => ({ labels, values: values.slice(-1) }))
    .filter(({ values }) => values[0] !== null)
  return { ...answer, series, timesMs: answer.timesMs.slice(-1) }
}

/** Steps that people count in, about a hundred of them. */
function stepSeconds(rangeMs: number): number {
  const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]
  return steps.find(step => rangeMs / 1000 / step <= 120) ?? 86_400
}

async function show(call: Call, answer: Answer, form: (typeof forms)[number]): Promise<void> {
  const isSingle = answer.timesMs.length < 2
  const isDrawn =
    form === 'chart' || (form === 'auto' && process.stdout.isTTY && answer.series.length <= maxCharts)
  if (form === 'json') await writeJsonLines(answer)
  else if (form === 'csv') await writeCsv(answer)
  else if (isDrawn && !isSingle) await drawCharts(call, answer)
  else await writeTable(call, answer, isSingle)
}

async function writeJsonLines({ series, unit, start, stepMs, timesMs }: Answer): Promise<void> {
  for (const { labels, values } of series) await writeJson({ labels, unit, start, stepMs, timesMs, values })
}

async function writeCsv({ series, timesMs }: Answer): Promise<void> {
  await write(toCsvLine(['time', 'series', 'value']))
  for (const { labels, values } of series)
    for (const [i, value] of values.entries())
      if (value !== null)
        await write(toCsvLine([new Date(timesMs[i] ?? 0).toISOString(), describe(labels), value]))
}

async function drawCharts(call: Call, { series, unit, timesMs, stepMs }: Answer): Promise<void> {
  const height = call.number('height') ?? 8
  if (height < 1 || height > 100) throw usageError('--height: expected 1 to 100 lines')
  const format = (value: number) => formatValue(value, unit)
  const width = Math.max(20, (process.stdout.columns ?? 100) - 16)
  for (const { labels, values } of series) {
    const options = { width, height, startMs: timesMs[0] ?? 0, stepMs, format, paint: call.paint }
    const lines = [
      call.paint(describe(labels), 'bold'),
      ...chart(values, options),
      `  ${summary(values, format)}`,
    ]
    await write(`${lines.join('\n')}\n\n`)
  }
}

function summary(values: Series['values'], format: (value: number) => string): string {
  const present = values.filter(value => value !== null)
  const mean = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length)
  const parts = { last: present.at(-1) ?? 0, min: Math.min(...present), mean, max: Math.max(...present) }
  return Object.entries(parts)
    .map(([name, value]) => `${name} ${format(value)}`)
    .join('  ')
}

async function writeTable(call: Call, { series, unit }: Answer, isSingle: boolean): Promise<void> {
  const format = (value: number) => formatValue(value, unit)
  const sorted = [...series].sort((a, b) => (last(b) ?? 0) - (last(a) ?? 0))
  const common = series.length > 1 ? commonLabels(series) : {}
  if (Object.keys(common).length > 0) await write(call.paint(`all have ${describe(common)}\n`, 'dim'))
  const number = (value: number | undefined) => ({
    text: value === undefined ? '' : format(value),
    right: true,
  })
  // on a terminal all of it on one line: three figures take some thirty cells, the names at most half of the rest
  const room = (process.stdout.columns ?? 160) - 30
  const longest = Math.min(90, Math.max(16, Math.floor(room / 2)))
  const names = sorted.map(one => widthOf(describe(without(one.labels, common))))
  const spark = Math.max(5, Math.min(sparkWidth, room - Math.min(longest, Math.max(0, ...names))))
  const rows = sorted.map(one => {
    const present = one.values.filter(value => value !== null)
    const text = truncateMiddle(describe(without(one.labels, common)), longest)
    const name = { text, style: 'name' as const }
    if (isSingle) return [name, number(last(one))]
    const ends = [number(Math.min(...present)), number(Math.max(...present)), number(last(one))]
    return [name, sparkline(one.values.slice(-spark)), ...ends]
  })
  await write(
    formatTable(isSingle ? ['series', 'value'] : ['series', '', 'min', 'max', 'last'], rows, call.paint),
  )
}

/** What tells no series from another is said once. */
function commonLabels(series: readonly Series[]): Record<string, string> {
  const [first, ...others] = series
  const shared = Object.entries(first?.labels ?? {}).filter(([name, value]) =>
    others.every(({ labels }) => labels[name] === value),
  )
  return Object.fromEntries(shared)
}

function without(labels: Record<string, string>, left: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !(name in left)))
}

function last({ values }: Series): number | undefined {
  return values.findLast(value => value !== null) ?? undefined
}

function describe({ __name__: name = '', ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return printable(pairs.length === 0 && name !== '' ? name : `${name}{${pairs.join(', ')}}`)
}
