import { describe, expect, test } from 'vitest'
import { memoryLogger, OnceAMinute, OperatingError, systemClock } from '../../lib/base/index.ts'
import { BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import type { Log } from '../../lib/log/index.ts'
import { until } from '../testing/temporary-folder.ts'
import { Lane, maxBatchBytes, type SpoolRecord } from './lane.ts'

/** A log in memory whose disk fails while it is told to. */
function fakeLog(fails: () => boolean) {
  const values: string[] = []
  const batches: number[] = []
  const append: Log['append'] = async bytes => {
    await new Promise(resolve => setImmediate(resolve))
    if (fails()) throw new OperatingError('LOG_WRITE_FAILED', 'the disk is full')
    const baseOffset = values.length
    const cursor = new BatchCursor(bytes)
    while (cursor.next()) {
      batches.push(cursor.length)
      for (const record of readRecords(cursor)) values.push(String(record.value))
    }
    return { baseOffset, lastOffset: values.length - 1 }
  }
  const log = { endOffset: 0, segments: [], append } as unknown as Log
  return { log, values, batches }
}

function laneOver(log: Log, hasRoom = () => true) {
  const { logger, entries } = memoryLogger()
  return {
    lane: new Lane({
      name: 'logs',
      signal: 'logs',
      topic: 't',
      use: 'signal',
      log,
      clock: systemClock,
      troubles: new OnceAMinute(logger, systemClock),
      hasRoom,
    }),
    entries,
  }
}

const record = (value: string, onDurable?: () => void): SpoolRecord => ({
  value: Buffer.from(value),
  entry: { agent: 'a', source: 's', generation: 'g', from: 0, to: 1, lines: 1, dropped: {} },
  ...(onDurable === undefined ? {} : { onDurable }),
})

describe('a lane', () => {
  test('keeps the order across failures of the disk', async () => {
    let failures = 2
    const { log, values } = fakeLog(() => failures-- > 0)
    const { lane, entries } = laneOver(log)
    const durable: string[] = []
    const names = ['a', 'b', 'c', 'd']
    await Promise.all(names.map(name => lane.append(record(name, () => durable.push(name)))))
    expect(values).toEqual(names)
    expect(durable).toEqual(names)
    expect(lane.durableOffset).toBe(4)
    expect(entries.map(entry => entry.message)).toEqual(['cannot write the spool, sources wait'])
    await lane.close()
  })

  test('gathers what comes while it writes into one batch', async () => {
    const { log, batches } = fakeLog(() => false)
    const { lane } = laneOver(log)
    await Promise.all(Array.from({ length: 100 }, (_, i) => lane.append(record(`${i}`))))
    expect(batches.length).toBeLessThan(5)
    await lane.close()
  })

  test('makes no batch larger than Kafka takes, though its content does not compress', async () => {
    const { log, batches, values } = fakeLog(() => false)
    const { lane } = laneOver(log)
    const noise = (): Buffer => Buffer.from(Array.from({ length: 500_000 }, () => Math.random() * 256))
    await Promise.all(Array.from({ length: 6 }, () => lane.append({ ...record(''), value: noise() })))
    expect(values.length).toBe(6)
    expect(Math.max(...batches)).toBeLessThanOrEqual(maxBatchBytes)
    await lane.close()
  })

  test('waits for room, and when told to wait no more refuses all that is behind', async () => {
    const { log, values } = fakeLog(() => false)
    let hasRoom = false
    const { lane } = laneOver(log, () => hasRoom)
    const first = lane.append(record('a'))
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(values).toEqual([])
    hasRoom = true
    lane.wake()
    await first
    hasRoom = false
    const refused = [lane.append(record('b')), lane.append(record('c'))].map(one =>
      one.catch((e: Error) => e.message),
    )
    lane.stopWaiting()
    expect((await Promise.all(refused)).every(message => String(message).includes('is stopping'))).toBe(true)
    hasRoom = true
    await expect(lane.append(record('d'))).rejects.toThrow('is stopping')
    expect(values).toEqual(['a'])
    await until('closed', () => lane.close().then(() => true))
  })
})
