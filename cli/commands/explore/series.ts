import { type Command, exitDone } from '../../command.ts'
import { askJson } from '../../http.ts'
import { printable } from '../../printable.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'
import { timeDetails, timeOptions, timeRange } from '../../time-range.ts'

interface SeriesAnswer {
  data?: Record<string, string>[]
}

export const series: Command = {
  name: 'series',
  asksApi: true,
  summary: 'series of metrics, or streams of lines, that match selectors',
  positionals: ['[SELECTOR...]'],
  options: {
    ...timeOptions(),
    logs: { type: 'boolean', description: 'streams of lines in place of metrics' },
    limit: { type: 'string', hint: 'N', description: 'series at most', default: '1000' },
    ...tableOptions,
  },
  details: timeDetails,
  examples: [
    ['millrace series system_cpu_time_seconds_total', 'series of one metric'],
    [`millrace series '{__name__=~"system_.*"}' --json`, 'those of many'],
    [`millrace series '{service="web"}' --logs`, 'streams of lines'],
  ],
  run: async call => {
    const range = timeRange(call, Date.now())
    const isOfLogs = call.flag('logs')
    const given = call.positionals.length > 0 ? call.positionals : [isOfLogs ? '{}' : '{__name__=~".+"}']
    const path = isOfLogs ? '/loki/api/v1/series' : '/prometheus/api/v1/series'
    const times = isOfLogs
      ? { start: range.start, end: range.end }
      : { start: String(range.startMs / 1000), end: String(range.endMs / 1000), limit: call.text('limit') }
    const answer = await askJson<SeriesAnswer>(await call.config(), path, { ...times, 'match[]': given })
    const found = (answer.data ?? []).slice(0, call.number('limit'))
    await writeRows(
      call,
      found,
      [{ head: isOfLogs ? 'stream' : 'series', cell: labels => printable(describe(labels)) }],
      labels => labels,
      `nothing matches in ${range.words}${isOfLogs ? '' : ': --logs looks for streams of lines'}`,
    )
    return exitDone
  },
}

function describe({ __name__: name = '', ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return `${name}{${pairs.join(', ')}}`
}
