import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { transactionalCommitProblem } from '../groups/commit-problem.ts'
import type { OffsetChange } from '../groups/offsets.ts'
import { offsetsTopic } from '../topics/names.ts'
import { accessProblem } from './authorized.ts'
import { groupProblem } from './groups.ts'
import { handler, type RequestContext } from './handler.ts'
import { admissionProblem } from './transactional-produce.ts'
import { producerOf } from './transactions.ts'

/*
 * TxnOffsetCommit, versions 0 to 5: offsets of a group that count when the transaction commits, and keep who asks for
 * stable ones waiting until then. From version 3 on the member and its generation are checked (KIP-447). From version 5
 * on the group becomes part of the transaction by this alone (transactions v2); before, AddOffsetsToTxn has to be asked.
 */
type Request = RequestOf<typeof apis.txnOffsetCommit>
type Response = ResponseInput<typeof apis.txnOffsetCommit>

const secondProtocolFrom = 5
const abortableFrom = 4

async function txnOffsetCommit(request: Request, context: RequestContext): Promise<Response> {
  const { groups, transactions } = context.services
  const invalid =
    accessProblem(context, 'WRITE', 'TRANSACTIONAL_ID', request.transactionalId) ||
    groupProblem(context, 'READ', request.groupId)
  if (invalid !== 0) return respond(request, () => invalid)
  const { changes, refusals } = sort(request, context)
  const respondWith = (errorCode: number) =>
    respond(request, (topic, partition) => refusals.get(`${topic} ${partition}`) ?? errorCode)
  if (changes.length === 0) return respondWith(errorCodes.NONE)
  const index = await groups.partitionOf(request.groupId)
  const admission = {
    ...producerOf(request),
    transactionalId: request.transactionalId,
    partitions: new Map([[offsetsTopic, new Set([index])]]),
    mayAdd: context.header.apiVersion >= secondProtocolFrom,
  }
  const outcome = await transactions.admit(admission, codeOf => {
    const problem = problemOf(request, codeOf(offsetsTopic, index), context)
    if (problem !== 0) return problem
    return groups.commitInTransaction(request.groupId, producerOf(request), changes)
  })
  return respondWith(
    outcome === errorCodes.KAFKA_STORAGE_ERROR ? errorCodes.COORDINATOR_NOT_AVAILABLE : outcome,
  )
}

function problemOf(request: Request, admissionCode: number, context: RequestContext): number {
  const { apiVersion } = context.header
  const problem = admissionProblem(admissionCode, {
    knowsAbortable: apiVersion >= abortableFrom,
    knowsConcurrent: apiVersion >= secondProtocolFrom,
    busy: errorCodes.COORDINATOR_LOAD_IN_PROGRESS,
  })
  return problem === 0 ? memberProblem(request, context) : problem
}

/** Older clients do not say who they are; those who do have to be of the present generation. */
function memberProblem(request: Request, context: RequestContext): number {
  const { memberId, groupInstanceId: instanceId, generationId: generation } = request
  const entry = context.services.groups.get(request.groupId)
  return transactionalCommitProblem(entry, { memberId, instanceId, generation })
}

/** What can be committed, and the codes of what cannot, by topic and partition. */
function sort(request: Request, context: RequestContext) {
  const committedAtMs = context.services.clock.nowMs()
  const maxMetadataBytes = context.services.brokerConfigs.number('offset.metadata.max.bytes')
  const changes: OffsetChange[] = []
  const refusals = new Map<string, number>()
  for (const { name: topic, partitions } of request.topics)
    for (const asked of partitions) {
      const { partitionIndex: partition, committedOffset: offset, committedLeaderEpoch: leaderEpoch } = asked
      const metadata = asked.committedMetadata ?? ''
      const key = `${topic} ${partition}`
      if (!context.may('READ', 'TOPIC', topic)) refusals.set(key, errorCodes.TOPIC_AUTHORIZATION_FAILED)
      else if (context.services.topics.get(topic)?.hasPartition(partition) !== true)
        refusals.set(key, errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
      else if (Buffer.byteLength(metadata) > maxMetadataBytes)
        refusals.set(key, errorCodes.OFFSET_METADATA_TOO_LARGE)
      else changes.push({ topic, partition, committed: { offset, leaderEpoch, metadata, committedAtMs } })
    }
  return { changes, refusals }
}

function respond(request: Request, codeOf: (topic: string, partition: number) => number): Response {
  return {
    throttleTimeMs: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: codeOf(name, partitionIndex),
      })),
    })),
  }
}

export const handleTxnOffsetCommit = handler(apis.txnOffsetCommit, txnOffsetCommit)
