import { type Call, type Command, exitDone } from '../../command.ts'
import { printable, printableLines } from '../../printable.ts'
import { type Fold, foldFor, fullOption } from '../../terminal/fold.ts'
import { toJsonLine } from '../../terminal/output.ts'
import { type Paint, styleOfLevel } from '../../terminal/paint.ts'
import { askAgent } from './ask-agent.ts'

interface Shown {
  timestamp: string
  body: string
  level: string
  service: string
  attributes: Record<string, string>
}

interface Seen {
  before?: Shown
  /** Absent: the rules left it as it is; null: one dropped it. */
  after?: Shown | null
  skipped?: number
}

export const agentTap: Command = {
  name: 'agent tap',
  summary: 'what flows through a running agent, before and after its rules',
  positionals: ['[WHERE...]'],
  options: {
    limit: { type: 'string', hint: 'N', description: 'end after so many records' },
    ...fullOption,
    json: { type: 'boolean', description: 'one JSON object a line, with before and after' },
  },
  details: 'WHERE is LogQL, as in a rule: only records for which it holds before the rules are shown.',
  examples: [
    ['millrace agent tap', 'everything, until Ctrl-C'],
    [`millrace agent tap '{service="web"} | status >= 500'`, 'some of it'],
  ],
  run: runTap,
}

async function runTap(call: Call): Promise<number> {
  const style = { paint: call.paint, fold: foldFor(process.stdout, call.flag('full'), call.paint) }
  const where = call.positionals.join(' ')
  const response = await askAgent(await call.config(), '/api/tap', {
    where: where === '' ? undefined : where,
    limit: call.text('limit'),
  })
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines)
      process.stdout.write(
        call.flag('json') ? `${toJsonLine(JSON.parse(line))}\n` : describe(JSON.parse(line) as Seen, style),
      )
  }
  return exitDone
}

interface Style {
  paint: Paint
  fold: Fold
}

function describe({ before, after, skipped }: Seen, style: Style): string {
  const { paint } = style
  if (skipped !== undefined) return `… ${skipped} not shown: they come faster than they are read\n`
  if (before === undefined) return ''
  if (after === null) return `${paint('-', 'bad')} ${line(before, style)}\n`
  return after === undefined
    ? `  ${line(before, style)}\n`
    : `${paint('<', 'warning')} ${line(before, style)}\n${paint('>', 'good')} ${line(after, style)}\n`
}

function line({ timestamp, level, service, body, attributes }: Shown, { paint, fold }: Style): string {
  const time = new Date(Number(BigInt(timestamp) / 1_000_000n)).toISOString()
  const fields = Object.entries(attributes).map(([key, value]) => `${key}=${value}`)
  return [
    paint(time, 'dim'),
    paint(printable(level).padEnd(5), styleOfLevel(level)),
    paint(printable(service), 'name'),
    fold(body, printableLines),
    ...(fields.length === 0 ? [] : [paint(`{${fold(fields.join(' '), printable)}}`, 'dim')]),
  ].join(' ')
}
