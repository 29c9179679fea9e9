import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Metrics, memoryLogger, systemClock } from '../../lib/base/index.ts'
import { type BatchCursor, errorCodes, readRecords, writeBatch } from '../../lib/kafka/index.ts'
import { ledgerHeaders, readLedgerHeaders, tenantHeader } from '../../lib/ledger/index.ts'
import { type Log, openLog } from '../../lib/log/index.ts'
import { nanosOfMs, writeLogsRequest } from '../../lib/otlp/index.ts'
import { laneRecords } from '../records/lane-records.ts'
import { FakeKafka } from '../testing/fake-kafka.ts'
import { itemsOf } from '../testing/read-spool.ts'
import { inTemporaryFolder, until } from '../testing/temporary-folder.ts'
import { readLaneState } from './lane-state.ts'
import { Shipper } from './shipper.ts'

const topic = 'otlp_logs'
const time = nanosOfMs(1_700_000_000_000)

/** One record of the topic: a request of several lines that a client pushed. */
function requestOf(lines: readonly string[], number: number) {
  const value = writeLogsRequest(
    { resource: { 'service.name': 'shop' }, scope: 'test' },
    lines.map(body => ({
      time,
      observed: time,
      severityNumber: 9,
      severityText: 'INFO',
      body,
      attributes: {},
    })),
  )
  const services = [{ service: 'shop', lines: lines.length }]
  const range = { agent: 'a', source: 'otlp', generation: 'g', from: number, to: number + 1 }
  const entry = { ...range, lines: lines.length, dropped: { quiet: 2 }, services }
  const headers = [...ledgerHeaders(entry), { key: tenantHeader, value: 'acme' }]
  return { key: null, value, timestampMs: 1, headers }
}

function openSpool(folder: string): Promise<Log> {
  return openLog({ folder, segmentBytes: 1_048_576, flush: 'os' })
}

async function ship(folder: string, log: Log, kafka: FakeKafka) {
  const { logger, entries } = memoryLogger()
  const shipper = new Shipper({
    lane: { name: 'logs', signal: 'logs', topic, log },
    agentId: 'a',
    agentFolder: folder,
    folder,
    partitions: 4,
    state: await readLaneState(folder, log.startOffset),
    client: kafka.client(),
    clock: systemClock,
    logger,
    metrics: new Metrics(),
    random: () => -0.99,
  })
  shipper.start()
  return { shipper, entries }
}

const bodiesOf = (value: Buffer): string[] => itemsOf('logs', value).map(({ body }) => body)
const shipped = (kafka: FakeKafka): string[] => kafka.valuesOf(topic).flatMap(bodiesOf)
const holds = (batch: BatchCursor, word: string): boolean =>
  readRecords(batch).some(({ value }) => String(value).includes(word))

/** Three requests, of which the second has lines that no broker takes. */
const lines = [
  ['a', 'b'],
  ['1', '2', 'poison', '3', '4', '5', 'poison too', '6'],
  ['c', 'd'],
]
const takeable = lines.flat().filter(body => !body.startsWith('poison'))

async function append(log: Log): Promise<void> {
  await log.append(
    writeBatch(
      lines.map((each, i) => requestOf(each, i)),
      { compression: 'zstd' },
    ),
  )
}

test('of a record that the broker never takes every line goes that it does, and the others are set aside', async () => {
  await inTemporaryFolder(async folder => {
    const kafka = new FakeKafka()
    kafka.refuse = batch => (holds(batch, 'poison') ? errorCodes.INVALID_RECORD : 0)
    const log = await openSpool(folder)
    await append(log)
    const { shipper } = await ship(folder, log, kafka)
    await until('all shipped', () => shipper.ackedOffset === 3)
    await shipper.close(0)
    expect(shipped(kafka)).toEqual(takeable)
    expect(shipper.topicOffset).toBe(kafka.valuesOf(topic).length)
    const aside = join(folder, 'quarantine')
    const files = (await readdir(aside)).sort()
    expect(files).toEqual([
      'logs-00000000000000000001-00000000000000000002.batch',
      'logs-00000000000000000001-00000000000000000006.batch',
    ])
    const kept = await Promise.all(files.map(file => readFile(join(aside, file))))
    const [first, second] = kept.flatMap(laneRecords)
    expect([first, second].map(record => bodiesOf(record?.value ?? Buffer.alloc(0)))).toEqual([
      ['poison'],
      ['poison too'],
    ])
    expect(first?.headers).toContainEqual({ key: tenantHeader, value: 'acme' })
    expect(readLedgerHeaders(first?.headers ?? [])).toMatchObject({ from: 1, to: 1, lines: 1, dropped: {} })
    // nothing is left of the division
    expect((await readdir(folder)).filter(name => name.startsWith('divided-'))).toEqual([])
    await log.close()
  })
})

test('each line goes once, whenever the agent dies in between', async () => {
  for (let after = 0; after < takeable.length; after++) {
    await inTemporaryFolder(async folder => {
      const kafka = new FakeKafka()
      // so much is taken, then answers are lost as if the agent had died
      let isDead = false
      kafka.refuse = batch => {
        if (holds(batch, 'poison') || (batch.count === 1 && bodyCount(batch) > 2))
          return errorCodes.INVALID_RECORD
        if (shipped(kafka).length >= after) isDead = true
        return 0
      }
      kafka.faultOf = () => (isDead ? 'lost-answer' : 'none')
      const log = await openSpool(folder)
      await append(log)
      const first = await ship(folder, log, kafka)
      await until('it dies, or has sent all', () => isDead || first.shipper.ackedOffset === 3)
      await first.shipper.close(0)
      isDead = false
      kafka.refuse = batch => (holds(batch, 'poison') ? errorCodes.INVALID_RECORD : 0)
      kafka.faultOf = () => 'none'
      const second = await ship(folder, log, kafka)
      await until('all', () => second.shipper.ackedOffset === 3)
      await second.shipper.close(0)
      expect(shipped(kafka), `died after ${after}`).toEqual(takeable)
      await log.close()
    })
  }
}, 60_000)

function bodyCount(batch: BatchCursor): number {
  return readRecords(batch).reduce((sum, { value }) => sum + bodiesOf(Buffer.from(value ?? [])).length, 0)
}

test('lines that went are not sent again where the broker takes the record whole by then', async () => {
  await inTemporaryFolder(async folder => {
    const kafka = new FakeKafka()
    let taken = 0
    kafka.refuse = batch => {
      if (bodyCount(batch) > 2) return errorCodes.MESSAGE_TOO_LARGE
      return holds(batch, '3') && taken++ === 0 ? errorCodes.NOT_ENOUGH_REPLICAS : 0
    }
    const log = await openSpool(folder)
    await append(log)
    const first = await ship(folder, log, kafka)
    await until('some lines', () => shipped(kafka).length >= 4)
    await first.shipper.close(0)
    kafka.refuse = () => 0
    const second = await ship(folder, log, kafka)
    await until('all', () => second.shipper.ackedOffset === 3)
    await second.shipper.close(0)
    expect(shipped(kafka)).toEqual(lines.flat())
    await log.close()
  })
})
