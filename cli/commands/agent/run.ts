import { roleCommand } from '../role-command.ts'

const load = async () => (await import('../../../agent/index.ts')).startAgent

export const agentRole = roleCommand('agent', load, 'collects logs and metrics on this host and ships them', [
  ['millrace agent', 'with ./millrace.yaml or the defaults'],
  ['millrace agent --set kafka.brokers=[kafka1:9092]', 'ship to another cluster'],
])
