import { type Refusal, refuse } from '../../refusal.ts'
import { isSameAssignment, noAssignment } from '../consumer/assignment.ts'
import type { Subscriber } from '../consumer/assignors/assignor.ts'
import type { HeartbeatAnswer, Surroundings } from '../consumer/heartbeat.ts'
import type { TopicDirectory } from '../consumer/subscription.ts'
import type { ShareGroup, ShareMember } from './share-group.ts'
import { simple } from './simple.ts'

/** What a member of a share group says; null is as before. */
export interface ShareHeartbeatRequest {
  memberId: string
  memberEpoch: number
  rackId: string | null
  topicNames: readonly string[] | null
  clientId: string
  clientHost: string
}

/** Joins a share group or stays in it. */
export function shareHeartbeat(
  group: ShareGroup,
  request: ShareHeartbeatRequest,
  { topics, sessionTimeoutMs, maxSize }: Surroundings,
  nowMs: number,
): HeartbeatAnswer | Refusal {
  const { memberId, memberEpoch } = request
  const known = group.members.get(memberId)
  const problem =
    known === undefined ? newcomerProblem(group, request, maxSize) : epochProblem(known, memberEpoch)
  if (problem !== undefined) return problem
  const before = known ?? newMember(memberId)
  const wished = updated(before, request)
  const hasSubscriptionChanged = wished.topicNames.join() !== before.topicNames.join()
  const isChanged = known === undefined || hasSubscriptionChanged || !isSameClient(wished, before)
  if (isChanged) {
    group.members.set(memberId, wished)
    group.changed({ type: 'member', memberId })
  }
  follow(group, hasSubscriptionChanged, topics)
  const member = moveOn(group, isChanged ? wished : before, hasSubscriptionChanged)
  group.keepSession(memberId, nowMs + sessionTimeoutMs)
  const tells =
    memberEpoch === 0 || request.topicNames !== null || !isSameAssignment(before.assigned, member.assigned)
  return { memberId, memberEpoch: member.epoch, assignment: tells ? member.assigned : null }
}

/** Takes members out; the next heartbeat of another shares out what they had. */
export function removeShareMembers(
  group: ShareGroup,
  memberIds: readonly string[],
  topics: TopicDirectory,
): void {
  for (const memberId of memberIds) group.removeMember(memberId)
  group.refresh(topics)
  group.epoch++
  group.changed({ type: 'group' })
}

export function unknownShareMember(group: ShareGroup, memberId: string): Refusal {
  return refuse('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${group.id}.`)
}

function newMember(memberId: string): ShareMember {
  const client = { rackId: null, clientId: '', clientHost: '' }
  return { memberId, ...client, topicNames: [], epoch: 0, previousEpoch: -1, assigned: noAssignment }
}

function updated(member: ShareMember, { rackId, topicNames, clientId, clientHost }: ShareHeartbeatRequest) {
  return {
    ...member,
    rackId: rackId ?? member.rackId,
    clientId,
    clientHost,
    topicNames: topicNames === null ? member.topicNames : [...new Set(topicNames)].sort(),
  }
}

function isSameClient(a: ShareMember, b: ShareMember): boolean {
  return a.rackId === b.rackId && a.clientId === b.clientId && a.clientHost === b.clientHost
}

function newcomerProblem(
  group: ShareGroup,
  { memberId, memberEpoch }: ShareHeartbeatRequest,
  maxSize: number,
): Refusal | undefined {
  if (group.members.size >= maxSize) {
    const message = `The share group has reached its maximum capacity of ${maxSize} members.`
    return refuse('GROUP_MAX_SIZE_REACHED', message)
  }
  return memberEpoch === 0 ? undefined : unknownShareMember(group, memberId)
}

/** A member one epoch behind has lost our answer; any other must begin anew. */
function epochProblem(member: ShareMember, memberEpoch: number): Refusal | undefined {
  if (memberEpoch === 0 || memberEpoch === member.epoch || memberEpoch === member.previousEpoch)
    return undefined
  const isAhead = memberEpoch > member.epoch
  return refuse(
    'FENCED_MEMBER_EPOCH',
    `The share group member has a ${isAhead ? 'greater' : 'smaller'} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.epoch}). The member must abandon all its partitions and rejoin.`,
  )
}

/** A new epoch and assignment where the subscriptions or their topics have changed. */
function follow(group: ShareGroup, hasSubscriptionChanged: boolean, topics: TopicDirectory): void {
  const mayDiffer = hasSubscriptionChanged || group.epoch === 0 || group.topicsVersion !== topics.version
  const haveTopicsChanged = mayDiffer && group.refresh(topics)
  if (hasSubscriptionChanged || haveTopicsChanged || group.epoch === 0) {
    group.epoch++
    group.changed({ type: 'group' })
  }
  if (group.epoch > group.assignmentEpoch) assign(group, topics)
}

function assign(group: ShareGroup, topics: TopicDirectory): void {
  const partitionCounts = new Map(group.subscribed(topics).map(t => [t.id, t.partitionCount]))
  const subscribers: Subscriber[] = [...group.members.values()].map(({ memberId, topicNames }) => ({
    memberId,
    instanceId: null,
    topicIds: new Set(topicNames.flatMap(name => topics.get(name)?.id ?? [])),
    target: group.targetOf(memberId),
  }))
  for (const [memberId, target] of simple.assign(subscribers, partitionCounts)) {
    if (group.targets.has(memberId) && isSameAssignment(target, group.targetOf(memberId))) continue
    group.targets.set(memberId, target)
    group.changed({ type: 'target', memberId })
  }
  group.assignmentEpoch = group.epoch
  group.changed({ type: 'assignment' })
}

/** Nothing has to be given up first: a member gets what it is to have at once. */
function moveOn(group: ShareGroup, member: ShareMember, hasSubscriptionChanged: boolean): ShareMember {
  if (member.epoch === group.assignmentEpoch && !hasSubscriptionChanged) return member
  const { memberId } = member
  const moved = {
    ...member,
    previousEpoch: member.epoch,
    epoch: group.assignmentEpoch,
    assigned: group.targetOf(memberId),
  }
  group.members.set(memberId, moved)
  group.changed({ type: 'current', memberId })
  return moved
}
