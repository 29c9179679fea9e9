import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { apis } from '../../../../lib/kafka/index.ts'
import { documentation } from './documentation.ts'
import { tells, type WireCase, type WireScene } from './wire-case.ts'

/** Every API that Kafka 4.2 tells its clients of: key, name, and first and last version. */
const kafkas = readFileSync(join(import.meta.dirname, '../kafka-apis.txt'), 'utf8')
  .trim()
  .split('\n')
  .map(line => line.split(' ') as [key: string, name: string, versions: string])

/** AddPartitionsToTxn from version 4 on is for brokers, and nobody else is told of it here. */
const brokersOnly = { key: 24, lastForClients: 3 } as const

async function told(scene: WireScene): Promise<Map<string, string>> {
  const { apiKeys } = await scene.client.send(apis.apiVersions, 4, {
    clientSoftwareName: 'test',
    clientSoftwareVersion: '1',
  })
  return new Map(
    apiKeys.map(({ apiKey, minVersion, maxVersion }) => {
      const isShort = apiKey === brokersOnly.key && maxVersion === brokersOnly.lastForClients
      return [String(apiKey), `${minVersion}-${isShort ? maxVersion + 2 : maxVersion}`]
    }),
  )
}

export const apiListCases: readonly WireCase[] = [
  tells(
    "ApiVersions: Kafka's APIs in Kafka's versions, and no others",
    async scene => {
      const known = new Set(kafkas.map(([key, , versions]) => `${key} ${versions}`))
      return [...(await told(scene))].map(api => api.join(' ')).filter(api => !known.has(api))
    },
    [],
  ),
  tells(
    'ApiVersions: every API of Kafka that is not there is explained',
    async scene => {
      const there = await told(scene)
      const section = documentation.split('### APIs that are not there')[1]?.split('\n## ')[0] ?? ''
      return kafkas
        .filter(([key, name]) => !there.has(key) && !section.includes(`${key} ${name}`))
        .map(([, name]) => name)
    },
    [],
  ),
]
