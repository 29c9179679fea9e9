import { type Call, type Command, exitDone, exitInterrupted, usageError } from '../command.ts'
import type { Config } from '../config.ts'
import { formatDuration, plainCount } from '../human.ts'

export const demo: Command = {
  name: 'demo',
  summary: 'realistic services that write logs, metrics and traces through the agent',
  options: {
    rate: {
      type: 'string',
      hint: 'LINES_PER_S',
      description: 'log lines a second, all services together',
      default: '50',
    },
    services: { type: 'string', hint: 'N', description: 'how many services', default: '6' },
    seconds: { type: 'string', hint: 'N', description: 'how long; without it until Ctrl-C' },
    endpoint: {
      type: 'string',
      hint: 'URL',
      description: "an agent's OTLP/HTTP address (default: the configured one)",
    },
    seed: { type: 'string', hint: 'N', description: 'the same seed tells the same story', default: '1' },
  },
  examples: [
    ['millrace demo', 'until Ctrl-C, beside a running millrace up'],
    ['millrace demo --rate 2000 --seconds 60', 'a minute of load'],
  ],
  run: runDemoCommand,
}

async function runDemoCommand(call: Call): Promise<number> {
  const endpoint = call.text('endpoint') ?? agentOf(await call.config())
  const { runDemo } = await import('../demo/index.ts')
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const seconds = call.number('seconds')
  const { lines, elapsedMs } = await runDemo({
    rate: call.number('rate') ?? 0,
    services: call.number('services') ?? 1,
    seed: call.number('seed') ?? 1,
    endpoint,
    signal: stop.signal,
    onProgress: progress => show(`${progress.lines} lines, ${formatDuration(progress.elapsedMs / 1000)}`),
    ...(seconds === undefined ? {} : { seconds }),
  })
  show('')
  process.stdout.write(`${plainCount(lines, 'line')} in ${formatDuration(elapsedMs / 1000)} to ${endpoint}\n`)
  return stop.signal.aborted ? exitInterrupted : exitDone
}

/** The OTLP listener of the agent that this configuration makes. */
function agentOf(config: Config): string {
  for (const source of config.agent.sources)
    if (source.type === 'otlp' && source.http !== null) return `http://${source.http}`
  throw usageError(
    'no agent source of this configuration takes OTLP over HTTP: name an endpoint with --endpoint',
  )
}

function show(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`)
}
