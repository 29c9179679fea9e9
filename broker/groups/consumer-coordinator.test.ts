import { beforeEach, describe, expect, it } from 'vitest'
import { memoryLogger } from '../../lib/base/index.ts'
import { encodeSubscription, errorCodes, errorName, type RecordInput } from '../../lib/kafka/index.ts'
import { ManualDeadlines } from '../testing/manual-deadlines.ts'
import { ClassicGroup } from './classic-group.ts'
import { listOf } from './consumer/assignment.ts'
import type { HeartbeatRequest } from './consumer/heartbeat.ts'
import { type GroupEntry, groupEntry } from './group-entry.ts'
import { Membership } from './membership.ts'
import { FakeTopics, topicIdOf } from './testing/topics.ts'

class Scene {
  readonly topics = new FakeTopics({ a: 2 })
  readonly deadlines = new ManualDeadlines()
  readonly written: RecordInput[] = []
  canWrite = true
  readonly #groups = new Map<string, GroupEntry>()
  readonly members = new Membership({
    logger: memoryLogger().logger,
    deadlines: this.deadlines,
    topics: this.topics,
    limits: {
      maxSize: 10,
      sessionTimeoutMs: () => 45_000,
      maxShareSize: 10,
      shareSessionTimeoutMs: () => 45_000,
    },
    onShareMemberGone: () => undefined,
    nowMs: () => this.deadlines.nowMs,
    get: id => this.#groups.get(id),
    open: id => this.#open(id),
    append: (_, records) => {
      if (this.canWrite) this.written.push(...records)
      return Promise.resolve(this.canWrite)
    },
    newClassicGroup: id => new ClassicGroup(id, this.deadlines.nowMs, 0),
    onUnused: () => undefined,
  })

  async beat(memberId: string, memberEpoch: number, more: Partial<HeartbeatRequest> = {}): Promise<string> {
    const answer = await this.members.consumerHeartbeat('g', {
      memberId,
      memberEpoch,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: memberEpoch === 0 ? 10_000 : -1,
      topicNames: memberEpoch === 0 ? ['a'] : null,
      topicRegex: null,
      serverAssignor: null,
      owned: memberEpoch === 0 ? [] : null,
      clientId: 'c',
      clientHost: '/h',
      ...more,
    })
    if ('errorCode' in answer) return errorName(answer.errorCode)
    const partitions = answer.assignment && listOf(answer.assignment).map(t => t.partitions)
    return `${answer.memberEpoch} ${partitions ?? 'as before'}`
  }

  async join(memberId: string) {
    return await this.members.join('g', {
      memberId,
      instanceId: null,
      clientId: 'c',
      clientHost: '/h',
      sessionTimeoutMs: 20_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: encodeSubscription(['a']) }],
      mustComeBack: false,
      canSkipAssignment: true,
      newMemberId: memberId,
    })
  }

  beatClassic(memberId: string, generation: number): string {
    return errorName(this.members.heartbeat('g', { memberId, instanceId: null, generation }))
  }

  async sync(memberId: string, generation: number): Promise<string> {
    const who = { memberId, instanceId: null, generation }
    const outcome = await this.members.sync('g', {
      ...who,
      protocolType: null,
      protocol: null,
      assignments: [],
    })
    return errorName(outcome.errorCode)
  }

  ids(): string[] {
    return [...(this.#groups.get('g')?.group.members.keys() ?? [])].sort()
  }

  type(): string | undefined {
    return this.#groups.get('g')?.group.type
  }

  #open(id: string): GroupEntry {
    const known = this.#groups.get(id)
    if (known !== undefined) return known
    const entry = groupEntry(new ClassicGroup(id, this.deadlines.nowMs, 0))
    this.#groups.set(id, entry)
    return entry
  }
}

let scene: Scene
beforeEach(() => {
  scene = new Scene()
})

describe('members of a consumer group', () => {
  it('are put out when their session ends, and others get what they had', async () => {
    await scene.beat('m1', 0)
    scene.deadlines.advance(30_000)
    await scene.beat('m2', 0)
    expect(await scene.beat('m1', 1)).toBe('1 0')
    expect(await scene.beat('m1', 1, { owned: [{ topicId: topicIdOf('a'), partitions: [0] }] })).toBe(
      '2 as before',
    )
    scene.deadlines.advance(44_999)
    expect(scene.ids()).toEqual(['m1', 'm2'])
    expect(await scene.beat('m1', 2)).toBe('2 as before')
    scene.deadlines.advance(1)
    expect(scene.ids()).toEqual(['m1'])
    expect(await scene.beat('m2', 2)).toBe('UNKNOWN_MEMBER_ID')
    expect(await scene.beat('m1', 2)).toBe('3 0,1')
  })

  it('are put out when they do not give up partitions in time', async () => {
    await scene.beat('m1', 0)
    await scene.beat('m2', 0)
    expect(await scene.beat('m1', 1)).toBe('1 0')
    scene.deadlines.advance(9_999)
    expect(await scene.beat('m1', 1)).toBe('1 as before')
    scene.deadlines.advance(1)
    expect(scene.ids()).toEqual(['m2'])
    expect(await scene.beat('m2', 2)).toBe('3 0,1')
  })

  it('stay when they have given up in time', async () => {
    await scene.beat('m1', 0)
    await scene.beat('m2', 0)
    await scene.beat('m1', 1)
    await scene.beat('m1', 1, { owned: [{ topicId: topicIdOf('a'), partitions: [0] }] })
    scene.deadlines.advance(20_000)
    expect(scene.ids()).toEqual(['m1', 'm2'])
  })

  it('keep a static place until the session ends', async () => {
    await scene.beat('s', 0, { instanceId: 'i' })
    expect(await scene.beat('s', -2, { instanceId: 'i' })).toBe('-2 as before')
    scene.deadlines.advance(44_999)
    expect(scene.ids()).toEqual(['s'])
    scene.deadlines.advance(1)
    expect(scene.ids()).toEqual([])
  })
})

describe('classic members of a consumer group', () => {
  beforeEach(async () => {
    await scene.beat('new', 0)
  })
  /** Keeps the other one in. */
  const beatNew = (epoch: number) =>
    scene.beat('new', epoch, { owned: [{ topicId: topicIdOf('a'), partitions: [0] }] })

  it('are put out when they do not ask for their assignment', async () => {
    expect(await scene.join('old')).toMatchObject({ errorCode: 0, generation: 2 })
    scene.deadlines.advance(10_000)
    expect(scene.ids()).toEqual(['new'])
  })

  it('are put out when they do not join again', async () => {
    await scene.join('old')
    expect(await scene.sync('old', 2)).toBe('NONE')
    await beatNew(1)
    // the partition is free now: it has to join to get it
    await beatNew(1)
    expect(scene.beatClassic('old', 2)).toBe('REBALANCE_IN_PROGRESS')
    scene.deadlines.advance(9_000)
    // asking again does not put it off
    expect(scene.beatClassic('old', 2)).toBe('REBALANCE_IN_PROGRESS')
    scene.deadlines.advance(1_000)
    expect(scene.ids()).toEqual(['new'])
  })

  it('stay while they are heard of', async () => {
    await scene.join('old')
    await scene.sync('old', 2)
    await beatNew(1)
    await beatNew(1)
    await scene.join('old')
    await scene.sync('old', 2)
    scene.deadlines.advance(19_999)
    expect(scene.beatClassic('old', 2)).toBe('NONE')
    scene.deadlines.advance(19_999)
    expect(scene.ids()).toEqual(['new', 'old'])
    scene.deadlines.advance(1)
    expect(scene.ids()).toEqual(['new'])
  })

  it('are a classic group again when the last of the others is put out', async () => {
    await scene.join('old')
    for (let i = 0; i < 5; i++) {
      await scene.sync('old', 2)
      scene.deadlines.advance(8_900)
    }
    expect(scene.type()).toBe('consumer')
    await scene.sync('old', 2)
    scene.deadlines.advance(500)
    expect([scene.type(), scene.ids()]).toEqual(['classic', ['old']])
    expect(scene.beatClassic('old', 2)).toBe('REBALANCE_IN_PROGRESS')
  })
})

describe('a group that cannot be written down', () => {
  it('refuses, and writes everything when it can again', async () => {
    await scene.beat('m1', 0)
    const before = scene.written.length
    scene.canWrite = false
    expect(await scene.beat('m2', 0)).toBe('COORDINATOR_NOT_AVAILABLE')
    expect(await scene.beat('m2', 0)).toBe('COORDINATOR_NOT_AVAILABLE')
    expect(await scene.join('old')).toMatchObject({ errorCode: errorCodes.COORDINATOR_NOT_AVAILABLE })
    scene.canWrite = true
    expect(await scene.beat('m2', 0)).toBe('3 ')
    const kinds = scene.written.slice(before).map(({ key }) => key?.readInt16BE(0))
    // the members m2 and old, the group, three targets, the assignment, what two members have
    expect(kinds.sort()).toEqual([3, 5, 5, 6, 7, 7, 7, 8, 8])
  })
})
