import { type Assignment, has, isSameAssignment, listOf, noAssignment, pick } from '../consumer/assignment.ts'
import type { ConsumerGroup } from '../consumer/consumer-group.ts'
import { type HeartbeatRequest, heartbeat, type Surroundings } from '../consumer/heartbeat.ts'

/** A member that does as Kafka's consumer does: gives up what it is not assigned any more, says so, then takes what is new. */
export class SimulatedConsumer {
  readonly memberId: string
  epoch = 0
  topicNames: string[]
  topicRegex: string | null = null
  /** What it reads now. */
  held: Assignment = noAssignment
  #assigned: Assignment = noAssignment

  constructor(memberId: string, topicNames: string[]) {
    this.memberId = memberId
    this.topicNames = topicNames
  }

  /** Gives up first: between two heartbeats. */
  giveUp(): void {
    this.held = pick(this.held, (topicId, partition) => has(this.#assigned, topicId, partition))
  }

  takeOver(): void {
    // nothing new before all that is old has been given up and said to be
    const isClean = [...this.held].every(([topicId, partitions]) =>
      [...partitions].every(p => has(this.#assigned, topicId, p)),
    )
    if (isClean) this.held = this.#assigned
  }

  /** `isAnswerLost`: the group has heard it, but it never hears of that. */
  beat(group: ConsumerGroup, around: Surroundings, nowMs: number, isAnswerLost = false): void {
    const answer = heartbeat(group, this.#request(), around, nowMs)
    if (isAnswerLost) return
    if ('errorCode' in answer) {
      // fenced: it drops everything and joins again
      this.epoch = 0
      this.held = noAssignment
      this.#assigned = noAssignment
      return
    }
    this.epoch = answer.memberEpoch
    if (answer.assignment !== null) this.#assigned = answer.assignment
  }

  #request(): HeartbeatRequest {
    const isJoining = this.epoch === 0
    return {
      memberId: this.memberId,
      memberEpoch: this.epoch,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: 60_000,
      topicNames: this.topicNames,
      topicRegex: this.topicRegex,
      serverAssignor: null,
      // nothing is said of what it holds while it still goes over from one assignment to the next
      owned: isJoining ? [] : isSameAssignment(this.held, this.#assigned) ? listOf(this.held) : null,
      clientId: 'c',
      clientHost: '/h',
    }
  }
}
