import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Known, ModelBroker, ModelConsumer } from '../testing/fetch-session-model.ts'

const topics = ['a', 'b']
const partitionsOfTopic = 3
/** One partition more than there are. */
const names = topics.flatMap(topic => [0, 1, 2, 3].map(index => `${topic}-${index}`))
const changes = ['append', 'delete', 'remake', 'remove', 'judge'] as const
const acts = ['want', 'leave', 'seek', 'isolate', 'restart', 'fetch', 'fetch', 'fetch'] as const
const plenty = 1_000_000

interface Step {
  kind: (typeof changes)[number] | (typeof acts)[number]
  topic: string
  index: number
  name: string
  count: number
  offset: number
  flag: boolean
  level: number
  meanwhile: Step[]
}

function stepOf(kinds: readonly Step['kind'][], meanwhile: fc.Arbitrary<Step[]>): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    topic: fc.constantFrom(...topics),
    index: fc.nat(partitionsOfTopic - 1),
    name: fc.constantFrom(...names),
    count: fc.integer({ min: 1, max: 4 }),
    offset: fc.nat(10),
    flag: fc.boolean(),
    level: fc.nat(1),
    meanwhile,
  })
}

const still = fc.constant<Step[]>([])
const during = (kinds: readonly Step['kind'][]) => fc.array(stepOf(kinds, still), { maxLength: 4 })
const stepsOf = (kinds: readonly Step['kind'][], meanwhile: fc.Arbitrary<Step[]>) =>
  fc.array(stepOf([...kinds, ...kinds, ...acts], meanwhile), { minLength: 10, maxLength: 60 })

/** A consumer with a session beside one without, of the same broker, doing the same. */
class Scene {
  readonly broker = new ModelBroker()
  readonly incremental = new ModelConsumer(true)
  readonly naive = new ModelConsumer(false)
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    for (const topic of topics) this.broker.createTopic(topic, partitionsOfTopic)
  }

  do(step: Step): void {
    for (const consumer of [this.incremental, this.naive]) act(consumer, step)
    if (step.kind === 'restart') this.broker.restart()
    if (step.kind === 'fetch') this.#fetch(step)
    else change(this.broker, step)
  }

  #fetch(step: Step): void {
    const isLost = step.flag && step.level === 1
    const meanwhile = step.meanwhile.map(one => () => change(this.broker, one))
    this.incremental.fetch(this.broker, this.#maxBytes, isLost, meanwhile)
    this.naive.fetch(this.broker, this.#maxBytes, isLost)
  }

  /** Both read all there is. */
  drain(): void {
    for (let i = 0; i < 100; i++) {
      this.incremental.fetch(this.broker, this.#maxBytes, false)
      this.naive.fetch(this.broker, plenty, false)
    }
  }
}

function act(consumer: ModelConsumer, { kind, name, offset, level }: Step): void {
  if (kind === 'want') consumer.want(name)
  if (kind === 'leave') consumer.leave(name)
  if (kind === 'seek') consumer.seek(name, offset)
  if (kind === 'isolate') consumer.isolationLevel = level
}

function change(broker: ModelBroker, { kind, topic, index, count, offset, flag }: Step): void {
  const partition = broker.partition(topic, index)
  if (kind === 'append') partition?.append(count, flag)
  if (kind === 'delete') partition?.deleteBefore(offset)
  if (kind === 'remove' || kind === 'remake') broker.deleteTopic(topic)
  if (kind === 'remake') broker.createTopic(topic, partitionsOfTopic)
  if (kind === 'judge') broker.judge(topic, flag)
}

const known = (consumer: ModelConsumer): [string, Known][] => [...consumer.wanted].sort()
/** How far one has come with a partition that is gone is of when it was there. */
const readable = ([name, { position, ...rest }]: [string, Known]) =>
  rest.errorCode === 0 ? { name, position, ...rest } : { name, ...rest }

describe('a consumer with a fetch session', () => {
  it('knows after every answer what one knows that asks for everything every time', () =>
    fc.assert(
      fc.property(stepsOf(changes, still), steps => {
        const scene = new Scene(plenty)
        for (const step of steps) {
          scene.do(step)
          expect(known(scene.incremental)).toEqual(known(scene.naive))
          expect([...scene.incremental.seen].sort()).toEqual([...scene.naive.seen].sort())
        }
      }),
      { numRuns: 1_000 },
    ))

  it('ends up knowing the same whatever changes while it is answered, a record at a time', () =>
    fc.assert(
      fc.property(stepsOf(changes, during(changes)), steps => {
        const scene = new Scene(1)
        const [first] = steps as [Step]
        scene.do({ ...first, kind: 'isolate' })
        for (const step of steps) if (step.kind !== 'isolate') scene.do(step)
        scene.drain()
        expect(known(scene.incremental).map(readable)).toEqual(known(scene.naive).map(readable))
      }),
      { numRuns: 1_000 },
    ))

  it('reads every record once and in order where none is taken away', () =>
    fc.assert(
      fc.property(stepsOf(['append'], during(['append'])), steps => {
        const scene = new Scene(2)
        const [first] = steps as [Step]
        scene.do({ ...first, kind: 'isolate' })
        for (const step of steps) if (step.kind !== 'seek' && step.kind !== 'isolate') scene.do(step)
        for (const name of names) scene.do({ ...first, kind: 'want', name })
        scene.drain()
        for (const name of names) {
          const of = ({ seen }: ModelConsumer) => seen.filter(one => one.startsWith(name))
          expect(of(scene.incremental)).toEqual(of(scene.naive))
        }
      }),
      { numRuns: 1_000 },
    ))

  it('is told by the next answer what has changed after the read of the one before', () => {
    const { broker, incremental } = new Scene(plenty)
    incremental.want('a-0')
    broker.partition('a', 0)?.append(2, true)
    incremental.fetch(broker, plenty, false)
    const afterRead = () => broker.partition('a', 0)?.deleteBefore(1)
    const nothing = () => undefined
    incremental.fetch(broker, plenty, false, [nothing, nothing, nothing, afterRead])
    incremental.fetch(broker, plenty, false)
    expect(incremental.wanted.get('a-0')).toMatchObject({ position: 2, logStartOffset: 1 })
  })

  it('is not kept from any partition by those that are never read to their end', () => {
    const { broker, incremental } = new Scene(1)
    for (const name of names) incremental.want(name)
    for (let i = 0; i < 24; i++) {
      for (const topic of topics)
        for (let index = 0; index < partitionsOfTopic; index++)
          broker.partition(topic, index)?.append(4, true)
      incremental.fetch(broker, 1, false)
    }
    const counts = names.map(name => incremental.seen.filter(one => one.startsWith(name)).length)
    // the first was given one by the request that began the session too
    expect(counts).toEqual([5, 4, 4, 0, 4, 4, 3, 0])
  })
})
