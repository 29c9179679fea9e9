import type { Logger } from '../../lib/base/index.ts'
import { errorCodes, type RecordInput } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import type { Refusal } from '../refusal.ts'
import { ChangeWriter, notWritten } from './change-writer.ts'
import type { ClassicCoordinator } from './classic-coordinator.ts'
import type { ClassicGroup } from './classic-group.ts'
import { heartbeatClassic, joinClassic, leavingClassic, syncClassic } from './consumer/classic-members.ts'
import type { Change, ConsumerGroup } from './consumer/consumer-group.ts'
import { type ConsumerMember, leftForAWhile } from './consumer/consumer-member.ts'
import { recordsOf, tombstonesOf } from './consumer/consumer-records.ts'
import { isClassicWithout, leaveForAWhile, leaving, removeMembers } from './consumer/departure.ts'
import { type HeartbeatAnswer, type HeartbeatRequest, heartbeat } from './consumer/heartbeat.ts'
import { dismiss, downgrade } from './consumer/migration.ts'
import { hasNewRegexes, resolveNewRegexes, type TopicDirectory } from './consumer/subscription.ts'
import { armTimer, type GroupEntry } from './group-entry.ts'
import { groupRecord } from './group-records.ts'
import type { JoinRequest } from './joining.ts'
import { type JoinOutcome, joinRefused, type SyncOutcome } from './outcomes.ts'
import type { SyncRequest } from './syncing.ts'

export interface ConsumerSurroundings {
  logger: Logger
  deadlines: Pick<Deadlines, 'after'>
  topics: TopicDirectory
  limits: { readonly maxSize: number; sessionTimeoutMs(groupId: string): number }
  nowMs: () => number
  /** False where the records could not be made durable. */
  append: (groupId: string, records: readonly RecordInput[]) => Promise<boolean>
  /** For a group that becomes a classic one. */
  newClassicGroup: (groupId: string) => ClassicGroup
  classic: ClassicCoordinator
}

interface MemberRequest {
  memberId: string
  instanceId: string | null
  generation: number
}

/**
 * The shell around groups of the consumer protocol: it writes down what an operation has changed before it answers, arms
 * timers, and lets a group become a classic one when only members of that protocol are left.
 */
export class ConsumerCoordinator {
  readonly #around: ConsumerSurroundings
  readonly #writer: ChangeWriter<Change, ConsumerGroup>

  constructor(around: ConsumerSurroundings) {
    this.#around = around
    this.#writer = new ChangeWriter(around.append, (group, changes) =>
      recordsOf(group, changes, around.nowMs()),
    )
  }

  /** Of a member of `group`, which takes the place of the classic one there is when the member is in. */
  async heartbeat(
    entry: GroupEntry,
    group: ConsumerGroup,
    request: HeartbeatRequest,
  ): Promise<HeartbeatAnswer | Refusal> {
    const answer = heartbeat(group, request, this.#surroundings(group), this.#around.nowMs())
    if ('errorCode' in answer) return answer
    if (entry.group !== group) this.#upgrade(entry, group)
    this.#arm(entry, group, answer.memberId)
    const isWritten = await this.#writer.write(group)
    this.#resolveLater(entry, group)
    return isWritten ? answer : notWritten()
  }

  async leave(
    entry: GroupEntry,
    group: ConsumerGroup,
    request: HeartbeatRequest,
  ): Promise<HeartbeatAnswer | Refusal> {
    const { memberId, memberEpoch, instanceId } = request
    const member = leaving(group, memberId, instanceId)
    if ('errorCode' in member) return member
    const isBack = memberEpoch === leftForAWhile
    if (isBack) leaveForAWhile(group, member)
    const isWritten = isBack ? await this.#writer.write(group) : await this.#remove(entry, group, [member])
    return isWritten ? { memberId, memberEpoch, assignment: null } : notWritten()
  }

  async joinClassic(entry: GroupEntry, group: ConsumerGroup, request: JoinRequest): Promise<JoinOutcome> {
    const { epoch } = group
    const outcome = joinClassic(group, request, this.#surroundings(group), this.#around.nowMs())
    if (outcome.errorCode !== 0) return outcome
    // a static member of the classic protocol may have taken the place of the last one of the new
    const isClassic = isClassicWithout(group, [], this.#around.limits.maxSize)
    if (!isClassic) this.#arm(entry, group, outcome.memberId)
    const isWritten = isClassic
      ? await this.#downgrade(entry, group, group.epoch !== epoch)
      : await this.#writer.write(group)
    return isWritten ? outcome : joinRefused(errorCodes.COORDINATOR_NOT_AVAILABLE, request.memberId)
  }

  syncClassic(entry: GroupEntry, group: ConsumerGroup, request: SyncRequest): SyncOutcome {
    const outcome = syncClassic(group, request, this.#around.topics, this.#around.nowMs())
    this.#arm(entry, group, request.memberId)
    return outcome
  }

  heartbeatClassic(entry: GroupEntry, group: ConsumerGroup, request: MemberRequest): number {
    const errorCode = heartbeatClassic(group, request, this.#around.nowMs())
    this.#arm(entry, group, request.memberId)
    return errorCode
  }

  async leaveClassic(
    entry: GroupEntry,
    group: ConsumerGroup,
    request: { memberId: string; instanceId: string | null },
  ): Promise<number> {
    const member = leavingClassic(group, request)
    if (typeof member === 'number') return member
    const isWritten = await this.#remove(entry, group, [member])
    return isWritten ? errorCodes.NONE : errorCodes.COORDINATOR_NOT_AVAILABLE
  }

  /** A group that has just been read from the log: everyone has a full session to be heard of again. */
  begin(entry: GroupEntry, group: ConsumerGroup): void {
    const nowMs = this.#around.nowMs()
    for (const { memberId, classic, state, rebalanceTimeoutMs } of group.members.values()) {
      const deadlines = group.deadlinesOf(memberId)
      deadlines.sessionMs =
        nowMs + (classic?.sessionTimeoutMs ?? this.#around.limits.sessionTimeoutMs(group.id))
      if (classic === null && state === 'UnrevokedPartitions')
        deadlines.revocationMs = nowMs + rebalanceTimeoutMs
    }
    this.#armAt(entry, group, group.nextDeadlineMs)
    this.#resolveLater(entry, group)
  }

  #resolveLater(entry: GroupEntry, group: ConsumerGroup): void {
    if (hasNewRegexes(group)) this.#around.deadlines.after(0, () => void this.#resolve(entry, group))
  }

  async #resolve(entry: GroupEntry, group: ConsumerGroup): Promise<void> {
    if (entry.group !== group) return
    resolveNewRegexes(group, this.#around.topics)
    if (!(await this.#writer.write(group))) this.#notWritten(group)
  }

  #notWritten(group: ConsumerGroup): void {
    this.#around.logger.error('a group could not be written down', { group: group.id })
  }

  #upgrade(entry: GroupEntry, group: ConsumerGroup): void {
    const classic = entry.group
    entry.group = group
    if (classic.type === 'classic') {
      dismiss(classic)
      this.#around.classic.settle(entry, classic)
    }
    this.#armAt(entry, group, group.nextDeadlineMs)
  }

  #surroundings(group: ConsumerGroup) {
    const { topics, limits } = this.#around
    return { topics, maxSize: limits.maxSize, sessionTimeoutMs: limits.sessionTimeoutMs(group.id) }
  }

  /** A deadline put off is found when the timer runs; only an earlier one needs another timer. */
  #arm(entry: GroupEntry, group: ConsumerGroup, memberId: string): void {
    if (!group.members.has(memberId)) return
    const atMs = group.deadlineOf(memberId)
    if (atMs < entry.timerAtMs) this.#armAt(entry, group, atMs)
  }

  #armAt(entry: GroupEntry, group: ConsumerGroup, atMs: number): void {
    const { deadlines, nowMs } = this.#around
    armTimer(
      entry,
      atMs,
      nowMs(),
      (delayMs, run) => deadlines.after(delayMs, run),
      () => void this.#tick(entry, group),
    )
  }

  async #tick(entry: GroupEntry, group: ConsumerGroup): Promise<void> {
    if (entry.group !== group) return
    const overdue = group.overdue(this.#around.nowMs())
    for (const { memberId } of overdue)
      this.#around.logger.info('a member is put out of its group', { group: group.id, member: memberId })
    const removed = this.#remove(entry, group, overdue)
    if (entry.group === group) this.#armAt(entry, group, group.nextDeadlineMs)
    if (!(await removed)) this.#notWritten(group)
  }

  #remove(entry: GroupEntry, group: ConsumerGroup, members: readonly ConsumerMember[]): Promise<boolean> {
    if (members.length === 0 || !isClassicWithout(group, members, this.#around.limits.maxSize)) {
      removeMembers(group, members, this.#around.topics)
      return this.#writer.write(group)
    }
    for (const member of members) group.removeMember(member)
    return this.#downgrade(entry, group, true)
  }

  /** Only members of the classic protocol are left: the group goes on as one of theirs. */
  async #downgrade(entry: GroupEntry, group: ConsumerGroup, mustRebalance: boolean): Promise<boolean> {
    const { topics, classic, newClassicGroup, append, logger } = this.#around
    const nowMs = this.#around.nowMs()
    const next = newClassicGroup(group.id)
    downgrade(group, next, topics, nowMs)
    // members that have just gone are among the changes
    const records = [...recordsOf(group, group.takeChanges(), nowMs), ...tombstonesOf(group, nowMs)]
    entry.group = next
    const appended = append(group.id, [...records, groupRecord(next, nowMs)])
    logger.info('a group went back to the classic protocol', { group: group.id })
    if (mustRebalance) next.rebalance(nowMs)
    classic.settle(entry, next)
    return await appended
  }
}
