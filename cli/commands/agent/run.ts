import type { Command } from '../../command.ts'
import { runRole } from '../../role-process.ts'
import { roleCommand } from '../role-command.ts'

const load = async () => (await import('../../../agent/index.ts')).startAgent

/** The agent may also stand at the end of a pipe: it ends when its input does, and all of it is shipped. */
export const agentRole: Command = {
  ...roleCommand('agent', load, 'collects logs and metrics on this host and ships them', [
    ['millrace agent', 'with ./millrace.yaml or the defaults'],
    ['millrace agent --set kafka.brokers=[kafka1:9092]', 'ship to another cluster'],
    ['my-service | millrace agent --stdin --service my-service', 'what a program writes, to its end'],
  ]),
  options: {
    stdin: { type: 'boolean', description: 'take standard input, and nothing else' },
    service: {
      type: 'string',
      hint: 'NAME',
      description: 'with --stdin: whose lines they are',
      default: 'stdin',
    },
  },
  run: async call => {
    const config = async () => {
      const read = await call.config()
      if (!call.flag('stdin')) return read
      const set = `agent.sources=[{type: stdin, service: ${JSON.stringify(call.text('service'))}}]`
      return await call.config([set])
    }
    return await runRole('agent', await config(), await load(), { file: call.configFile, load: config })
  },
}
