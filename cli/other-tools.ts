/**
 * What options of the tools that people know are called here: logcli, kcat, kafka-topics, kafka-consumer-groups,
 * kafka-console-consumer, promtool, journalctl and kubectl. Only where ours has no option of that name.
 */
const elsewhere: Readonly<Record<string, string>> = {
  addr: '--set query.url=http://HOST:PORT',
  'bootstrap-server': '--set kafka.brokers=[HOST:PORT]',
  brokers: '--set kafka.brokers=[HOST:PORT]',
  b: '--set kafka.brokers=[HOST:PORT]',
  'command-config': '--config FILE, with kafka.security in it',
  server: '--set query.url=http://HOST:PORT',
  'bearer-token': '--token',
  from: '--start',
  to: '--end',
  until: '--end',
  lines: '--limit',
  n: '--limit',
  c: '--limit',
  tail: '--follow, or --limit for the last lines',
  t: '--follow',
  'from-beginning': '--from earliest',
  'max-messages': '--limit',
  'to-earliest': '--to earliest',
  'to-latest': '--to latest',
  'to-offset': '--to OFFSET',
  'to-datetime': '--to a time',
  execute: '--yes',
  force: '--yes',
  list: 'the command without a name',
  describe: 'the command with a name',
  topic: 'the name of the topic, without an option',
  group: 'the name of the group, without an option',
  'replication-factor': '--replicas',
  'delete-config': '--unset',
  quiet: '2> /dev/null: notes go to standard error',
  q: '2> /dev/null: notes go to standard error',
  format: '--output',
}

/** What an unknown option of another tool is called here; undefined where it is of none that is known. */
export function calledHere(option: string, own: readonly string[]): string | undefined {
  const found = elsewhere[option]
  const named = /^--([a-z-]+)/.exec(found ?? '')?.[1]
  // an option that this command does not have is no help
  return found === undefined || named === undefined || own.includes(named) ? found : undefined
}

/** Commands of other tools, and plain words, with what they are here. */
export const otherCommands: Readonly<Record<string, string>> = {
  agents: 'status',
  alert: 'rules',
  alerts: 'rules',
  backup: 'store backup',
  consume: 'topics read',
  consumers: 'groups',
  delete: 'store delete',
  export: 'logs --output',
  files: 'cat --list',
  find: 'logs',
  fleet: 'status',
  follow: 'logs --follow',
  grep: 'logs',
  health: 'status',
  install: 'agent install',
  lag: 'groups',
  lags: 'groups',
  migrate: 'store migrate',
  produce: 'topics write',
  promql: 'metrics',
  restore: 'store restore',
  run: 'up',
  search: 'logs',
  serve: 'up',
  server: 'up',
  start: 'up',
  tail: 'logs --follow',
  tap: 'agent tap',
  token: 'tokens list',
  topic: 'topics',
  trace: 'traces',
  validate: 'config check',
}
