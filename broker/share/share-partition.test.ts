import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../lib/kafka/index.ts'
import { type Acknowledgement, acknowledgeTypes, areValid } from './acknowledgement.ts'
import { type AcquireRequest, type OffsetRange, SharePartition } from './share-partition.ts'

const { accept, release, reject, gap, renew } = acknowledgeTypes
const limits = { deliveryCount: 3, inFlight: 10, lockMs: 30_000 }

class Scene {
  nowMs = 0
  partition: SharePartition

  constructor(startOffset = 0) {
    this.partition = new SharePartition({ startOffset, runs: [] })
  }

  /** `0-4x1`: offsets and how often they have been handed out. */
  acquire(
    memberId: string,
    batches: [number, number][],
    request: Partial<AcquireRequest> = {},
    from = this.partition.nextOffset,
  ): string[] {
    const ranges: OffsetRange[] = batches.map(([first, last]) => ({ first, last }))
    const asked = { memberId, maxRecords: 500, batchSize: 500, isStrict: false, ...request }
    return this.partition
      .acquire({ from, batches: ranges }, asked, limits, this.nowMs)
      .map(({ first, last, deliveryCount }) => `${first}-${last}x${deliveryCount}`)
  }

  acknowledge(memberId: string, firstOffset: number, lastOffset: number, ...types: number[]): number {
    const acknowledgement: Acknowledgement = { firstOffset, lastOffset, acknowledgeTypes: types }
    return this.partition.acknowledge(memberId, [acknowledgement], limits, this.nowMs)
  }

  wait(ms: number): boolean {
    this.nowMs += ms
    return this.partition.expire(this.nowMs, limits)
  }
}

describe('handing out', () => {
  it('gives every record to one member, whole batches at a time, and goes on where it left off', () => {
    const scene = new Scene()
    const batches: [number, number][] = [
      [0, 2],
      [3, 4],
      [5, 9],
    ]
    expect(scene.acquire('a', batches, { maxRecords: 4 })).toEqual(['0-4x1'])
    expect(scene.acquire('b', batches)).toEqual(['5-9x1'])
    expect(scene.acquire('c', batches)).toEqual([])
    expect(scene.partition.nextOffset).toBe(10)
  })

  it('splits batches where the limit is strict, and what clients acknowledge at once', () => {
    const scene = new Scene()
    expect(scene.acquire('a', [[0, 9]], { maxRecords: 4, isStrict: true })).toEqual(['0-3x1'])
    const other = new Scene()
    expect(
      other.acquire(
        'a',
        [
          [0, 1],
          [2, 3],
          [4, 5],
        ],
        { batchSize: 3 },
      ),
    ).toEqual(['0-3x1', '4-5x1'])
  })

  it('leaves what was released while it was read to the next', () => {
    const scene = new Scene()
    scene.acquire('a', [[0, 4]])
    const from = scene.partition.nextOffset
    scene.acknowledge('a', 1, 2, release)
    expect(scene.acquire('b', [[5, 9]], {}, from)).toEqual(['5-9x1'])
    expect(scene.acquire('b', [[0, 4]])).toEqual(['1-2x2'])
  })

  it('stops while too many records are in flight', () => {
    const scene = new Scene()
    expect(scene.acquire('a', [[0, 7]])).toEqual(['0-7x1'])
    // the last batch may exceed the limit
    expect(
      scene.acquire('a', [
        [8, 12],
        [13, 14],
      ]),
    ).toEqual(['8-12x1'])
    expect(scene.partition.canAcquire(100, limits)).toBe(false)
    scene.acknowledge('a', 3, 12, accept)
    expect(scene.partition.startOffset).toBe(0)
    expect(scene.partition.canAcquire(100, limits)).toBe(true)
    expect(scene.acquire('b', [[13, 14]])).toEqual(['13-14x1'])
  })

  it('passes over what the log does not have any more', () => {
    const scene = new Scene()
    expect(
      scene.acquire('a', [
        [3, 4],
        [8, 9],
      ]),
    ).toEqual(['3-4x1', '8-9x1'])
    expect(scene.partition.startOffset).toBe(3)
    scene.acknowledge('a', 3, 4, accept)
    expect(scene.partition.startOffset).toBe(8)
  })

  it('begins within a batch where the start lies there, and later where the log does', () => {
    const scene = new Scene(5)
    expect(scene.acquire('a', [[0, 9]])).toEqual(['5-9x1'])
    scene.partition.moveStart(8)
    expect(scene.acknowledge('a', 5, 9, accept)).toBe(0)
    expect(scene.partition.startOffset).toBe(10)
  })
})

describe('acknowledging', () => {
  it('accepts, releases and rejects, each record on its own', () => {
    const scene = new Scene()
    scene.acquire('a', [[0, 4]])
    expect(scene.acknowledge('a', 0, 4, accept, release, accept, reject, gap)).toBe(0)
    expect([scene.partition.startOffset, scene.partition.doneCount]).toEqual([1, 3])
    expect(scene.acquire('b', [[0, 4]])).toEqual(['1-1x2'])
    expect(scene.acknowledge('b', 1, 1, accept)).toBe(0)
    expect([scene.partition.startOffset, scene.partition.nextOffset]).toEqual([5, 5])
  })

  it('changes nothing where one record is not the member’s', () => {
    const scene = new Scene()
    scene.acquire('a', [[0, 4]], { maxRecords: 3, isStrict: true })
    scene.acquire('b', [[0, 4]])
    expect(scene.acknowledge('a', 0, 3, accept)).toBe(errorCodes.INVALID_RECORD_STATE)
    expect(scene.acknowledge('b', 0, 0, accept)).toBe(errorCodes.INVALID_RECORD_STATE)
    expect(scene.acknowledge('b', 3, 9, accept)).toBe(errorCodes.INVALID_REQUEST)
    expect(scene.acknowledge('a', 0, 2, accept)).toBe(0)
    expect(scene.acknowledge('a', 1, 2, accept)).toBe(0)
  })

  it('archives what has been handed out too often', () => {
    const scene = new Scene()
    for (let count = 1; count <= 3; count++) {
      expect(scene.acquire('a', [[0, 0]])).toEqual([`0-0x${count}`])
      scene.acknowledge('a', 0, 0, release)
    }
    expect([scene.acquire('a', [[0, 0]]), scene.partition.startOffset]).toEqual([[], 1])
  })

  it('takes back what is locked for too long, unless it is renewed', () => {
    const scene = new Scene()
    scene.acquire('a', [[0, 1]])
    expect(scene.partition.nextDeadlineMs).toBe(30_000)
    scene.nowMs = 20_000
    scene.acknowledge('a', 1, 1, renew)
    expect(scene.wait(9_999)).toBe(false)
    expect(scene.wait(1)).toBe(true)
    expect(scene.acknowledge('a', 0, 0, accept)).toBe(errorCodes.INVALID_RECORD_STATE)
    expect(scene.acquire('b', [[0, 1]])).toEqual(['0-0x2'])
    expect(scene.acknowledge('a', 1, 1, accept)).toBe(0)
  })

  it('takes back what a member that is gone was handed', () => {
    const scene = new Scene()
    scene.acquire('a', [[0, 1]])
    expect(scene.partition.release('b', limits)).toBe(false)
    expect(scene.partition.release('a', limits)).toBe(true)
    expect(scene.acquire('b', [[0, 1]])).toEqual(['0-1x2'])
  })

  it('is looked at only where it is in order, complete and of known types', () => {
    const of = (firstOffset: number, lastOffset: number, ...types: number[]) => ({
      firstOffset,
      lastOffset,
      acknowledgeTypes: types,
    })
    expect(areValid([of(0, 3, accept), of(4, 5, reject, gap)], false)).toBe(true)
    expect(areValid([of(3, 2, accept)], false)).toBe(false)
    expect(areValid([of(0, 3, accept), of(3, 5, accept)], false)).toBe(false)
    expect(areValid([of(0, 3)], false)).toBe(false)
    expect(areValid([of(0, 3, accept, accept)], false)).toBe(false)
    expect(areValid([of(0, 3, 5)], true)).toBe(false)
    expect([areValid([of(0, 3, renew)], false), areValid([of(0, 3, renew)], true)]).toEqual([false, true])
  })
})

describe('a share partition, whatever happens to it', () => {
  const members = ['a', 'b', 'c']
  const batches: [number, number][] = [
    [0, 3],
    [4, 4],
    [5, 9],
    [10, 11],
    [14, 19],
  ]
  const member = fc.constantFrom(...members)
  const type = fc.constantFrom(accept, release, reject, gap, renew)
  const act = fc.oneof(
    fc.record({ kind: fc.constant('acquire'), member, count: fc.nat(6), isStrict: fc.boolean() }),
    fc.record({ kind: fc.constant('acknowledge'), member, first: fc.nat(19), count: fc.nat(5), type }),
    fc.record({ kind: fc.constant('release'), member }),
    fc.record({ kind: fc.constant('wait'), ms: fc.nat(40_000) }),
    fc.record({ kind: fc.constant('restart') }),
  )

  it('hands no record to two at once nor more often than it may, and forgets none', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60, size: 'max' }), acts => {
        const world = new Model(batches)
        for (const one of acts) world.act(one as never)
        world.finish()
        expect(world.open()).toEqual([])
        expect(world.scene.partition.startOffset).toBe(20)
      }),
    )
  })

  /** Every record by itself, as plainly as can be. */
  class Model {
    readonly scene = new Scene()
    readonly #batches: [number, number][]
    readonly #holders = new Map<number, { memberId: string; untilMs: number }>()
    readonly #counts = new Map<number, number>()
    readonly #done = new Set<number>()

    constructor(log: [number, number][]) {
      this.#batches = log
    }

    act(one: {
      kind: string
      member: string
      count: number
      isStrict: boolean
      first: number
      type: number
      ms: number
    }): void {
      if (one.kind === 'acquire') this.acquire(one.member, one.count, one.isStrict)
      else if (one.kind === 'acknowledge')
        this.#acknowledge(one.member, one.first, one.first + one.count, one.type)
      else if (one.kind === 'release') this.#release(one.member)
      else if (one.kind === 'wait') this.#wait(one.ms)
      else this.#restart()
    }

    acquire(memberId: string, maxRecords: number, isStrict: boolean): void {
      for (const text of this.scene.acquire(memberId, this.#batches, { maxRecords, isStrict })) {
        const [first = 0, last = 0, count = 0] = text.split(/[-x]/).map(Number)
        for (let offset = first; offset <= last; offset++) {
          expect([offset, this.#holders.has(offset), this.#done.has(offset)]).toEqual([offset, false, false])
          expect(count).toBe((this.#counts.get(offset) ?? 0) + 1)
          expect(count).toBeLessThanOrEqual(limits.deliveryCount)
          this.#counts.set(offset, count)
          this.#holders.set(offset, { memberId, untilMs: this.scene.nowMs + limits.lockMs })
        }
      }
    }

    /** Members take and accept until there is nothing left. */
    finish(): void {
      this.#wait(limits.lockMs)
      for (let i = 0; i < 30; i++) {
        this.acquire('a', 500, false)
        for (const offset of [...this.#holders.keys()]) this.#acknowledge('a', offset, offset, accept)
      }
    }

    open(): number[] {
      return this.#batches.flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(o => !this.#done.has(o)),
      )
    }

    #acknowledge(memberId: string, first: number, last: number, how: number): void {
      const from = Math.max(first, this.scene.partition.startOffset)
      const offsets = Array.from({ length: Math.max(0, last - from + 1) }, (_, i) => from + i)
      const isOurs = offsets.every(offset => this.#holders.get(offset)?.memberId === memberId)
      const code = this.scene.acknowledge(memberId, first, last, how)
      if (offsets.length > 0) expect(code === 0).toBe(isOurs)
      if (code !== 0) return
      for (const offset of offsets)
        if (how === renew) this.#holders.set(offset, { memberId, untilMs: this.scene.nowMs + limits.lockMs })
        else if (how === release) this.#return(offset)
        else this.#end(offset)
    }

    #release(memberId: string): void {
      this.scene.partition.release(memberId, limits)
      for (const [offset, holder] of this.#holders) if (holder.memberId === memberId) this.#return(offset)
    }

    #wait(ms: number): void {
      this.scene.wait(ms)
      for (const [offset, { untilMs }] of this.#holders) if (untilMs <= this.scene.nowMs) this.#return(offset)
    }

    #restart(): void {
      this.scene.partition = new SharePartition(this.scene.partition.snapshot())
      for (const offset of this.#holders.keys()) this.#undeliver(offset)
    }

    #return(offset: number): void {
      this.#holders.delete(offset)
      if ((this.#counts.get(offset) ?? 0) >= limits.deliveryCount) this.#done.add(offset)
    }

    #undeliver(offset: number): void {
      this.#holders.delete(offset)
      this.#counts.set(offset, (this.#counts.get(offset) ?? 0) - 1)
    }

    #end(offset: number): void {
      this.#holders.delete(offset)
      this.#done.add(offset)
    }
  }
})
