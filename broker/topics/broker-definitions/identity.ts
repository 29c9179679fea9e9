import { join, resolve } from 'node:path'
import { type BrokerListener, brokerListeners, type Config } from '../../config.ts'
import { brokerFolder, dataFolder } from '../../filenames.ts'
import { type Addresses, anything, fixed, kinds, settable } from './define.ts'

function protocolOf({ tls, sasl }: BrokerListener): string {
  const isEncrypted = tls !== null
  if (sasl.length > 0) return isEncrypted ? 'SASL_SSL' : 'SASL_PLAINTEXT'
  return isEncrypted ? 'SSL' : 'PLAINTEXT'
}

const kafkaName = (name: string) => name.toUpperCase()

function listed(config: Config, say: (listener: BrokerListener) => string): string {
  return brokerListeners(config)
    .map(listener => `${kafkaName(listener.name)}:${say(listener)}`)
    .join(',')
}

function listeningOn(config: Config, addresses: Addresses): string {
  return listed(config, ({ name, listen }) => `//${addresses[name] ?? listen}`)
}

function advertised(config: Config, addresses: Addresses): string {
  return listed(config, ({ name, listen, advertise }) => `//${advertise ?? addresses[name] ?? listen}`)
}

const logDir = ({ dataDir }: Config) => resolve(join(dataDir, brokerFolder, dataFolder))

/** Who the broker is, where it listens and where it keeps its data. */
export const identityConfigs = [
  fixed('node.id', kinds.int, null, b => b.nodeId, 'Number of this node (broker.nodeId).'),
  fixed('broker.id', kinds.int, '-1', b => b.nodeId, 'The same number under its older name.'),
  settable('broker.rack', anything(kinds.string), null, 'Rack that clients are told this broker is in.'),
  fixed('process.roles', kinds.list, null, () => 'broker,controller', 'One node is both.'),
  fixed(
    'listeners',
    kinds.list,
    'PLAINTEXT://:9092',
    (_, addresses, config) => listeningOn(config, addresses),
    'Where it listens (broker.listen and broker.listeners).',
  ),
  fixed(
    'advertised.listeners',
    kinds.list,
    null,
    (_, addresses, config) => advertised(config, addresses),
    'Where clients are told to connect to (broker.advertise, and that of broker.listeners).',
  ),
  fixed(
    'listener.security.protocol.map',
    kinds.string,
    'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
    (_, __, config) => listed(config, protocolOf),
    'What each listener asks for (tls and sasl of each).',
  ),
  fixed('log.dir', kinds.list, '/tmp/kafka-logs', (_, __, config) => logDir(config), 'The data folder.'),
  fixed('log.dirs', kinds.list, null, (_, __, config) => logDir(config), 'The data folder; there is one.'),
]
