import { createServer } from 'node:net'
import { listen, messageOf, OperatingError, packageFile, stderrLogger } from '../../lib/base/index.ts'
import { type Call, type Command, exitDone, exitInterrupted } from '../command.ts'
import type { Config } from '../config.ts'
import { listeners, runsStore } from '../listeners.ts'
import { runsBroker, takenByBroker } from '../own-broker.ts'
import type { RoleName } from '../role-name.ts'
import { describeAddresses } from '../role-process.ts'
import { Supervisor } from '../supervisor.ts'

export const up: Command = {
  name: 'up',
  isServer: true,
  summary: 'every role on this machine, with the page at http://127.0.0.1:4300',
  details:
    'Starts broker, store, aggregator, query API and a local agent as processes of their own, starts again what ends by\nitself, and stops all in reverse order on SIGTERM or Ctrl-C. Leaves the broker out when kafka.brokers names another\none, and the store out when clickhouse.url does.',
  examples: [
    ['millrace up', 'this machine: its logs, its metrics, OTLP on 4317 and 4318, Forward on 24224'],
    ['millrace up --set dataDir=/srv/millrace', 'keep the data elsewhere'],
    ['millrace up --set kafka.brokers=[kafka1:9092]', 'with your own Kafka in place of the broker'],
  ],
  run: runUp,
}

const program = [packageFile('bin/millrace.js')]

async function runUp(call: Call): Promise<number> {
  const config = await call.config()
  await checkPorts(config)
  const logger = stderrLogger('up', config.logLevel)
  const supervisor = new Supervisor({ program, logger, onReady: printReady, onStopped: printStopped })
  const signal = firstSignal()
  try {
    const addresses = await Promise.race([startAll(supervisor, config, call.configArguments), signal])
    if (typeof addresses !== 'string') {
      const scheme = config.query.tls === null ? 'http' : 'https'
      process.stdout.write(`ready  ${scheme}://${addresses['http']}\n`)
      await signal
    }
    return exitDone
  } finally {
    await supervisor.close()
    process.stdout.write('stopped\n')
  }
}

/** Broker and store first, together; then what needs them. Resolves to the addresses of the query API. */
async function startAll(
  supervisor: Supervisor,
  config: Config,
  configArguments: string[],
): Promise<Record<string, string>> {
  const taken: string[] = []
  if (config.broker.groupInitialRebalanceDelayMs === null) taken.push('broker.groupInitialRebalanceDelayMs=0')
  const args = () => [...configArguments, ...taken.flatMap(assignment => ['--set', assignment])]
  const start = async (name: RoleName, keep: (addresses: Addresses) => Taken) => {
    const addresses = await supervisor.start({ name, args })
    for (const [key, value] of keep(addresses)) taken.push(`${key}=${value}`)
    return addresses
  }
  sayWhatIsElsewhere(config)
  const first: Promise<unknown>[] = []
  if (runsBroker(config)) first.push(start('broker', addresses => takenByBroker(config, addresses)))
  if (runsStore(config)) first.push(start('store', takenByStore))
  await Promise.all(first)
  const [, query, agent] = await Promise.all([
    start('aggregator', () => []),
    start('query', ({ http = '' }) => [['query.listen', JSON.stringify(http)]]),
    start('agent', () => []),
  ])
  if (config.telemetry.enabled && agent['otlpHttp'] !== undefined)
    supervisor.pointTelemetry(`http://${agent['otlpHttp']}`)
  return query
}

/** That a role is left out because its address is another's shows nowhere else. */
function sayWhatIsElsewhere(config: Config): void {
  const say = (name: RoleName, why: string) =>
    process.stdout.write(`${name.padEnd(10)}  not started: ${why}\n`)
  const { kafka, broker, clickhouse, store } = config
  if (!runsBroker(config))
    say('broker', `kafka.brokers is ${kafka.brokers.join(', ')}, broker.listen ${broker.listen}`)
  if (!runsStore(config)) say('store', `clickhouse.url is ${clickhouse.url}, store.listen ${store.listen}`)
}

type Addresses = Readonly<Record<string, string>>
/**
 * Each role is told the addresses that the others took, so that port 0 works and a restart takes the same port again. Values
 * are YAML.
 */
type Taken = readonly (readonly [key: string, value: string])[]

function takenByStore({ clickhouse = '' }: Addresses): Taken {
  return [
    ['store.listen', JSON.stringify(clickhouse)],
    ['clickhouse.url', JSON.stringify(`http://${clickhouse}`)],
  ]
}

/** Finds a taken port before anything starts, so that nothing has to be stopped again. */
async function checkPorts(config: Config): Promise<void> {
  const problems: string[] = []
  for (const [key, address] of listeners(config)) {
    const server = createServer()
    try {
      await listen(server, address, key)
    } catch (error) {
      problems.push(messageOf(error))
    } finally {
      await new Promise(resolve => server.close(resolve))
    }
  }
  if (problems.length > 0) throw new OperatingError('PORT_IN_USE', problems.join('\nmillrace: '))
}

function printReady(name: RoleName, addresses: Record<string, string>, tookMs: number): void {
  const where = describeAddresses(addresses).join('  ')
  process.stdout.write(
    `${name.padEnd(10)}  up in ${(tookMs / 1000).toFixed(1)} s  ${where}`.trimEnd().concat('\n'),
  )
}

function printStopped(name: RoleName, tookMs: number): void {
  process.stdout.write(`${name.padEnd(10)}  stopped in ${(tookMs / 1000).toFixed(1)} s\n`)
}

/** The first signal asks for an orderly stop; a second one ends at once (the roles then stop by the closed channel). */
function firstSignal(): Promise<'SIGTERM' | 'SIGINT'> {
  const { promise, resolve } = Promise.withResolvers<'SIGTERM' | 'SIGINT'>()
  let asked = false
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.on(name, () => {
      if (asked) process.exit(exitInterrupted)
      asked = true
      process.stdout.write(
        `${name === 'SIGINT' ? '\n' : ''}stopping: what was taken in is written first (once more ends at once)\n`,
      )
      resolve(name)
    })
  return promise
}
