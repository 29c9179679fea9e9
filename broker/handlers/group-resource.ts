import { messageOf } from '../../lib/base/index.ts'
import { type apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { groupConfigProblem, groupConfigs } from '../groups/group-config-definitions.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { configSources } from '../topics/config-sources.ts'
import type { ConfigChange, ConfigResource } from './config-change.ts'
import type { RequestContext } from './handler.ts'

type DescribeRequest = RequestOf<typeof apis.describeConfigs>
type Entry = ResponseInput<typeof apis.describeConfigs>['results'][number]['configs'][number]

/** Changes what a group has of its own; the group need not be there. */
export async function alterGroup<R extends ConfigResource>(
  resource: R,
  validateOnly: boolean,
  change: ConfigChange<R>,
  context: RequestContext,
): Promise<Refusal | undefined> {
  const { configs } = context.services.groups
  const { resourceName } = resource
  if (resourceName === '') return refuse('INVALID_REQUEST', 'Default group resources are not allowed.')
  const result = change(resource, configs.of(resourceName))
  if ('errorCode' in result) return result
  for (const [name, value] of Object.entries(result.configs)) {
    const problem = groupConfigProblem(name, value)
    if (problem !== undefined) return refuse('INVALID_CONFIG', problem)
  }
  if (validateOnly) return undefined
  try {
    await configs.set(resourceName, result.configs)
    return undefined
  } catch (error) {
    return refuse('KAFKA_STORAGE_ERROR', messageOf(error))
  }
}

export function groupEntries(
  groupId: string,
  request: DescribeRequest,
  context: RequestContext,
): Entry[] | number {
  if (groupId === '') return errorCodes.INVALID_REQUEST
  const { config, groups } = context.services
  const own = groups.configs.of(groupId)
  return groupConfigs.map(({ name, type: configType, fallback, documentation }) => {
    const value = own[name] ?? fallback(config)
    const source = own[name] === undefined ? configSources.default : configSources.group
    return {
      name,
      value,
      readOnly: false,
      configSource: source,
      isSensitive: false,
      synonyms: request.includeSynonyms ? [{ name, value, source }] : [],
      configType,
      documentation: request.includeDocumentation ? documentation : null,
    }
  })
}
