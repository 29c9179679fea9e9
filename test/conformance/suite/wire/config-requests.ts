import { apis } from '../../../../lib/kafka/index.ts'
import { name, type WireScene } from './wire-case.ts'

export interface Change {
  name: string
  configOperation: number
  value: string | null
}

export const set = (key: string, value: string | null): Change => ({ name: key, configOperation: 0, value })
export const op = (configOperation: number, key: string, value: string | null = null): Change => ({
  name: key,
  configOperation,
  value,
})
export const says = (r: { errorCode: number; errorMessage: string | null } | undefined) =>
  `${name(r?.errorCode)} ${r?.errorMessage ?? ''}`.trim()

/** Name, value, source, sensitive, read-only, type and synonyms of each that was asked for. */
export async function describe(scene: WireScene, type: number, resourceName: string, keys: string[]) {
  const { results } = await scene.client.send(apis.describeConfigs, 4, {
    resources: [{ resourceType: type, resourceName, configurationKeys: keys }],
    includeSynonyms: true,
  })
  return results[0]?.configs.map(c => [
    c.name,
    c.value,
    c.configSource,
    c.isSensitive,
    c.readOnly,
    c.configType,
    c.synonyms.map(s => [s.name, s.value, s.source]),
  ])
}
