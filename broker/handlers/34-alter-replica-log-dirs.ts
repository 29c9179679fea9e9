import { join, resolve } from 'node:path'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { brokerFolder, dataFolder } from '../filenames.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * AlterReplicaLogDirs, versions 1 and 2: there is one data folder, where every partition is already. A folder that is none
 * of ours is LOG_DIR_NOT_FOUND. Named twice, a partition goes where it was named last.
 */
type Request = RequestOf<typeof apis.alterReplicaLogDirs>
type Response = ResponseInput<typeof apis.alterReplicaLogDirs>
type Partitions = Map<number, number>

function alterReplicaLogDirs(request: Request, context: RequestContext): Response {
  const mayAlter = context.may('ALTER', 'CLUSTER')
  const codes = new Map<string, Partitions>()
  for (const { path, topics } of request.dirs)
    for (const { name, partitions } of topics) {
      const known: Partitions = codes.get(name) ?? new Map()
      codes.set(name, known)
      for (const index of partitions)
        known.set(
          index,
          mayAlter ? codeOf(path, name, index, context) : errorCodes.CLUSTER_AUTHORIZATION_FAILED,
        )
    }
  return {
    throttleTimeMs: 0,
    results: [...codes].map(([topicName, partitions]) => ({
      topicName,
      partitions: [...partitions].map(([partitionIndex, errorCode]) => ({ partitionIndex, errorCode })),
    })),
  }
}

function codeOf(path: string, name: string, index: number, { services }: RequestContext): number {
  if (path !== resolve(join(services.config.dataDir, brokerFolder, dataFolder)))
    return errorCodes.LOG_DIR_NOT_FOUND
  return services.topics.get(name)?.hasPartition(index) === true
    ? errorCodes.NONE
    : errorCodes.UNKNOWN_TOPIC_OR_PARTITION
}

export const handleAlterReplicaLogDirs = handler(apis.alterReplicaLogDirs, alterReplicaLogDirs)
