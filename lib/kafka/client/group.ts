import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Api,
  apis,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  errorCodes,
  type RequestInput,
  type ResponseOf,
} from '../index.ts'
import { assignRange } from './assignor.ts'
import { type Cluster, expectNone, KafkaError } from './cluster.ts'
import type { BrokerConnection } from './connection.ts'
import { isUnavailable } from './failure.ts'
import type { CommittedOffset, GroupMember, GroupOptions } from './types.ts'

type Assignment = readonly { topic: string; partition: number }[]

const protocolType = 'consumer'
const protocolName = 'range'
const retryMs = 500
/** How long a member that is closed may take to leave. */
const departMs = 3_000
/** Answers after which the member has to join anew, with its id or without. */
const rejoin: ReadonlySet<number> = new Set([
  errorCodes.REBALANCE_IN_PROGRESS,
  errorCodes.ILLEGAL_GENERATION,
  errorCodes.UNKNOWN_MEMBER_ID,
])
/** Answers and failures that pass: another coordinator, a restart, a broken connection. */
const passing: ReadonlySet<number> = new Set([
  errorCodes.COORDINATOR_NOT_AVAILABLE,
  errorCodes.NOT_COORDINATOR,
  errorCodes.COORDINATOR_LOAD_IN_PROGRESS,
])

/**
 * A member of a classic consumer group: joins, keeps its heartbeat, and joins again on every rebalance, letting its
 * owner finish with the old assignment first. Source: Kafka protocol guide, group membership; KIP-394 for member ids.
 */
export class ClassicMember implements GroupMember {
  assignment: Assignment = []
  onRevoked: (() => Promise<void>) | undefined
  onAssigned: ((assignment: Assignment) => Promise<void>) | undefined
  onLost: ((error: unknown) => void) | undefined
  readonly #cluster: Cluster
  readonly #options: Required<Omit<GroupOptions, 'instanceId'>>
  readonly #instanceId: string | null
  readonly #stopped = new AbortController()
  #connection: BrokerConnection | undefined
  #memberId = ''
  #generation = -1
  #loop: Promise<void> | undefined

  constructor(cluster: Cluster, options: GroupOptions) {
    this.#cluster = cluster
    this.#options = { sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 60_000, ...options }
    this.#instanceId = options.instanceId ?? null
  }

  /** Joins for the first time. Failures that pass are waited out; others reject. */
  async join(): Promise<this> {
    await this.#joinUntilDone()
    this.#loop = this.#run()
    return this
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<number> {
    const topics = new Map<string, CommittedOffset[]>()
    for (const offset of offsets) topics.set(offset.topic, [...(topics.get(offset.topic) ?? []), offset])
    const answer = await this.#cluster.request(
      apis.offsetCommit,
      {
        groupId: this.#options.group,
        generationIdOrMemberEpoch: this.#generation,
        memberId: this.#memberId,
        groupInstanceId: this.#instanceId,
        topics: [...topics].map(([name, entries]) => ({
          name,
          partitions: entries.map(e => ({
            partitionIndex: e.partition,
            committedOffset: e.offset,
            committedMetadata: e.metadata,
          })),
        })),
      },
      { group: this.#options.group },
    )
    const codes = answer.topics.flatMap(topic => topic.partitions.map(p => p.errorCode))
    const code = codes.find(c => c !== errorCodes.NONE) ?? errorCodes.NONE
    if (passing.has(code)) this.#cluster.forget({ group: this.#options.group })
    return code
  }

  async close(): Promise<void> {
    if (this.#stopped.signal.aborted) return
    this.#stopped.abort()
    // a broker that answers nothing must not hold up the end
    await Promise.race([this.#depart(), sleep(departMs, undefined, { ref: false })])
    await this.#connection?.close()
  }

  async #depart(): Promise<void> {
    await this.#loop
    try {
      await this.#leave()
    } catch {
      // the session timeout lets the group go on without us
      return
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        if (await this.#heartbeatUntilRebalance()) return
        await this.onRevoked?.()
        await this.#joinUntilDone()
        if (this.#stopped.signal.aborted) return
        await this.onAssigned?.(this.assignment)
      } catch (error) {
        if (!this.#stopped.signal.aborted) this.onLost?.(error)
        return
      }
    }
  }

  /** Resolves to true when the member is closed, to false when it has to join anew. */
  async #heartbeatUntilRebalance(): Promise<boolean> {
    const intervalMs = this.#options.sessionTimeoutMs / 5
    for (;;) {
      await this.#pause(intervalMs)
      if (this.#stopped.signal.aborted) return true
      const code = await this.#orPassing(async () => {
        const { errorCode } = await this.#request(apis.heartbeat, {
          groupId: this.#options.group,
          generationId: this.#generation,
          memberId: this.#memberId,
          groupInstanceId: this.#instanceId,
        })
        return errorCode
      })
      if (code === errorCodes.UNKNOWN_MEMBER_ID) this.#memberId = ''
      if (code !== undefined && rejoin.has(code)) return false
      if (code !== undefined && !passing.has(code))
        expectNone(code, `the heartbeat to group ${this.#options.group}`)
    }
  }

  async #joinUntilDone(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const assignment = await this.#orPassing(() => this.#joinOnce())
      if (assignment !== undefined) {
        this.assignment = assignment
        return
      }
      await this.#pause(retryMs)
    }
  }

  /** One round of join and sync; undefined when it has to be tried again. */
  async #joinOnce(): Promise<Assignment | undefined> {
    const { group, sessionTimeoutMs, rebalanceTimeoutMs, topics } = this.#options
    const joined = await this.#request(apis.joinGroup, {
      groupId: group,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId: this.#memberId,
      groupInstanceId: this.#instanceId,
      protocolType,
      protocols: [{ name: protocolName, metadata: encodeSubscription(topics) }],
    })
    if (joined.errorCode === errorCodes.MEMBER_ID_REQUIRED) {
      this.#memberId = joined.memberId
      return await this.#joinOnce()
    }
    if (joined.errorCode === errorCodes.UNKNOWN_MEMBER_ID) this.#memberId = ''
    if (rejoin.has(joined.errorCode)) return undefined
    expectNone(joined.errorCode, `joining group ${group}`)
    this.#memberId = joined.memberId
    this.#generation = joined.generationId
    // a static leader that is back finds the assignment as it left it (KIP-814)
    const leads = joined.leader === joined.memberId && !joined.skipAssignment
    return await this.#sync(leads ? await this.#assign(joined.members) : [])
  }

  async #sync(assignments: { memberId: string; assignment: Buffer }[]): Promise<Assignment | undefined> {
    const synced = await this.#request(apis.syncGroup, {
      groupId: this.#options.group,
      generationId: this.#generation,
      memberId: this.#memberId,
      groupInstanceId: this.#instanceId,
      protocolType,
      protocolName,
      assignments,
    })
    if (synced.errorCode === errorCodes.UNKNOWN_MEMBER_ID) this.#memberId = ''
    if (rejoin.has(synced.errorCode)) return undefined
    expectNone(synced.errorCode, `joining group ${this.#options.group}`)
    return decodeAssignment(synced.assignment).flatMap(({ topic, partitions }) =>
      partitions.map(partition => ({ topic, partition })),
    )
  }

  async #assign(members: readonly { memberId: string; metadata: Buffer }[]) {
    const wanted = members.map(m => ({ memberId: m.memberId, topics: decodeSubscription(m.metadata).topics }))
    const known = await this.#cluster.metadata([...new Set(wanted.flatMap(m => m.topics))])
    const counts = new Map([...known].map(([name, topic]) => [name, topic.leaders.length]))
    return [...assignRange(wanted, counts)].map(([memberId, topics]) => ({
      memberId,
      assignment: encodeAssignment(topics),
    }))
  }

  async #leave(): Promise<void> {
    await this.#request(apis.leaveGroup, {
      groupId: this.#options.group,
      members: [{ memberId: this.#memberId, groupInstanceId: this.#instanceId }],
    })
  }

  /** Joins may wait long for other members, so membership has a connection of its own. */
  async #request<A extends Api>(api: A, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const { group, clientId } = this.#options
    if (this.#connection?.isOpen !== true)
      this.#connection = await this.#cluster.dial(await this.#cluster.address({ group }), clientId)
    return await this.#connection.request(api, body)
  }

  /** The result, or undefined where the failure passes by itself. */
  async #orPassing<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step()
    } catch (error) {
      const passes = error instanceof KafkaError ? passing.has(error.kafkaCode) : isUnavailable(error)
      if (!passes) throw error
      this.#cluster.forget({ group: this.#options.group })
      await this.#connection?.close()
      return undefined
    }
  }

  async #pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#stopped.signal })
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error
    }
  }
}
