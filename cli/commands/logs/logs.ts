import type { LogLine } from '../../../query/index.ts'
import { type Call, type Command, exitDone, exitInterrupted, usageError } from '../../command.ts'
import type { Config } from '../../config.ts'
import { plainCount } from '../../human.ts'
import { interruption } from '../../interruption.ts'
import { foldFor, fullOption } from '../../terminal/fold.ts'
import { note, write } from '../../terminal/output.ts'
import { formOf } from '../../terminal/table.ts'
import { timeDetails, timeOptions, timeRange } from '../../time-range.ts'
import { followLogs } from './follow.ts'
import { sayNothingFound } from './nothing.ts'
import { pagesOf, type Search } from './pages.ts'
import { type LineForm, type LinePrinter, lineForms, printerOf } from './print-line.ts'

export const logs: Command = {
  name: 'logs',
  asksApi: true,
  summary: 'search lines, or follow them as they come in',
  positionals: ['[QUERY...]'],
  options: {
    ...timeOptions(),
    limit: { type: 'string', hint: 'N', description: 'lines at most; 0 is all', default: '100' },
    forward: { type: 'boolean', description: 'the oldest lines, from the start' },
    follow: { type: 'boolean', short: 'f', description: 'then follow' },
    fields: { type: 'string', hint: 'LIST', description: 'show these: message,service,http.route' },
    output: {
      type: 'string',
      short: 'o',
      hint: 'FORM',
      choices: lineForms,
      description: lineForms.join(', '),
      default: 'text',
    },
    ...fullOption,
    raw: {
      type: 'boolean',
      description: 'the lines as they were written, byte for byte; the same as -o raw',
    },
    json: { type: 'boolean', description: 'one log object a line' },
  },
  details: [
    `QUERY is LogQL, or plain words. ${timeDetails}`,
    'The newest lines are chosen, and shown with the newest last. Control characters of lines are shown as their codes,',
    'except with --raw. Following goes on by itself after a break, from where it was: nothing is left out or shown twice.',
  ].join('\n'),
  examples: [
    ['millrace logs disk full', 'lines with both words, in the last hour'],
    [`millrace logs '{service="web", level="error"} |= "timeout"' --since 6h`, 'LogQL'],
    [`millrace logs -f '{host="db1"}'`, 'follow one host'],
    [
      'millrace logs --fields http.route,status --since 1d --limit 0 -o csv',
      'every line of a day, as a table',
    ],
    ['millrace logs --json --limit 5000 | jq .message', 'for a script'],
  ],
  run: runLogs,
}

async function runLogs(call: Call): Promise<number> {
  const form = call.flag('raw') ? 'raw' : formOf(call, lineForms)
  const fields = fieldsOf(call)
  const fold = foldFor(process.stdout, call.flag('full'), call.paint)
  const printer = printerOf(form, { fields, paint: call.paint, fold })
  const config = await call.config()
  const stop = interruption()
  try {
    if (call.flag('follow')) await follow(call, config, printer, stop.signal)
    else await printPages(call, config, form, printer, stop.signal)
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
  return stop.signal.aborted ? exitInterrupted : exitDone
}

function fieldsOf(call: Call): string[] {
  return (call.text('fields') ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
}

function searchOf(call: Call): Search {
  const limit = call.number('limit') ?? 100
  return {
    query: call.positionals.join(' '),
    ...timeRange(call, Date.now()),
    limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    isForward: call.flag('forward'),
  }
}

async function follow(call: Call, config: Config, printer: LinePrinter, signal: AbortSignal): Promise<void> {
  if (call.text('end') !== undefined || call.flag('forward'))
    throw usageError('--follow goes on from now: leave out --end and --forward')
  await write(printer.head)
  await followLogs(config, searchOf(call), line => write(printer.line(line)), signal)
}

async function printPages(
  call: Call,
  config: Config,
  form: LineForm,
  printer: LinePrinter,
  signal: AbortSignal,
): Promise<void> {
  const search = { ...searchOf(call), fields: form === 'raw' ? ['body'] : fieldsOf(call) }
  const hosts = new Set<string>()
  const warnings = new Set<string>()
  let count = 0
  let completeTo: string | null = null
  await write(printer.head)
  for await (const page of pagesOf(config, search, signal)) {
    for (const line of page.logs) await write(printer.line(line as LogLine))
    count += page.logs.length
    completeTo = page.completeTo
    for (const host of page.missingHosts) hosts.add(host)
    for (const warning of page.warnings) warnings.add(warning)
  }
  for (const warning of warnings) note(warning)
  for (const host of hosts) note(`lines of ${host} may be missing: its agent is silent`)
  if (count === 0) await sayNothingFound(config, search, completeTo, signal)
  else if (count === search.limit && form === 'text' && process.stdout.isTTY)
    note(
      `these are the ${search.isForward ? 'oldest' : 'newest'} ${plainCount(count, 'line')}: --limit N has more`,
    )
}
