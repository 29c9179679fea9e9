import type { MetricsAnswer } from '../../query/index.ts'
import { type Call, type Command, exitDone } from '../command.ts'
import { ask } from '../http.ts'
import { sparkline } from '../human.ts'

export const metrics: Command = {
  name: 'metrics',
  summary: 'windowed metrics by PromQL',
  positionals: ['PROMQL...'],
  options: {
    since: { type: 'string', hint: '1h', description: 'how far back', default: '1h' },
    step: { type: 'string', hint: '1m', description: 'one value per step', default: '1m' },
    json: { type: 'boolean', description: 'one series a line, with all values' },
  },
  examples: [
    ['millrace metrics system_cpu_load_average_1m', 'a sparkline per series'],
    [
      `millrace metrics 'sum by (host) (rate(system_network_io_bytes_total[5m]))' --since 6h`,
      'a rate over windows',
    ],
  ],
  run: runMetrics,
}

async function runMetrics(call: Call): Promise<number> {
  const answer = await ask(await call.config(), '/api/metrics/query', {
    query: call.positionals.join(' '),
    start: `now-${call.text('since')}`,
    end: 'now',
    step: call.text('step'),
  })
  const { series, stepMs, start } = (await answer.json()) as MetricsAnswer
  for (const { labels, values } of series) {
    if (call.flag('json')) process.stdout.write(`${JSON.stringify({ labels, start, stepMs, values })}\n`)
    else process.stdout.write(`${describe(labels)}\n  ${sparkline(values)}  ${last(values)}\n`)
  }
  if (series.length === 0) process.stderr.write('millrace: no series\n')
  return exitDone
}

function describe({ __name__: name = '', ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return `${name}{${pairs.join(', ')}}`
}

function last(values: (number | null)[]): string {
  const value = values.findLast(v => v !== null) ?? null
  return value === null ? '' : String(Number(value.toPrecision(6)))
}
