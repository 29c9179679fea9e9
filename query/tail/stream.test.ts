import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeKafka } from '../../aggregator/testing/fake-kafka.ts'
import { memoryLogger } from '../../lib/base/index.ts'
import { writeLogsRequest } from '../../lib/otlp/index.ts'
import type { LogLine } from '../api/schemas.ts'
import { Follower } from './follower.ts'
import { TailHub } from './hub.ts'
import { formatPositions, parsePositions } from './positions.ts'
import type { TailSink } from './sink.ts'
import { followTail, type TailQuestion } from './stream.ts'

const topic = 'otlp_logs'
interface Event {
  event: string
  data: { body: string; count: number }
  id: string
}

describe('a tail', () => {
  let kafka: FakeKafka
  let hub: TailHub
  const open: Recorder[] = []
  beforeEach(() => {
    kafka = new FakeKafka()
    kafka.makeTopic(topic, 2)
    hub = new TailHub(kafka.client(), topic, 'default', memoryLogger().logger)
  })
  afterEach(async () => {
    for (const recorder of open.splice(0)) recorder.stop()
    await hub.close()
  })

  const send = (partition: number, bodies: string[], headers: { key: string; value: Buffer }[] = []) => {
    const time = { seconds: 1_795_885_646, nanos: 0 }
    const records = bodies.map(body => ({
      time,
      observed: time,
      severityNumber: 9,
      severityText: '',
      body,
      attributes: {},
    }))
    const value = writeLogsRequest({ resource: { 'service.name': 's' }, scope: 's' }, records)
    kafka.append(topic, partition, [{ key: null, value, headers, timestampMs: 1000 }])
  }
  const follow = async (question: Partial<TailQuestion> = {}) => {
    const recorder = new Recorder()
    open.push(recorder)
    const streamer = await followTail(hub, { tenant: 'default', matches: () => true, ...question })
    recorder.run(streamer(recorder))
    return recorder
  }

  it('goes on in the middle of a record where it left off, and leaves nothing out', async () => {
    send(0, ['before'])
    const first = await follow()
    send(0, ['a', 'b', 'c'])
    send(1, ['d'])
    const seen = await first.lines(4)
    expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd'])
    const at = first.events.find(({ data }) => data.body === 'b')
    first.stop()
    send(0, ['meanwhile'])
    const second = await follow({ from: parsePositions(String(at?.id)) })
    send(1, ['late'])
    const rest = await second.lines(seen.indexOf('d') < seen.indexOf('b') ? 3 : 4)
    expect(rest.filter(body => body !== 'd').toSorted()).toEqual(['c', 'late', 'meanwhile'])
  })

  it('shows no line again that the reader of all followers comes to later', async () => {
    const follower = new Follower(() => true)
    follower.continue(parsePositions('0-5-1'))
    const line = (offset: number, index: number) =>
      ({ body: `${offset}.${index}`, source: { offset: String(offset), partition: 0, index } }) as LogLine
    follower.take([line(4, 0), line(5, 0), line(5, 1), line(6, 0)], 0, 7)
    const recorder = new Recorder()
    open.push(recorder)
    const sending = follower.sendWaiting(recorder)
    expect(await recorder.lines(2)).toEqual(['5.1', '6.0'])
    await new Promise(setImmediate)
    follower.wake()
    await sending
  })

  it('shows a tenant nothing of another, live and out of the past', async () => {
    const ofAcme = [{ key: 'millrace.tenant', value: Buffer.from('acme') }]
    send(0, ['secret of the past'], ofAcme)
    send(0, ['mine of the past'])
    const mine = await follow({ from: parsePositions('0-0_1-0') })
    const theirs = await follow({ tenant: 'acme' })
    await mine.lines(1)
    send(1, ['their secret'], ofAcme)
    send(1, ['mine'])
    expect(await mine.lines(2)).toEqual(['mine of the past', 'mine'])
    expect(await theirs.lines(1)).toEqual(['their secret'])
  })

  it('begins with what it is given and what is not in the store yet', async () => {
    send(0, ['stored'])
    send(0, ['not stored yet'])
    const line = { body: 'stored', source: { offset: '0', partition: 0, index: 0 } } as LogLine
    const tail = await follow({ before: [line], from: parsePositions('0-1') })
    send(1, ['live'])
    expect(await tail.lines(3)).toEqual(['stored', 'not stored yet', 'live'])
  })

  it('says how many records retention took meanwhile', async () => {
    for (const body of ['a', 'b', 'c']) send(0, [body])
    kafka.deleteBefore(topic, 0, 2)
    const tail = await follow({ from: parsePositions('0-0') })
    expect(await tail.lines(1)).toEqual(['c'])
    expect(tail.events.find(({ event }) => event === 'dropped')?.data.count).toBe(2)
  })
})

it('positions are written in one word and read back', () => {
  const positions = new Map([
    [0, { offset: 12, index: 0 }],
    [3, { offset: 7, index: 2 }],
  ])
  expect(formatPositions(positions)).toBe('0-12_3-7-2')
  expect(parsePositions('0-12_3-7-2')).toEqual(positions)
  for (const wrong of ['x', '1', '1-2_', '1-2-3-4', '-1-2']) expect(() => parsePositions(wrong)).toThrow()
})

/** Keeps what is sent. */
class Recorder implements TailSink {
  readonly events: Event[] = []
  isGone = false
  #abort: () => void = () => undefined
  #ran: Promise<void> = Promise.resolve()

  run(streaming: Promise<void>): void {
    this.#ran = streaming
  }

  onGone(listener: () => void): void {
    this.#abort = listener
  }

  send(event: string, data: object, id: string): Promise<void> {
    this.events.push({ event, data: data as Event['data'], id })
    return Promise.resolve()
  }

  stop(): void {
    this.isGone = true
    this.#abort()
  }

  async lines(count: number): Promise<string[]> {
    const deadline = performance.now() + 5_000
    const bodies = () => this.events.filter(({ event }) => event === 'log').map(({ data }) => data.body)
    while (bodies().length < count && performance.now() < deadline)
      await Promise.race([this.#ran, new Promise(resolve => setTimeout(resolve, 10))])
    expect(bodies()).toHaveLength(count)
    return bodies()
  }
}
