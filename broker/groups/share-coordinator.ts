import type { Logger } from '../../lib/base/index.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import type { Deadlines } from '../deadlines.ts'
import type { Refusal } from '../refusal.ts'
import { ChangeWriter, notWritten } from './change-writer.ts'
import type { HeartbeatAnswer } from './consumer/heartbeat.ts'
import type { KnownTopic, TopicDirectory } from './consumer/subscription.ts'
import { armTimer, type GroupEntry } from './group-entry.ts'
import type { ShareChange, ShareGroup } from './share/share-group.ts'
import { shareRecordsOf } from './share/share-group-records.ts'
import {
  removeShareMembers,
  type ShareHeartbeatRequest,
  shareHeartbeat,
  unknownShareMember,
} from './share/share-heartbeat.ts'

export interface ShareSurroundings {
  logger: Logger
  deadlines: Pick<Deadlines, 'after'>
  topics: TopicDirectory
  limits: { readonly maxShareSize: number; shareSessionTimeoutMs(groupId: string): number }
  nowMs: () => number
  /** False where the records could not be made durable. */
  append: (groupId: string, records: readonly RecordInput[]) => Promise<boolean>
  /** What the member has acquired is free again. */
  onShareMemberGone: (groupId: string, memberId: string) => void
}

/** The shell around share groups: writes down what an operation has changed before it answers, and arms timers. */
export class ShareCoordinator {
  readonly #around: ShareSurroundings
  readonly #writer: ChangeWriter<ShareChange, ShareGroup>

  constructor(around: ShareSurroundings) {
    this.#around = around
    this.#writer = new ChangeWriter(around.append, (group, changes) =>
      shareRecordsOf(group, changes, around.nowMs()),
    )
  }

  /** Of a member of `group`, which becomes the entry's where the member is in. */
  async heartbeat(
    entry: GroupEntry,
    group: ShareGroup,
    request: ShareHeartbeatRequest,
  ): Promise<HeartbeatAnswer | Refusal> {
    const { topics, limits, nowMs } = this.#around
    const surroundings = {
      topics,
      maxSize: limits.maxShareSize,
      sessionTimeoutMs: limits.shareSessionTimeoutMs(group.id),
    }
    const answer = shareHeartbeat(group, request, surroundings, nowMs())
    if ('errorCode' in answer) return answer
    entry.group = group
    // a session put off is found when the timer runs
    if (entry.timer === undefined) this.#arm(entry, group)
    return (await this.#writer.write(group)) ? answer : notWritten()
  }

  async leave(
    entry: GroupEntry,
    group: ShareGroup,
    { memberId, memberEpoch }: ShareHeartbeatRequest,
  ): Promise<HeartbeatAnswer | Refusal> {
    if (!group.members.has(memberId)) return unknownShareMember(group, memberId)
    const isWritten = await this.#remove(entry, group, [memberId])
    return isWritten ? { memberId, memberEpoch, assignment: null } : notWritten()
  }

  /** Keeps a place in a topic for a group without members, which may be new. */
  async keepTopic(entry: GroupEntry, group: ShareGroup, topic: KnownTopic): Promise<boolean> {
    entry.group = group
    group.keepTopic(topic)
    group.changed({ type: 'group' })
    return await this.#writer.write(group)
  }

  /** Forgets a place in a topic that is gone or that nobody asks for any more. */
  async forgetTopic(group: ShareGroup, topicId: string): Promise<boolean> {
    group.forgetTopic(topicId)
    return await this.#writer.write(group)
  }

  /** A group that has just been read from the log: everyone has a full session to be heard of again. */
  begin(entry: GroupEntry, group: ShareGroup): void {
    const untilMs = this.#around.nowMs() + this.#around.limits.shareSessionTimeoutMs(group.id)
    for (const memberId of group.members.keys()) group.keepSession(memberId, untilMs)
    this.#arm(entry, group)
  }

  #arm(entry: GroupEntry, group: ShareGroup): void {
    const { deadlines, nowMs } = this.#around
    armTimer(
      entry,
      group.nextDeadlineMs,
      nowMs(),
      (delayMs, run) => deadlines.after(delayMs, run),
      () => void this.#tick(entry, group),
    )
  }

  async #tick(entry: GroupEntry, group: ShareGroup): Promise<void> {
    if (entry.group !== group) return
    const overdue = group.overdue(this.#around.nowMs())
    if (overdue.length === 0) this.#arm(entry, group)
    else if (!(await this.#remove(entry, group, overdue)))
      this.#around.logger.error('a group could not be written down', { group: group.id })
  }

  #remove(entry: GroupEntry, group: ShareGroup, memberIds: readonly string[]): Promise<boolean> {
    removeShareMembers(group, memberIds, this.#around.topics)
    this.#arm(entry, group)
    for (const memberId of memberIds) this.#around.onShareMemberGone(group.id, memberId)
    return this.#writer.write(group)
  }
}
