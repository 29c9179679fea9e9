import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../lib/kafka/index.ts'
import { ClassicGroup } from './classic-group.ts'
import { type JoinRequest, join } from './joining.ts'
import type { Effect, JoinOutcome, SyncOutcome } from './outcomes.ts'
import { heartbeat, leave, stored, sync } from './syncing.ts'

/** A group with the time and its answers in hand. */
class Scene {
  nowMs = 0
  readonly group: ClassicGroup
  readonly joins = new Map<number, JoinOutcome>()
  readonly syncs = new Map<number, SyncOutcome>()
  stores = 0
  #token = 0

  constructor(initialDelayMs = 0, maxSize?: number) {
    this.group = new ClassicGroup('g', 0, initialDelayMs, maxSize)
  }

  join(memberId: string, options: Partial<JoinRequest> = {}): number {
    const token = ++this.#token
    const request: JoinRequest = {
      memberId,
      instanceId: null,
      clientId: 'c',
      clientHost: '/h',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 60_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('topics') }],
      mustComeBack: false,
      canSkipAssignment: true,
      newMemberId: `m${token}`,
      ...options,
    }
    join(this.group, request, token, this.nowMs)
    this.#take()
    return token
  }

  sync(
    memberId: string,
    assignments: Record<string, string> = {},
    generation = this.group.generation,
  ): number {
    const token = ++this.#token
    const list = Object.entries(assignments).map(([id, text]) => ({
      memberId: id,
      assignment: Buffer.from(text),
    }))
    const request = {
      memberId,
      instanceId: null,
      generation,
      protocolType: null,
      protocol: null,
      assignments: list,
    }
    sync(this.group, request, token, this.nowMs)
    this.#take()
    return token
  }

  beat(memberId: string, generation = this.group.generation): number {
    return heartbeat(this.group, { memberId, instanceId: null, generation }, this.nowMs)
  }

  leave(memberId: string): number {
    const code = leave(this.group, { memberId, instanceId: null }, this.nowMs)
    this.#take()
    return code
  }

  wait(ms: number): void {
    this.nowMs += ms
    this.group.tick(this.nowMs)
    this.#take()
  }

  /** Two members, the first the leader, both with an assignment. */
  stableWithTwo(): void {
    this.join('')
    const second = this.join('')
    this.join('m1')
    expect(this.joins.get(second)?.errorCode).toBe(0)
    this.sync('m2')
    this.sync('m1', { m1: 'a', m2: 'b' })
    expect(this.group.state).toBe('Stable')
  }

  #take(): void {
    for (const effect of this.group.takeEffects()) this.#carryOut(effect)
  }

  #carryOut(effect: Effect): void {
    if (effect.type === 'join') this.joins.set(effect.token, effect.outcome)
    else if (effect.type === 'sync') this.syncs.set(effect.token, effect.outcome)
    else {
      this.stores++
      stored(this.group, effect.generation, true, this.nowMs)
      this.#take()
    }
  }
}

describe('joining', () => {
  it('takes no more members than there may be, but lets those in again that are', () => {
    const scene = new Scene(0, 2)
    scene.stableWithTwo()
    expect(scene.joins.get(scene.join(''))).toMatchObject({
      errorCode: errorCodes.GROUP_MAX_SIZE_REACHED,
      memberId: '',
    })
    const again = scene.join('m1')
    expect(scene.group.state).toBe('PreparingRebalance')
    // a newcomer takes the place of one that has not come yet
    const late = scene.join('')
    expect(scene.joins.get(scene.join('m2'))?.errorCode).toBe(errorCodes.GROUP_MAX_SIZE_REACHED)
    scene.wait(60_000)
    expect([again, late].map(token => scene.joins.get(token)?.errorCode)).toEqual([0, 0])
    expect(scene.group.members.size).toBe(2)
  })

  it('makes the first member the leader, who gets the members', () => {
    const scene = new Scene()
    const outcome = scene.joins.get(scene.join(''))
    expect(outcome).toMatchObject({
      errorCode: 0,
      generation: 1,
      leaderId: 'm1',
      memberId: 'm1',
      protocol: 'range',
    })
    expect(outcome?.members.map(m => [m.memberId, m.metadata.toString()])).toEqual([['m1', 'topics']])
    expect(scene.group.state).toBe('CompletingRebalance')
  })

  it('sends a member without an id away with one, where the client knows that (KIP-394)', () => {
    const scene = new Scene()
    const first = scene.joins.get(scene.join('', { mustComeBack: true }))
    expect(first).toMatchObject({ errorCode: errorCodes.MEMBER_ID_REQUIRED, memberId: 'm1' })
    expect(scene.joins.get(scene.join('m1', { mustComeBack: true }))).toMatchObject({
      errorCode: 0,
      memberId: 'm1',
    })
  })

  it('waits for members that were given an id, until it lapses', () => {
    const scene = new Scene()
    scene.join('', { mustComeBack: true })
    const waiting = scene.join('')
    expect(scene.joins.has(waiting)).toBe(false)
    scene.wait(10_000)
    expect(scene.joins.get(waiting)?.errorCode).toBe(0)
  })

  it('lets the first join of an empty group wait for others, as long as they keep coming', () => {
    const scene = new Scene(3_000)
    const first = scene.join('')
    scene.wait(2_000)
    const second = scene.join('')
    scene.wait(1_000)
    expect(scene.joins.has(first)).toBe(false)
    scene.wait(3_000)
    expect([scene.joins.get(first)?.generation, scene.joins.get(second)?.generation]).toEqual([1, 1])
  })

  it('refuses who has no protocol in common with the group', () => {
    const scene = new Scene()
    scene.join('')
    const other = scene.join('', { protocols: [{ name: 'sticky', metadata: Buffer.alloc(0) }] })
    const connect = scene.join('', { protocolType: 'connect' })
    for (const token of [other, connect])
      expect(scene.joins.get(token)?.errorCode).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL)
  })

  it('refuses a member id it does not know', () => {
    const scene = new Scene()
    scene.join('')
    expect(scene.joins.get(scene.join('stranger'))?.errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID)
  })

  it('chooses the protocol that most prefer among those all have', () => {
    const scene = new Scene(10)
    const named = (...names: string[]) => ({
      protocols: names.map(name => ({ name, metadata: Buffer.alloc(0) })),
    })
    scene.join('', named('a', 'b'))
    scene.join('', named('b', 'a', 'c'))
    const third = scene.join('', named('b', 'a'))
    scene.wait(100)
    scene.wait(100)
    expect(scene.joins.get(third)?.protocol).toBe('b')
  })
})

describe('a rebalance', () => {
  it('begins when someone joins a stable group, which the others hear with their heartbeat', () => {
    const scene = new Scene()
    scene.stableWithTwo()
    const third = scene.join('')
    expect(scene.beat('m1')).toBe(errorCodes.REBALANCE_IN_PROGRESS)
    scene.join('m1')
    expect(scene.joins.has(third)).toBe(false)
    scene.join('m2')
    expect(scene.joins.get(third)).toMatchObject({ errorCode: 0, generation: 3, leaderId: 'm1' })
    expect(scene.beat('m1', 2)).toBe(errorCodes.ILLEGAL_GENERATION)
  })

  it('puts out who has not joined by the largest rebalance timeout', () => {
    const scene = new Scene()
    scene.stableWithTwo()
    const third = scene.join('')
    scene.join('m1')
    for (let i = 0; i < 7; i++) {
      scene.wait(8_000)
      scene.beat('m2')
    }
    expect(scene.joins.has(third)).toBe(false)
    scene.wait(8_000)
    expect(scene.joins.get(third)?.errorCode).toBe(0)
    expect([...scene.group.members.keys()]).toHaveLength(2)
    expect(scene.beat('m2')).toBe(errorCodes.UNKNOWN_MEMBER_ID)
  })

  it('interrupts members that wait for their assignment', () => {
    const scene = new Scene()
    scene.join('')
    const second = scene.join('')
    scene.join('m1')
    expect(scene.joins.get(second)?.generation).toBe(2)
    const waiting = scene.sync('m2')
    scene.join('')
    expect(scene.syncs.get(waiting)?.errorCode).toBe(errorCodes.REBALANCE_IN_PROGRESS)
  })

  it('follows when a session ends or a member leaves; an empty group keeps its generation', () => {
    const scene = new Scene()
    scene.stableWithTwo()
    scene.wait(9_000)
    scene.beat('m1')
    scene.wait(2_000)
    expect([...scene.group.members.keys()]).toEqual(['m1'])
    expect(scene.group.state).toBe('PreparingRebalance')
    expect(scene.leave('m1')).toBe(0)
    expect([scene.group.state, scene.group.generation]).toEqual(['Empty', 3])
    expect(scene.leave('m1')).toBe(errorCodes.UNKNOWN_MEMBER_ID)
  })

  it('takes another leader when the leader does not come back', () => {
    const scene = new Scene()
    scene.stableWithTwo()
    scene.leave('m1')
    const outcome = scene.joins.get(scene.join('m2'))
    expect(outcome).toMatchObject({ leaderId: 'm2', generation: 3 })
  })

  it('puts out who joined but never asked for its assignment', () => {
    const scene = new Scene()
    scene.join('')
    scene.join('')
    scene.join('m1')
    scene.sync('m1', { m1: 'a' })
    for (let i = 0; i < 8; i++) {
      scene.wait(8_000)
      scene.beat('m1')
      scene.beat('m2')
    }
    expect([...scene.group.members.keys()]).toEqual(['m1'])
  })
})

describe('syncing', () => {
  it('gives everyone its part once the leader has brought them and they are written', () => {
    const scene = new Scene()
    scene.join('')
    scene.join('')
    scene.join('m1')
    const second = scene.sync('m2')
    expect(scene.syncs.has(second)).toBe(false)
    const first = scene.sync('m1', { m1: 'one', m2: 'two' })
    expect([first, second].map(token => scene.syncs.get(token)?.assignment.toString())).toEqual([
      'one',
      'two',
    ])
    expect(scene.stores).toBe(1)
    expect(scene.syncs.get(scene.sync('m2'))?.assignment.toString()).toBe('two')
  })

  it('refuses old generations and strangers', () => {
    const scene = new Scene()
    scene.stableWithTwo()
    expect(scene.syncs.get(scene.sync('m1', {}, 1))?.errorCode).toBe(errorCodes.ILLEGAL_GENERATION)
    expect(scene.syncs.get(scene.sync('mX'))?.errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID)
  })

  it('answers with an error and begins anew where the group could not be written', () => {
    const group = new ClassicGroup('g', 0, 0)
    const scene = Object.assign(new Scene(), { group })
    scene.join('')
    sync(
      group,
      {
        memberId: 'm1',
        instanceId: null,
        generation: 1,
        protocolType: null,
        protocol: null,
        assignments: [],
      },
      99,
      0,
    )
    expect(group.takeEffects()).toEqual([{ type: 'store', generation: 1 }])
    stored(group, 1, false, 0)
    expect(group.takeEffects()).toMatchObject([
      { type: 'sync', token: 99, outcome: { errorCode: errorCodes.COORDINATOR_NOT_AVAILABLE } },
    ])
    expect(group.state).toBe('PreparingRebalance')
  })
})

describe('static members (KIP-345)', () => {
  function stableStatic(): Scene {
    const scene = new Scene()
    scene.join('', { instanceId: 'i1' })
    scene.sync('m1', { m1: 'mine' })
    return scene
  }

  it('come back under a new id without a rebalance, and the old id is fenced', () => {
    const scene = stableStatic()
    const outcome = scene.joins.get(scene.join('', { instanceId: 'i1' }))
    expect(outcome).toMatchObject({ errorCode: 0, generation: 1, skipAssignment: true })
    expect(scene.group.state).toBe('Stable')
    const newId = outcome?.memberId ?? ''
    expect(scene.syncs.get(scene.sync(newId))?.assignment.toString()).toBe('mine')
    expect(scene.joins.get(scene.join('m1', { instanceId: 'i1' }))?.errorCode).toBe(
      errorCodes.FENCED_INSTANCE_ID,
    )
  })

  it('are told of another leader where the client is too old to skip the assignment', () => {
    const scene = stableStatic()
    const outcome = scene.joins.get(scene.join('', { instanceId: 'i1', canSkipAssignment: false }))
    expect(outcome).toMatchObject({ leaderId: 'm1', members: [] })
    expect(outcome?.memberId).not.toBe('m1')
  })

  it('rebalance when another protocol would be chosen, not for other metadata', () => {
    const scene = new Scene()
    const [range, sticky] = ['range', 'sticky'].map(name => ({ name, metadata: Buffer.from(name) }))
    const join = (...protocols: (typeof range)[]) =>
      scene.joins.get(scene.join('', { instanceId: 'i1', protocols: protocols as JoinRequest['protocols'] }))
    join(range, sticky)
    scene.sync('m1', { m1: 'a' })
    const other = { name: 'range', metadata: Buffer.from('other topics') }
    expect(join(other, sticky)).toMatchObject({ generation: 1, protocol: 'range', skipAssignment: true })
    expect(join(sticky, range)).toMatchObject({ generation: 2, protocol: 'sticky', skipAssignment: false })
  })
})
