import { errorCodes } from '../../lib/kafka/index.ts'
import type { Operation } from '../access/acl.ts'
import { accessProblem } from './authorized.ts'
import { configResources } from './config-resources.ts'
import type { RequestContext } from './handler.ts'

/** Kafka's code where the client may not see or change the configurations of a resource; 0 where it may. */
export function configAccessProblem(
  context: RequestContext,
  operation: Extract<Operation, 'DESCRIBE_CONFIGS' | 'ALTER_CONFIGS'>,
  { resourceType, resourceName }: { resourceType: number; resourceName: string },
): number {
  switch (resourceType) {
    case configResources.topic:
      return accessProblem(context, operation, 'TOPIC', resourceName)
    case configResources.group:
      return accessProblem(context, operation, 'GROUP', resourceName)
    case configResources.broker:
      return accessProblem(context, operation, 'CLUSTER')
    default:
      return errorCodes.NONE
  }
}
