import type { LogLine, LogsAnswer } from '../../query/index.ts'
import { type Call, type Command, exitDone, exitInterrupted } from '../command.ts'
import type { Config } from '../config.ts'
import { ask, events } from '../http.ts'

export const logs: Command = {
  name: 'logs',
  summary: 'search lines, or follow them as they come in',
  positionals: ['[QUERY...]'],
  options: {
    since: { type: 'string', hint: '15m', description: 'how far back', default: '1h' },
    start: { type: 'string', hint: 'TIME', description: 'from here on, in place of --since' },
    end: { type: 'string', hint: 'TIME', description: 'up to here (default: now)' },
    limit: { type: 'string', hint: 'N', description: 'lines at most', default: '100' },
    forward: { type: 'boolean', description: 'oldest first, from the start' },
    follow: { type: 'boolean', short: 'f', description: 'then follow' },
    json: { type: 'boolean', description: 'one log object a line' },
  },
  details:
    'QUERY is LogQL, or plain words. Times are RFC 3339, Unix s, ms, µs or ns, now, or now-15m.\nThe newest lines are chosen, and shown with the newest last.',
  examples: [
    ['millrace logs disk full', 'lines with both words, in the last hour'],
    [`millrace logs '{service="web", level="error"} |= "timeout"' --since 6h`, 'LogQL'],
    [`millrace logs -f '{host="db1"}'`, 'follow one host'],
    ['millrace logs --json --limit 5000 | jq .message', 'for a script'],
  ],
  run: runLogs,
}

async function runLogs(call: Call): Promise<number> {
  const config = await call.config()
  const query = call.positionals.join(' ')
  const print = call.flag('json') ? printJson : printLine
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  try {
    const tail = call.flag('follow') ? await ask(config, '/api/logs/tail', { query }, stop.signal) : undefined
    await printPage(call, config, query, print)
    if (tail !== undefined) await follow(tail, print)
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
  return stop.signal.aborted ? exitInterrupted : exitDone
}

async function printPage(
  call: Call,
  config: Config,
  query: string,
  print: (line: LogLine) => void,
): Promise<void> {
  const answer = await ask(config, '/api/logs', {
    query,
    start: call.text('start') ?? `now-${call.text('since')}`,
    end: call.text('end') ?? 'now',
    limit: String(call.number('limit')),
    direction: call.flag('forward') ? 'forward' : 'backward',
  })
  const page = (await answer.json()) as LogsAnswer
  for (const line of call.flag('forward') ? page.logs : page.logs.reverse()) print(line)
  for (const host of page.missingHosts)
    process.stderr.write(`millrace: lines of ${host} may be missing: its agent is silent\n`)
}

async function follow(tail: Response, print: (line: LogLine) => void): Promise<void> {
  for await (const { event, data } of events(tail)) {
    if (event === 'log') print(JSON.parse(data) as LogLine)
    if (event === 'dropped')
      process.stderr.write(
        `millrace: ${(JSON.parse(data) as { count: number }).count} lines left out, too fast to show\n`,
      )
  }
}

function printJson(line: LogLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const colours: Readonly<Record<string, string>> = {
  warn: '33',
  error: '31',
  fatal: '35',
  debug: '90',
  trace: '90',
}

function printLine(line: LogLine): void {
  const time = new Date(Number(BigInt(line.timestamp) / 1_000_000n)).toISOString()
  const colour = process.stdout.isTTY ? colours[line.level] : undefined
  const level = line.level.padEnd(7)
  const shown = colour === undefined ? level : `\u001b[${colour}m${level}\u001b[0m`
  process.stdout.write(`${time} ${shown} ${line.host} ${line.service}  ${line.message}\n`)
}
