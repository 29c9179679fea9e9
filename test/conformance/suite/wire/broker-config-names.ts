import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { apis } from '../../../../lib/kafka/index.ts'
import { documentation } from './documentation.ts'
import { tells, type WireCase, type WireScene } from './wire-case.ts'

/** Every broker configuration of Kafka 4.2: name, type, and whether it can be changed while the broker runs. */
const kafkas = readFileSync(join(import.meta.dirname, '../kafka-broker-configs.txt'), 'utf8')

const types = ['', 'boolean', 'string', 'int', 'short', 'long', 'double', 'list', 'class', 'password']
/** What Kafka changes while it runs, and we do not. */
const fixedHere = new Set([
  'listeners',
  'listener.security.protocol.map',
  'num.network.threads',
  'num.io.threads',
  'sasl.enabled.mechanisms',
  'ssl.client.auth',
  'log.cleaner.dedupe.buffer.size',
  'log.cleaner.io.buffer.size',
  'log.cleaner.io.buffer.load.factor',
  'transaction.partition.verification.enable',
])

async function described(scene: WireScene): Promise<string[]> {
  const { brokers } = await scene.client.send(apis.metadata, 12, { topics: [] })
  const { results } = await scene.client.send(apis.describeConfigs, 4, {
    resources: [{ resourceType: 4, resourceName: String(brokers[0]?.nodeId), configurationKeys: null }],
    includeDocumentation: true,
  })
  return (results[0]?.configs ?? [])
    .filter(({ documentation }) => documentation !== null && documentation !== '')
    .map(({ name, configType, readOnly, isSensitive }) => {
      const mark = readOnly && !fixedHere.has(name) ? 'fixed' : 'dynamic'
      return `${name} ${isSensitive ? 'password' : types[configType]} ${mark}`
    })
}

/** Names, and beginnings of names as in `replica.*`, that the documentation has no use for. */
function isExplained(name: string): boolean {
  const section = documentation.split('### Names without a meaning')[1]?.split('\n## ')[0] ?? ''
  const names = [...section.matchAll(/`([a-z][a-z0-9.*]+)`/g)].map(([, found = '']) => found)
  return names.some(known => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : known === name))
}

export const brokerConfigNameCases: readonly WireCase[] = [
  tells(
    "DescribeConfigs of a broker: Kafka's names with Kafka's types and marks, and no others",
    async scene => {
      const known = new Set(kafkas.trim().split('\n'))
      return (await described(scene)).filter(config => !known.has(config))
    },
    [],
  ),
  tells(
    'DescribeConfigs of a broker: every name of Kafka that is not there is explained',
    async scene => {
      const there = new Set((await described(scene)).map(config => config.split(' ')[0]))
      const names = kafkas
        .trim()
        .split('\n')
        .map(line => line.split(' ')[0] ?? '')
      return names.filter(name => !there.has(name) && !isExplained(name))
    },
    [],
  ),
]
