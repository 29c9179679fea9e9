import { type Call, type Command, exitDone } from '../../command.ts'
import { askJson, type Parameters } from '../../http.ts'
import { printable } from '../../printable.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'
import { type TimeRange, timeDetails, timeOptions, timeRange } from '../../time-range.ts'

/** Both of the APIs that know labels answer alike. */
interface Names {
  data?: string[]
}

export const labels: Command = {
  name: 'labels',
  asksApi: true,
  summary: 'labels of lines or metrics, or the values of one',
  positionals: ['[NAME]'],
  options: {
    ...timeOptions(),
    match: { type: 'string', hint: 'SELECTOR', description: 'only of these lines or series' },
    metrics: { type: 'boolean', description: 'of metrics in place of lines' },
    ...tableOptions,
  },
  details: timeDetails,
  examples: [
    ['millrace labels', 'labels of the lines of the last hour'],
    ['millrace labels service --since 1d', 'which services wrote lines'],
    ['millrace labels __name__ --metrics', 'which metrics there are'],
    [
      `millrace labels device --metrics --match system_disk_io_bytes_total`,
      'values of a label of one metric',
    ],
  ],
  run: runLabels,
}

async function runLabels(call: Call): Promise<number> {
  const [name] = call.positionals
  const range = timeRange(call, Date.now())
  const found = await namesOf(call, name, range)
  await writeRows(
    call,
    found,
    [{ head: name ?? 'label', cell: value => ({ text: printable(value), style: 'name' }) }],
    value => (name === undefined ? { label: value } : { label: name, value }),
    name === undefined ? `no labels in ${range.words}` : `label ${name} has no values in ${range.words}`,
  )
  return exitDone
}

async function namesOf(call: Call, name: string | undefined, range: TimeRange): Promise<string[]> {
  const config = await call.config()
  const match = call.text('match')
  const isOfMetrics = call.flag('metrics')
  const part = encodeURIComponent(name ?? '')
  const base = isOfMetrics ? '/prometheus/api/v1' : '/loki/api/v1'
  const path = name === undefined ? `${base}/labels` : `${base}/label/${part}/values`
  const asked: Parameters = isOfMetrics
    ? { start: String(range.startMs / 1000), end: String(range.endMs / 1000), 'match[]': match }
    : { start: range.start, end: range.end, query: match }
  return (await askJson<Names>(config, path, asked)).data ?? []
}
