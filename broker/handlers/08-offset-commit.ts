import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { commitProblem } from '../groups/commit-problem.ts'
import type { OffsetChange } from '../groups/offsets.ts'
import { generationProblem } from '../groups/syncing.ts'
import type { Topic } from '../topics/topic.ts'
import { accessProblem, topicProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { findTopic, unknownTopicCode } from './topics.ts'

/*
 * OffsetCommit, versions 2 to 10: from a member with its generation or (KIP-848, version 9 on) its member epoch, or,
 * with generation -1, from a consumer that assigns itself its partitions, which needs a group without members. Metadata up
 * to 4096 bytes comes back unchanged. The empty group id is good here, for old clients' sake.
 * Left out: `retentionTimeMs` of versions below 5 (as in Kafka).
 */
type Request = RequestOf<typeof apis.offsetCommit>
type Response = ResponseInput<typeof apis.offsetCommit>

const topicIdsFrom = 10

async function offsetCommit(request: Request, context: RequestContext): Promise<Response> {
  const { groups, clock } = context.services
  const denied = accessProblem(context, 'READ', 'GROUP', request.groupId)
  if (denied !== 0) return respond(request, () => denied)
  await groups.ready()
  const asked = { ...memberOf(request), version: context.header.apiVersion }
  const problem = commitProblem(groups.get(request.groupId), asked, group => {
    const code = generationProblem(group, asked)
    const member = group.members.get(request.memberId)
    // a commit is a sign of life
    if (code === 0 && member !== undefined) member.expiresAtMs = clock.nowMs() + member.sessionTimeoutMs
    return code
  })
  const { changes, refusals } = sort(request, context, problem)
  const isWritten = changes.length === 0 || (await groups.commit(request.groupId, changes))
  const outcome = isWritten ? errorCodes.NONE : errorCodes.COORDINATOR_NOT_AVAILABLE
  return respond(request, (topic, partition) => refusals.get(`${topic} ${partition}`) ?? outcome)
}

function memberOf(request: Request) {
  const { memberId, groupInstanceId: instanceId, generationIdOrMemberEpoch: generation } = request
  return { memberId, instanceId, generation }
}

/** What can be committed, and the codes of what cannot, by topic (as the request names it) and partition. */
function sort(
  request: Request,
  context: RequestContext,
  groupProblem: number,
): { changes: OffsetChange[]; refusals: Map<string, number> } {
  const byId = context.header.apiVersion >= topicIdsFrom
  const committedAtMs = context.services.clock.nowMs()
  const maxMetadataBytes = context.services.brokerConfigs.number('offset.metadata.max.bytes')
  const changes: OffsetChange[] = []
  const refusals = new Map<string, number>()
  for (const asked of request.topics) {
    const topic = findTopic(context.services.topics, asked, byId)
    const denied = topicProblem(context, 'READ', topic, asked.name)
    for (const committing of asked.partitions) {
      const { partitionIndex: partition, committedOffset: offset } = committing
      const metadata = committing.committedMetadata ?? ''
      const problem =
        denied ||
        (topic === undefined
          ? unknownTopicCode(byId)
          : partitionProblem(topic, partition, metadata, groupProblem, maxMetadataBytes))
      if (topic === undefined || problem !== 0)
        refusals.set(`${asked.name}${asked.topicId} ${partition}`, problem)
      else {
        const committed = { offset, leaderEpoch: committing.committedLeaderEpoch, metadata, committedAtMs }
        changes.push({ topic: topic.name, partition, committed })
      }
    }
  }
  return { changes, refusals }
}

/** What is not there is said first, as in Kafka, then that the group refuses. */
function partitionProblem(
  topic: Topic,
  partition: number,
  metadata: string,
  groupProblem: number,
  maxMetadataBytes: number,
): number {
  if (!topic.hasPartition(partition)) return errorCodes.UNKNOWN_TOPIC_OR_PARTITION
  if (groupProblem !== 0) return groupProblem
  return Buffer.byteLength(metadata) > maxMetadataBytes
    ? errorCodes.OFFSET_METADATA_TOO_LARGE
    : errorCodes.NONE
}

function respond(request: Request, codeOf: (topic: string, partition: number) => number): Response {
  return {
    topics: request.topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: codeOf(`${name}${topicId}`, partitionIndex),
      })),
    })),
  }
}

export const handleOffsetCommit = handler(apis.offsetCommit, offsetCommit)
