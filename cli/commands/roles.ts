import type { Command } from '../command.ts'
import { type RoleName, runRole, type StartRole } from '../role-process.ts'

/** Each role's code is loaded only when it runs: an agent does not carry the store along. */
const starters: Record<RoleName, () => Promise<StartRole>> = {
  broker: async () => (await import('../../broker/index.ts')).startBroker,
  store: async () => (await import('../../store/index.ts')).startStore,
  aggregator: async () => (await import('../../aggregator/index.ts')).startAggregator,
  query: async () => (await import('../../query/index.ts')).startQuery,
  agent: async () => (await import('../../agent/index.ts')).startAgent,
}

function roleCommand(name: RoleName, summary: string, examples: Command['examples']): Command {
  return {
    name,
    summary,
    details: 'Runs in the foreground and prints one line when ready. SIGTERM and Ctrl-C drain and stop it.',
    examples,
    run: async call => {
      const source = { file: call.configFile, load: () => call.config() }
      return await runRole(name, await call.config(), await starters[name](), source)
    },
  }
}

/** The agent alone may also stand at the end of a pipe: it ends when its input does, and all of it is shipped. */
const agentCommand: Command = {
  ...roleCommand('agent', 'collects logs and metrics on this host and ships them', [
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
    const load = async () => {
      const config = await call.config()
      if (!call.flag('stdin')) return config
      const set = `agent.sources=[{type: stdin, service: ${JSON.stringify(call.text('service'))}}]`
      return await call.config([set])
    }
    return await runRole('agent', await load(), await starters.agent(), { file: call.configFile, load })
  },
}

export const roleCommands: readonly Command[] = [
  agentCommand,
  roleCommand('broker', 'durable topics that speak the Apache Kafka protocol', [
    ['millrace broker', 'on 127.0.0.1:9092'],
    ['millrace broker --set broker.listen=127.0.0.1:19092', 'on another port'],
  ]),
  roleCommand('store', 'the embedded ClickHouse (chDB) behind its HTTP interface', [
    ['millrace store', 'on 127.0.0.1:8123'],
  ]),
  roleCommand('aggregator', 'turns the topics into rows and rollups in ClickHouse', [
    ['millrace aggregator', 'one member; start as many as there are partitions to share'],
    ['millrace aggregator --set clickhouse.url=http://ch1:8123', 'into another ClickHouse'],
  ]),
  roleCommand('query', 'the query API and the page', [['millrace query', 'on http://127.0.0.1:4300']]),
]
