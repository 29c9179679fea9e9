import type { PatternsAnswer } from '../../../query/index.ts'
import { type Command, exitDone } from '../../command.ts'
import { askJson } from '../../http.ts'
import { formatCount, sparkline } from '../../human.ts'
import { printable } from '../../printable.ts'
import { note } from '../../terminal/output.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'
import { truncate } from '../../terminal/width.ts'
import { msOf, timeDetails, timeOptions, timeRange } from '../../time-range.ts'

const widestSpark = 30
/** What the API gives at most: shares are of all of them, also where few are shown. */
const mostTemplates = 1000

export const patterns: Command = {
  name: 'patterns',
  asksApi: true,
  summary: 'what the lines say, the commonest first',
  positionals: ['[QUERY...]'],
  options: {
    ...timeOptions(),
    limit: { type: 'string', hint: 'N', description: 'templates at most', default: '30' },
    ...tableOptions,
  },
  details: `QUERY is LogQL, or plain words. In templates <num>, <id>, <ip> and <*> stand where lines differ. ${timeDetails}`,
  examples: [
    ['millrace patterns', 'of the last hour'],
    [`millrace patterns '{level="error"}' --since 1d --limit 10`, 'what goes wrong most'],
  ],
  run: async call => {
    const range = timeRange(call, Date.now())
    const { start, end, startMs, endMs } = range
    const columns = process.stdout.columns ?? 160
    const sparkWidth = columns < 100 ? 10 : widestSpark
    const step = `${Math.max(1, Math.ceil((endMs - startMs) / 1000 / sparkWidth))}s`
    const asked = { query: call.positionals.join(' '), start, end, step, limit: String(mostTemplates) }
    const answer = await askJson<PatternsAnswer>(await call.config(), '/api/logs/patterns', asked)
    for (const warning of answer.warnings) note(warning)
    const total = answer.patterns.reduce((sum, pattern) => sum + pattern.count, 0)
    const room = Math.max(20, columns - sparkWidth - 22)
    const overTime = ({ samples }: PatternsAnswer['patterns'][number]) => {
      const counts = new Array<number>(sparkWidth).fill(0)
      for (const { start: at, count } of samples) {
        const i = Math.floor((msOf(at) - startMs) / answer.stepMs)
        if (i >= 0 && i < sparkWidth) counts[i] = (counts[i] ?? 0) + count
      }
      return sparkline(counts)
    }
    await writeRows(
      call,
      answer.patterns.slice(0, call.number('limit')),
      [
        { head: 'lines', cell: pattern => ({ text: formatCount(pattern.count), right: true }) },
        {
          head: 'share',
          cell: pattern => ({ text: `${((pattern.count / total) * 100).toFixed(1)} %`, right: true }),
        },
        { head: 'over time', cell: overTime },
        { head: 'template', cell: pattern => truncate(printable(pattern.template), room) },
      ],
      ({ template, count, samples }) => ({ template, count, share: count / total, samples }),
      `no lines in ${range.words}`,
    )
    return exitDone
  },
}
