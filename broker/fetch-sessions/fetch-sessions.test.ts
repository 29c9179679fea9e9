import { describe, expect, it } from 'vitest'
import { errorCodes, errorName } from '../../lib/kafka/index.ts'
import { askedPartition, emptyRequest, ModelPartition } from '../testing/fetch-session-model.ts'
import { FetchSessions, type FetchSessionsOptions } from './fetch-sessions.ts'
import type { FetchRequest } from './types.ts'

/** Sessions over partitions of one topic, at a time that a test says. */
class Scene {
  readonly sessions: FetchSessions
  nowMs = 0
  readonly partitions = Array.from({ length: 20 }, () => new ModelPartition())
  #nextId = 100

  constructor(limits: Pick<FetchSessionsOptions, 'maxSessions' | 'maxPartitions'> = {}) {
    this.sessions = new FetchSessions({ nowMs: () => this.nowMs, newId: () => this.#nextId++, ...limits })
  }

  /** The id of its session; 0 without one. */
  begin(partitions: number): number {
    const answer = this.fetch({ sessionEpoch: 0, topics: this.topics(partitions) })
    return typeof answer === 'string' ? -1 : answer.sessionId
  }

  goOn(sessionId: number, sessionEpoch: number, more: Partial<FetchRequest> = {}): string {
    const answer = this.fetch({ sessionId, sessionEpoch, ...more })
    return typeof answer === 'string' ? answer : errorName(answer.errorCode)
  }

  fetch(request: Partial<FetchRequest>) {
    const by = { usesTopicIds: false, viewer: () => '' }
    const fetch = this.sessions.begin({ ...emptyRequest, ...request }, by)
    if (typeof fetch === 'number') return errorName(fetch)
    fetch.watch(fetch.topics.flatMap(t => t.partitions.map(p => this.partitions[p.partition])))
    return fetch.answer(
      fetch.topics.map(({ topic, topicId, partitions }) => ({
        topic,
        topicId,
        partitions: partitions.map(({ partition: partitionIndex }) => ({
          ...{ partitionIndex, errorCode: errorCodes.NONE, abortedTransactions: null },
          ...{ highWatermark: 0, logStartOffset: 0, records: Buffer.alloc(0) },
        })),
      })),
    )
  }

  topics(count: number, from = 0): FetchRequest['topics'] {
    const partitions = Array.from({ length: count }, (_, i) => ({ ...askedPartition, partition: from + i }))
    return [{ topic: 't', topicId: '', partitions }]
  }

  /** How often partitions are watched by sessions. */
  get watched(): number {
    return this.partitions.reduce((sum, { waiters }) => sum + waiters.size, 0)
  }
}

describe('fetch sessions', () => {
  it('are as many as there may be: another one is none', () => {
    const scene = new Scene({ maxSessions: 2 })
    const [first, second] = [scene.begin(3), scene.begin(3)]
    expect([first, second, scene.begin(9), scene.sessions.size]).toEqual([100, 101, 0, 2])
    expect([scene.goOn(first, 1), scene.goOn(second, 1)]).toEqual(['NONE', 'NONE'])
  })

  it('go for another when they have not been used for two minutes', () => {
    const scene = new Scene({ maxSessions: 2 })
    const [unused, used] = [scene.begin(9), scene.begin(9)]
    scene.nowMs = 120_000
    expect([scene.goOn(used, 1), scene.begin(1)]).toEqual(['NONE', 0])
    scene.nowMs = 120_001
    expect(scene.begin(1)).toBeGreaterThan(0)
    expect([scene.goOn(unused, 1), scene.goOn(used, 2)]).toEqual(['FETCH_SESSION_ID_NOT_FOUND', 'NONE'])
    expect([scene.sessions.size, scene.sessions.evicted]).toEqual([2, 1])
  })

  it('go for a larger one, the smallest first, once they are older than two minutes', () => {
    const scene = new Scene({ maxSessions: 2 })
    const [large, small] = [scene.begin(6), scene.begin(4)]
    expect(scene.begin(9)).toBe(0)
    scene.nowMs = 120_001
    expect([scene.goOn(large, 1), scene.goOn(small, 1)]).toEqual(['NONE', 'NONE'])
    expect([scene.begin(3), scene.begin(4)]).toEqual([0, 0])
    expect(scene.begin(5)).toBeGreaterThan(0)
    expect([scene.goOn(large, 2), scene.goOn(small, 2)]).toEqual(['NONE', 'FETCH_SESSION_ID_NOT_FOUND'])
  })

  it('have no more partitions in all than there may be', () => {
    const scene = new Scene({ maxPartitions: 10 })
    const first = scene.begin(6)
    expect([scene.begin(5), scene.sessions.partitions]).toEqual([0, 6])
    expect(scene.goOn(first, 1, { topics: scene.topics(4, 6) })).toBe('NONE')
    expect(scene.goOn(first, 2, { topics: scene.topics(1, 10) })).toBe('FETCH_SESSION_ID_NOT_FOUND')
    expect([scene.sessions.size, scene.sessions.partitions, scene.watched]).toEqual([0, 0, 0])
  })

  it('watch their partitions once each, and none when they are over', () => {
    const scene = new Scene({ maxSessions: 2 })
    const [first, second] = [scene.begin(6), scene.begin(6)]
    scene.goOn(first, 1, { topics: scene.topics(6) })
    expect(scene.watched).toBe(12)
    const forgottenTopicsData = [{ topic: 't', topicId: '', partitions: [0, 1] }]
    scene.goOn(first, 2, { forgottenTopicsData })
    expect(scene.watched).toBe(10)
    scene.goOn(second, -1)
    expect(scene.watched).toBe(4)
    scene.nowMs = 200_000
    scene.begin(2)
    scene.begin(3)
    expect(scene.watched).toBe(5)
  })

  it('watch no partition that has changed until someone goes on with them', () => {
    const scene = new Scene()
    const id = scene.begin(6)
    for (const partition of scene.partitions) partition.append(1, true)
    expect(scene.watched).toBe(0)
    scene.goOn(id, 1)
    expect(scene.watched).toBe(6)
  })

  it('leave a request that waits with what there is when they are over', () => {
    const scene = new Scene()
    const id = scene.begin(2)
    const by = { usesTopicIds: false, viewer: () => '' }
    const waiting = scene.sessions.begin({ ...emptyRequest, sessionId: id, sessionEpoch: 1 }, by)
    if (typeof waiting === 'number') throw new Error('there is no session')
    let isWoken = false
    const wake = () => {
      isWoken = true
    }
    waiting.watched[0]?.waiters.add({ onGrowth: wake, onGone: wake })
    scene.goOn(id, -1)
    waiting.watch([])
    expect([isWoken, scene.watched]).toEqual([true, 0])
    expect(waiting.answer([])).toEqual({ errorCode: 0, sessionId: id, responses: [] })
  })
})
