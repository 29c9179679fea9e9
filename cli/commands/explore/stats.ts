import { type Call, type Command, exitDone } from '../../command.ts'
import type { Config } from '../../config.ts'
import { askJson } from '../../http.ts'
import { counted, formatBytes } from '../../human.ts'
import { printable } from '../../printable.ts'
import { write } from '../../terminal/output.ts'
import { tableForm, tableOptions, writeRows } from '../../terminal/table.ts'
import { type TimeRange, timeDetails, timeOptions, timeRange } from '../../time-range.ts'

interface IndexStats {
  streams: number
  entries: number
  bytes: number
}

interface Volume {
  data?: { result?: { metric: Record<string, string>; value: [number, string] }[] }
}

export const stats: Command = {
  name: 'stats',
  asksApi: true,
  summary: 'how many lines and bytes, by service or by any label',
  positionals: ['[QUERY]'],
  options: {
    ...timeOptions(),
    by: { type: 'string', hint: 'LIST', description: 'labels to count by', default: 'service' },
    limit: { type: 'string', hint: 'N', description: 'rows at most', default: '50' },
    ...tableOptions,
  },
  details: `QUERY is a LogQL selector. Bytes are those of the lines as they were written. ${timeDetails}`,
  examples: [
    ['millrace stats', 'who wrote how much in the last hour'],
    [`millrace stats '{level="error"}' --by service,host --since 1d`, 'errors of a day'],
  ],
  run: runStats,
}

async function runStats(call: Call): Promise<number> {
  const config = await call.config()
  const range = timeRange(call, Date.now())
  const query = call.positionals[0] ?? '{}'
  const total = await askJson<IndexStats>(config, '/loki/api/v1/index/stats', {
    query,
    start: range.start,
    end: range.end,
  })
  const rows = await volumes(call, config, query, range)
  if (tableForm(call) === 'table' && total.entries > 0)
    await write(
      `${counted(total.entries, 'line')}, ${formatBytes(total.bytes)}, in ${counted(total.streams, 'stream')}\n\n`,
    )
  const share = (bytes: number) => (total.bytes === 0 ? 0 : bytes / total.bytes)
  await writeRows(
    call,
    rows,
    [
      { head: call.text('by') ?? '', cell: row => ({ text: printable(row.name), style: 'name' }) },
      { head: 'size', cell: row => ({ text: formatBytes(row.bytes), right: true }) },
      { head: 'share', cell: row => ({ text: `${(share(row.bytes) * 100).toFixed(1)} %`, right: true }) },
    ],
    ({ labels, bytes }) => ({ ...labels, bytes, share: share(bytes) }),
    `no lines in ${range.words}`,
  )
  return exitDone
}

async function volumes(call: Call, config: Config, query: string, { start, end }: TimeRange) {
  const asked = {
    query,
    start,
    end,
    limit: call.text('limit'),
    targetLabels: call.text('by'),
    aggregateBy: 'series',
  }
  const { data } = await askJson<Volume>(config, '/loki/api/v1/index/volume', asked)
  return (data?.result ?? []).map(({ metric, value: [, bytes] }) => ({
    labels: metric,
    name: Object.values(metric).join(', '),
    bytes: Number(bytes),
  }))
}
