import { apis, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { refuse } from '../refusal.ts'
import { alterResources } from './alter-configs.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * AlterConfigs, versions 0 to 2: replaces all that a topic or a group has of its own by what is given. Old clients; new ones use
 * IncrementalAlterConfigs.
 */
type Request = RequestOf<typeof apis.alterConfigs>
type Response = ResponseInput<typeof apis.alterConfigs>
type Resource = Request['resources'][number]

async function alterConfigs(request: Request, context: RequestContext): Promise<Response> {
  const { resources, validateOnly } = request
  return { throttleTimeMs: 0, responses: await alterResources(resources, validateOnly, replaced, context) }
}

function replaced({ configs }: Resource) {
  const own: Record<string, string> = {}
  for (const { name, value } of configs) {
    if (value === null) return refuse('INVALID_REQUEST', `Null value not supported for : ${name}`)
    own[name] = value
  }
  return { configs: own }
}

export const handleAlterConfigs = handler(apis.alterConfigs, alterConfigs)
