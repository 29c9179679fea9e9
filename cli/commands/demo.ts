import { type Call, type Command, exitDone, exitInterrupted } from '../command.ts'

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
    seed: { type: 'string', hint: 'N', description: 'the same seed tells the same story', default: '1' },
  },
  examples: [
    ['millrace demo', 'until Ctrl-C, beside a running millrace up'],
    ['millrace demo --rate 2000 --seconds 60', 'a minute of load'],
  ],
  run: runDemoCommand,
}

async function runDemoCommand(call: Call): Promise<number> {
  const config = await call.config()
  const { runDemo } = await import('../demo/index.ts')
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  await runDemo({ config, stop })
  return stop.signal.aborted ? exitInterrupted : exitDone
}
