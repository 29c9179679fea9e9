import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Reader } from '../../../lib/kafka/index.ts'
import { SimulatedConsumer } from '../testing/simulated-consumer.ts'
import { FakeTopics } from '../testing/topics.ts'
import { partitionsOf } from './assignment.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { recordsOf, tombstonesOf } from './consumer-records.ts'
import { readConsumerEvent } from './consumer-replay.ts'
import { leaving, removeMembers } from './departure.ts'

const names = ['a', 'b', 'c']

/** A group, its members and its log, under whatever may happen to them. */
class World {
  readonly topics = new FakeTopics({ a: 3, b: 5 })
  readonly consumers: SimulatedConsumer[] = []
  readonly log: { key: Buffer; value: Buffer | null }[] = []
  group = new ConsumerGroup('g')
  nowMs = 0
  #nextId = 0

  beat(index: number, isAnswerLost = false): void {
    this.#one(index)?.beat(this.group, this.#around, this.nowMs, isAnswerLost)
  }

  join(topicNames: string[]): void {
    if (this.consumers.length === 6) return
    this.consumers.push(new SimulatedConsumer(`m${this.#nextId++}`, topicNames))
    this.beat(this.consumers.length - 1)
  }

  leave(index: number): void {
    const consumer = this.#one(index)
    if (consumer === undefined) return
    this.consumers.splice(this.consumers.indexOf(consumer), 1)
    const member = leaving(this.group, consumer.memberId, null)
    if (!('errorCode' in member)) removeMembers(this.group, [member], this.topics)
  }

  subscribe(index: number, topicNames: string[]): void {
    const consumer = this.#one(index)
    if (consumer !== undefined) consumer.topicNames = topicNames
  }

  giveUp(index: number): void {
    this.#one(index)?.giveUp()
  }
  takeOver(index: number): void {
    this.#one(index)?.takeOver()
  }

  /** Everything is written; the broker is killed and reads it again. */
  restart(): void {
    this.write()
    this.group = replayed(this.log)
  }

  write(): void {
    for (const { key, value } of recordsOf(this.group, this.group.takeChanges(), this.nowMs))
      this.log.push({ key: key as Buffer, value })
  }

  /** Nothing more happens but heartbeats. */
  settle(): void {
    for (let round = 0; round < 12; round++)
      for (let i = 0; i < this.consumers.length; i++) {
        this.giveUp(i)
        this.beat(i)
        this.takeOver(i)
      }
  }

  /** Who reads a partition now. */
  readers(): Map<string, string[]> {
    const readers = new Map<string, string[]>()
    for (const { memberId, held } of this.consumers)
      for (const [topicId, partition] of partitionsOf(held)) {
        const key = `${topicId}-${partition}`
        readers.set(key, [...(readers.get(key) ?? []), memberId])
      }
    return readers
  }

  #one(index: number): SimulatedConsumer | undefined {
    return this.consumers[index % Math.max(1, this.consumers.length)]
  }

  get #around() {
    return { topics: this.topics, sessionTimeoutMs: 45_000, maxSize: 100 }
  }
}

function replayed(log: World['log']): ConsumerGroup {
  const group = new ConsumerGroup('g')
  for (const { key, value } of log) {
    const reader = new Reader(key)
    readConsumerEvent(reader.int16(), reader, value)?.apply(group)
  }
  group.takeChanges()
  return group
}

const index = fc.nat(5)
const someNames = fc.subarray(names)
const act = fc.oneof(
  { weight: 2, arbitrary: someNames.map(topics => (w: World) => w.join(topics)) },
  { weight: 12, arbitrary: index.map(i => (w: World) => w.beat(i)) },
  { weight: 2, arbitrary: index.map(i => (w: World) => w.beat(i, true)) },
  { weight: 6, arbitrary: index.map(i => (w: World) => w.giveUp(i)) },
  { weight: 6, arbitrary: index.map(i => (w: World) => w.takeOver(i)) },
  { weight: 1, arbitrary: index.map(i => (w: World) => w.leave(i)) },
  {
    weight: 2,
    arbitrary: fc.tuple(index, someNames).map(
      ([i, n]) =>
        (w: World) =>
          w.subscribe(i, n),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...names), fc.integer({ min: 1, max: 6 })).map(
      ([name, count]) =>
        (w: World) =>
          w.topics.set(name, count),
    ),
  },
  { weight: 1, arbitrary: fc.constant((w: World) => w.restart()) },
)

describe('a consumer group', () => {
  it('never lets two members read one partition, and ends stable with all of them read, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80, size: 'max' }), acts => {
        const world = new World()
        for (const run of acts) {
          run(world)
          expect([...world.readers()].filter(([, readers]) => readers.length > 1)).toEqual([])
        }
        world.settle()
        expect(world.group.state).toBe(world.consumers.length === 0 ? 'Empty' : 'Stable')
        expectAllRead(world)
      }),
      { numRuns: 300 },
    )
  })

  it('knows after a restart who holds what, whatever of it was written together', () => {
    const world = new World()
    world.join(['a'])
    world.subscribe(0, [])
    world.restart()
    world.beat(0)
    world.beat(0)
    world.join(['a'])
    world.subscribe(0, ['a'])
    world.beat(0)
    world.takeOver(1)
    world.restart()
    world.beat(0)
    world.takeOver(0)
    expect([...world.readers().values()]).toEqual([['m1'], ['m1'], ['m1']])
  })

  it('is after a restart what it was, from its records alone', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60, size: 'max' }), acts => {
        const world = new World()
        for (const run of acts) {
          run(world)
          world.write()
        }
        const read = replayed(world.log)
        expect([...read.members].sort()).toEqual([...world.group.members].sort())
        expect([...read.targets].sort()).toEqual([...world.group.targets].sort())
        expect([read.epoch, read.assignmentEpoch, read.metadataHash, read.state]).toEqual([
          world.group.epoch,
          world.group.assignmentEpoch,
          world.group.metadataHash,
          world.group.state,
        ])
        const taken = [...world.log, ...tombstonesOf(read, 0)] as World['log']
        expect(replayed(taken).members.size).toBe(0)
      }),
    )
  })
})

/** Every partition that someone asks for has its reader, who asks for it. */
function expectAllRead(world: World): void {
  const readers = world.readers()
  for (const { id, name, partitionCount } of world.topics.all()) {
    const askers = world.consumers.filter(c => c.topicNames.includes(name)).map(c => c.memberId)
    for (let partition = 0; partition < partitionCount; partition++) {
      const [reader] = readers.get(`${id}-${partition}`) ?? []
      if (askers.length === 0) expect(reader).toBeUndefined()
      else expect(askers).toContain(reader)
    }
  }
}
