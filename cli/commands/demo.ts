import type { Config } from '../../lib/base/index.ts'
import { type Call, type Command, exitDone, exitInterrupted, usageError } from '../command.ts'

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
  const endpoint = call.text('endpoint') ?? endpointOf(await call.config())
  const seconds = call.number('seconds')
  const { runDemo } = await import('../demo/index.ts')
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const { lines, spans } = await runDemo({
    rate: call.number('rate') ?? 50,
    services: call.number('services') ?? 6,
    seed: call.number('seed') ?? 1,
    ...(seconds === undefined ? {} : { seconds }),
    endpoint,
    signal: stop.signal,
    onProgress: showProgress,
  })
  process.stdout.write(`sent ${lines} lines and ${spans} spans to ${endpoint}\n`)
  return stop.signal.aborted ? exitInterrupted : exitDone
}

/** The local agent's OTLP/HTTP address by the configuration. Errors: USAGE. */
function endpointOf(config: Config): string {
  for (const source of config.agent.sources)
    if (source.type === 'otlp' && source.http !== null) return `http://${source.http}`
  throw usageError('the configuration has no otlp source with http: name the agent with --endpoint')
}

function showProgress({ lines, elapsedMs }: { lines: number; elapsedMs: number }): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${lines} lines in ${Math.round(elapsedMs / 1000)} s `)
}
