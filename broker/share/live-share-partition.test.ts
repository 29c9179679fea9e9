import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../lib/kafka/index.ts'
import { ManualDeadlines } from '../testing/manual-deadlines.ts'
import { acknowledgeTypes } from './acknowledgement.ts'
import { LiveSharePartition } from './live-share-partition.ts'
import type { ShareSnapshot } from './share-partition.ts'

const { accept } = acknowledgeTypes

class Scene {
  readonly deadlines = new ManualDeadlines()
  /** What is being written; a test says when and whether it is durable. */
  readonly writes: { snapshot: ShareSnapshot; done: (isWritten: boolean) => void }[] = []
  woken = 0
  readonly live = new LiveSharePartition({
    snapshot: { startOffset: 0, runs: [] },
    deadlines: this.deadlines,
    nowMs: () => this.deadlines.nowMs,
    limits: () => ({ deliveryCount: 5, inFlight: 100, lockMs: 1_000 }),
    write: snapshot => new Promise(done => this.writes.push({ snapshot, done })),
  })

  constructor() {
    this.live.waiters.add({
      onGrowth: () => {
        this.woken++
      },
      onGone: () => undefined,
    })
  }

  acquire(memberId: string, first: number, last: number): number {
    const request = { memberId, maxRecords: 100, batchSize: 100, isStrict: false }
    return this.live.acquire({ from: first, batches: [{ first, last }] }, request).length
  }

  accept(memberId: string, firstOffset: number, lastOffset: number): Promise<number> {
    return this.live.acknowledge(memberId, [{ firstOffset, lastOffset, acknowledgeTypes: [accept] }])
  }
}

describe('a share partition that lives', () => {
  it('answers an acknowledgement when it is durable; those that come meanwhile share the next write', async () => {
    const scene = new Scene()
    scene.acquire('m', 0, 9)
    const answered: number[] = []
    const all = [0, 1, 2].map(i => scene.accept('m', i, i).then(code => answered.push(code)))
    expect(scene.writes.map(({ snapshot }) => snapshot.startOffset)).toEqual([1])
    scene.writes[0]?.done(true)
    await expect.poll(() => scene.writes.length).toBe(2)
    expect(answered).toEqual([0])
    expect(scene.writes[1]?.snapshot.startOffset).toBe(3)
    scene.writes[1]?.done(true)
    await Promise.all(all)
    expect(answered).toEqual([0, 0, 0])
  })

  it('says where it could not be written, and writes all of it with the next', async () => {
    const scene = new Scene()
    scene.acquire('m', 0, 9)
    const failed = scene.accept('m', 0, 4)
    scene.writes[0]?.done(false)
    expect(await failed).toBe(errorCodes.KAFKA_STORAGE_ERROR)
    const next = scene.accept('m', 5, 5)
    expect(scene.writes[1]?.snapshot.startOffset).toBe(6)
    scene.writes[1]?.done(true)
    expect(await next).toBe(0)
  })

  it('takes records back when their time is up, and wakes who waits for them', () => {
    const scene = new Scene()
    scene.acquire('m', 0, 4)
    scene.deadlines.advance(500)
    scene.acquire('m', 5, 9)
    scene.deadlines.advance(499)
    expect([scene.live.nextOffset, scene.woken]).toEqual([10, 0])
    scene.deadlines.advance(1)
    expect([scene.live.nextOffset, scene.woken]).toEqual([0, 1])
    expect(scene.acquire('n', 0, 4)).toBe(1)
    scene.deadlines.advance(500)
    expect([scene.live.nextOffset, scene.woken]).toEqual([5, 2])
    expect(scene.writes.length).toBe(1)
  })

  it('hands out and writes nothing any more when it is closed', async () => {
    const scene = new Scene()
    scene.acquire('m', 0, 4)
    scene.live.close()
    expect(scene.live.canAcquire(100)).toBe(false)
    expect(await scene.accept('m', 0, 4)).toBe(errorCodes.KAFKA_STORAGE_ERROR)
    scene.deadlines.advance(5_000)
    expect([scene.writes.length, scene.woken]).toEqual([0, 0])
  })
})
