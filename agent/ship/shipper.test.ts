import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Metrics, memoryLogger, systemClock } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { type BatchCursor, errorCodes, readRecords, writeBatch } from '../../lib/kafka/index.ts'
import { type Log, openLog } from '../../lib/log/index.ts'
import { FakeKafka, type Fault } from '../testing/fake-kafka.ts'
import { inTemporaryFolder, until } from '../testing/temporary-folder.ts'
import { readLaneState } from './lane-state.ts'
import { Shipper } from './shipper.ts'

const topic = 'otlp_logs'

/** Numbers that a seed fixes, so that a failure can be run again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function append(log: Log, values: string[]): Promise<unknown> {
  const records = values.map(value => ({ key: null, value: Buffer.from(value), timestampMs: 1, headers: [] }))
  return log.append(writeBatch(records, { compression: 'zstd' }))
}

function openSpool(folder: string): Promise<Log> {
  return openLog({ folder, segmentBytes: 1_048_576, flush: 'os' })
}

async function ship(
  folder: string,
  log: Log,
  kafka: FakeKafka,
  random = Math.random,
  client: Partial<KafkaClient> = {},
) {
  const { logger, entries } = memoryLogger()
  const shipper = new Shipper({
    lane: { name: 'logs', signal: 'logs', topic, log },
    agentId: 'a',
    agentFolder: folder,
    folder,
    partitions: 4,
    state: await readLaneState(folder, log.startOffset),
    client: { ...kafka.client(), ...client },
    clock: systemClock,
    logger,
    metrics: new Metrics(),
    random,
  })
  shipper.start()
  return { shipper, entries }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `value ${i}`)
const shipped = (kafka: FakeKafka): string[] => kafka.valuesOf(topic).map(value => value.toString())

test('everything arrives once and in order, whatever happens to requests and answers', async () => {
  for (const seed of [1, 2, 3, 4]) {
    await inTemporaryFolder(async folder => {
      const random = seeded(seed)
      const faults: Fault[] = ['none', 'none', 'slow', 'lost-request', 'lost-answer', 'not-leader']
      const kafka = new FakeKafka()
      kafka.faultOf = () => faults[Math.floor(random() * faults.length)] ?? 'none'
      const log = await openSpool(folder)
      const all = names(120)
      // the waits between attempts are not what is tested
      const { shipper } = await ship(folder, log, kafka, () => -0.99)
      for (let i = 0; i < all.length; i += 3) {
        await append(log, all.slice(i, i + 3))
        shipper.wake()
      }
      await until(`all shipped with seed ${seed}`, () => shipper.ackedOffset === all.length)
      await shipper.close(0)
      expect(shipped(kafka)).toEqual(all)
      await log.close()
    })
  }
})

test('a shipper that is cut off at any moment goes on without loss or duplicate', async () => {
  await inTemporaryFolder(async folder => {
    const random = seeded(7)
    const kafka = new FakeKafka()
    kafka.faultOf = () => (random() < 0.3 ? 'slow' : 'none')
    const log = await openSpool(folder)
    const all = names(200)
    for (const value of all) await append(log, [value])
    for (let round = 0; shipped(kafka).length < all.length; round++) {
      expect(round).toBeLessThan(100)
      const { shipper } = await ship(folder, log, kafka)
      // ever longer, so that a machine with much else to do gets there too
      await new Promise(resolve => setTimeout(resolve, random() * 12 + round / 4))
      // nothing is drained and answers under way are never seen, as after a kill
      await shipper.close(0)
    }
    expect(shipped(kafka)).toEqual(all)
    await log.close()
  })
})

test('a broker that forgot the producer gets the rest from a new one', async () => {
  await inTemporaryFolder(async folder => {
    const kafka = new FakeKafka()
    const log = await openSpool(folder)
    await append(log, ['a', 'b'])
    const first = await ship(folder, log, kafka)
    await until('first shipped', () => first.shipper.ackedOffset === 2)
    await first.shipper.close(0)
    kafka.forgetProducers()
    await append(log, ['c'])
    const second = await ship(folder, log, kafka)
    await until('second shipped', () => second.shipper.ackedOffset === 3)
    await second.shipper.close(0)
    expect(shipped(kafka)).toEqual(['a', 'b', 'c'])
    expect(second.entries.map(e => e.message).join()).toContain('taking a new producer id')
    await log.close()
  })
})

const holds = (batch: BatchCursor, word: string): boolean =>
  [...readRecords(batch)].some(({ value }) => String(value) === word)

test('a batch that the broker refuses for good is split, and what it will never take is set aside', async () => {
  await inTemporaryFolder(async folder => {
    const kafka = new FakeKafka()
    kafka.refuse = batch => (holds(batch, 'large') ? errorCodes.MESSAGE_TOO_LARGE : 0)
    const log = await openSpool(folder)
    for (const values of [['a'], ['b'], ['1', '2', 'large', '3', '4'], ['c'], ['d']])
      await append(log, values)
    const { shipper, entries } = await ship(folder, log, kafka)
    await until('all shipped', () => shipper.ackedOffset === 9)
    await shipper.close(0)
    expect(shipped(kafka)).toEqual(['a', 'b', '1', '2', '3', '4', 'c', 'd'])
    expect(await readdir(join(folder, 'quarantine'))).toEqual(['logs-00000000000000000004.batch'])
    expect(entries.some(e => e.message === 'a batch was set aside')).toBe(true)
    await log.close()
  })
})

test('of a batch that was split half is sent once, also where the agent dies in between', async () => {
  await inTemporaryFolder(async folder => {
    const kafka = new FakeKafka()
    const log = await openSpool(folder)
    await append(log, ['1', '2', '3', '4'])
    let taken = 0
    kafka.refuse = batch => {
      if (batch.count > 1) return errorCodes.MESSAGE_TOO_LARGE
      return ++taken > 2 ? errorCodes.NOT_ENOUGH_REPLICAS : 0
    }
    const first = await ship(folder, log, kafka)
    await until('two of four', () => shipped(kafka).length === 2)
    await first.shipper.close(0)
    kafka.refuse = () => 0
    const second = await ship(folder, log, kafka)
    await until('all', () => second.shipper.ackedOffset === 4)
    await second.shipper.close(0)
    expect(shipped(kafka)).toEqual(['1', '2', '3', '4'])
    await log.close()
  })
})

test('for a broker that refuses our times they are moved until it takes them: nothing is set aside', async () => {
  for (const aheadMs of [3 * 3_600_000, -40 * 86_400_000]) {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      const brokersMs = 1 - aheadMs
      kafka.refuse = batch =>
        Math.abs(batch.maxTimestampMs - brokersMs) > 30 * 86_400_000 ||
        batch.maxTimestampMs - brokersMs > 3_600_000
          ? errorCodes.INVALID_TIMESTAMP
          : 0
      const log = await openSpool(folder)
      for (const value of names(20)) await append(log, [value])
      const { shipper, entries } = await ship(folder, log, kafka)
      await until('all shipped', () => shipper.ackedOffset === 20)
      await shipper.close(0)
      expect(shipped(kafka)).toEqual(names(20))
      expect(entries.filter(e => e.level === 'warn').map(e => e.message)).toEqual([
        'the broker refuses our times: its clock or ours is off, moving them',
      ])
      await log.close()
    })
  }
})

test('a batch that rotted on disk is set aside, and what follows it is shipped', async () => {
  await inTemporaryFolder(async folder => {
    const kafka = new FakeKafka()
    const log = await openSpool(folder)
    for (const value of ['a', 'b', 'c']) await append(log, [value])
    const length = (await log.read(0, 1)).bytes.length
    const file = await open(join(folder, '00000000000000000000.log'), 'r+')
    await file.write(Buffer.from([0xff, 0xff]), 0, 2, length + 65)
    await file.close()
    const { shipper } = await ship(folder, log, kafka)
    await until('all shipped', () => shipper.ackedOffset === 3)
    await shipper.close(0)
    expect(shipped(kafka)).toEqual(['a', 'c'])
    await log.close()
  })
})

test('an unreachable broker costs one line, not one per attempt', async () => {
  await inTemporaryFolder(async folder => {
    const kafka = new FakeKafka()
    kafka.reachable = false
    const log = await openSpool(folder)
    await append(log, ['a'])
    const { shipper, entries } = await ship(folder, log, kafka, () => -0.99)
    await new Promise(resolve => setTimeout(resolve, 100))
    kafka.reachable = true
    await until('shipped', () => shipper.ackedOffset === 1)
    await shipper.close(0)
    expect(entries.filter(e => e.level === 'warn').map(e => e.message)).toEqual(['cannot ship, trying on'])
    await log.close()
  })
})

test('closing ships what is left in the spool', async () => {
  await inTemporaryFolder(async folder => {
    const kafka = new FakeKafka()
    const log = await openSpool(folder)
    for (const value of names(20)) await append(log, [value])
    const { shipper } = await ship(folder, log, kafka)
    await shipper.close(2_000)
    expect(shipped(kafka)).toEqual(names(20))
    expect(await readLaneState(folder, 0)).toMatchObject({ ackedOffset: 20, topicOffset: 20 })
    await log.close()
  })
})

test('says for how long a broker that hangs has not answered, long before its request times out', async () => {
  await inTemporaryFolder(async folder => {
    const log = await openSpool(join(folder, 'log'))
    const kafka = new FakeKafka()
    const answers: (() => void)[] = []
    const { produce } = kafka.client()
    const hanging: KafkaClient['produce'] = async (...asked) => {
      await new Promise<void>(resolve => answers.push(resolve))
      return await produce(...asked)
    }
    const { shipper } = await ship(folder, log, kafka, Math.random, { produce: hanging })
    await until('it stands', () => shipper.connected)
    expect(shipper.unansweredMs).toBe(0)
    await append(log, ['a'])
    shipper.wake()
    await until('it waits', () => shipper.unansweredMs > 20)
    for (const answer of answers) answer()
    await until('it goes on', () => shipper.ackedOffset === 1)
    expect(shipper.unansweredMs).toBe(0)
    await shipper.close(100)
    await log.close()
  })
})
