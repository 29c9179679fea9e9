import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BatchCursor,
  type BatchOptions,
  compressions,
  errorCodes,
  isIntact,
  type RecordInput,
  readRecords,
  rebuildBatch,
  writeBatch,
} from '../../lib/kafka/index.ts'
import { staticBrokerConfigs } from '../testing/static-broker-configs.ts'
import { topicSettings } from '../topics/settings.ts'
import { admitBatch } from './admit.ts'
import { checkBatch } from './check-batch.ts'

const nowMs = 1_700_000_000_000
const settingsOf = (own: Record<string, string> = {}) => topicSettings(own, staticBrokerConfigs())
const record = (key: string | null, timestampMs = nowMs, value = 'v'): RecordInput => ({
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(value),
  timestampMs,
  headers: [],
})

function onBatch(bytes: Buffer): BatchCursor {
  const cursor = new BatchCursor(bytes)
  cursor.next()
  return cursor
}

function admit(records: RecordInput[], own: Record<string, string> = {}, options: BatchOptions = {}) {
  return admitBatch(onBatch(writeBatch(records, options)), settingsOf(own), 't-0', nowMs)
}

function admitted(...given: Parameters<typeof admit>): Buffer {
  const result = admit(...given)
  if (result === undefined || 'errorCode' in result) throw new Error('it has been left alone or refused')
  return result.records
}

describe('a batch for a topic', () => {
  it('stays as it is by default, whatever its content', () => {
    expect(admit([record(null), record('a', 5)], {}, { compression: 'gzip' })).toBeUndefined()
    expect(admit([record('a', nowMs + 3_600_000)])).toBeUndefined()
    expect(admit([record('a')], { 'compression.type': 'lz4' }, { compression: 'lz4' })).toBeUndefined()
  })

  it('needs a key for each record where the topic is compacted', () => {
    const own = { 'cleanup.policy': 'compact' }
    expect(admit([record('a'), record('')], own)).toBeUndefined()
    const words = 'Compacted topic cannot accept message without key in topic partition t-0'
    expect(admit([record(null), record('a'), record(null)], own, { compression: 'zstd' })).toEqual({
      errorCode: errorCodes.INVALID_RECORD,
      message: `One or more records have been rejected due to 2 record errors in total, and only showing the first three errors at most: [RecordError(batchIndex=0, message='${words}'), RecordError(batchIndex=2, message='${words}')]`,
      recordErrors: [
        { batchIndex: 0, message: words },
        { batchIndex: 2, message: words },
      ],
    })
  })

  it('needs timestamps within the bounds of the topic', () => {
    expect(admit([record('a', nowMs + 3_600_001), record('b')])).toEqual({
      errorCode: errorCodes.INVALID_TIMESTAMP,
      message: 'One or more records have been rejected due to invalid timestamp',
      recordErrors: [
        {
          batchIndex: 0,
          message:
            'Timestamp 1700003600001 of message with offset 0 is out of range. The timestamp should be within [-9223370336854775807, 1700003600000]',
        },
      ],
    })
    const before = { 'message.timestamp.before.max.ms': '1000' }
    expect(admit([record('a', nowMs - 1000), record('b', -1)], before)).toBeUndefined()
    expect(admit([record('b'), record('a', nowMs - 1001)], before)).toMatchObject({
      errorCode: errorCodes.INVALID_TIMESTAMP,
      recordErrors: [{ batchIndex: 1 }],
    })
    expect(admit([record('a', 5)], { ...before, 'message.timestamp.type': 'LogAppendTime' })).toMatchObject({
      logAppendTimeMs: nowMs,
    })
  })

  it("gets the broker's time where the topic wants it, and loses it where not", () => {
    const bytes = admitted([record('a', 5), record('b', 7)], { 'message.timestamp.type': 'LogAppendTime' })
    const batch = onBatch(bytes)
    expect([isIntact(batch), batch.isLogAppendTime, batch.maxTimestampMs]).toEqual([true, true, nowMs])
    expect(readRecords(batch).map(r => r.timestampMs)).toEqual([nowMs, nowMs])
    const back = admitBatch(batch, settingsOf(), 't-0', nowMs)
    expect(back).toMatchObject({ logAppendTimeMs: -1 })
    expect([isIntact(batch), batch.isLogAppendTime]).toEqual([true, false])
  })

  it.each(compressions)('is compressed anew with %s, its header as it was', codec => {
    const own = { 'compression.type': codec === 'none' ? 'uncompressed' : codec }
    const records = [record('a', 5, 'x'.repeat(500)), record('b', 7)]
    const options = { producerId: 9n, producerEpoch: 2, baseSequence: 4 }
    for (const from of compressions) {
      if (from === codec) continue
      const batch = onBatch(admitted(records, own, { ...options, compression: from }))
      expect([isIntact(batch), compressions[batch.attributes & 7]]).toEqual([true, codec])
      expect([batch.producerId, batch.producerEpoch, batch.baseSequence, batch.count]).toEqual([9n, 2, 4, 2])
      expect([batch.baseTimestampMs, batch.maxTimestampMs]).toEqual([5, 7])
      expect(readRecords(batch).map(r => [String(r.key), r.timestampMs])).toEqual([
        ['a', 5],
        ['b', 7],
      ])
    }
  })

  it('may have become too large by that, or be larger than a segment', () => {
    const own = { 'compression.type': 'uncompressed', 'max.message.bytes': '1000' }
    const large = [record('a', nowMs, 'x'.repeat(2000))]
    expect(admit(large, own, { compression: 'gzip' })).toMatchObject({
      errorCode: errorCodes.MESSAGE_TOO_LARGE,
    })
    expect(admit(large, { 'internal.segment.bytes': '1000' })).toMatchObject({
      errorCode: errorCodes.RECORD_LIST_TOO_LARGE,
    })
  })

  it('is refused where it must be read and cannot be, and where it is a bomb', () => {
    const compacted = settingsOf({ 'cleanup.policy': 'compact' })
    const lying = rebuildBatch(onBatch(writeBatch([record('a'), record('b')])), Buffer.alloc(20), {
      count: 2,
    })
    expect(admitBatch(onBatch(lying), compacted, 't-0', nowMs)).toMatchObject({
      errorCode: errorCodes.INVALID_RECORD,
    })
    const bomb = Buffer.concat([
      writeBatch([record('a')], { compression: 'gzip' }).subarray(0, 61),
      gzipSync(Buffer.alloc(200_000_000)),
    ])
    bomb.writeInt32BE(bomb.length - 12, 8)
    expect(admitBatch(onBatch(bomb), compacted, 't-0', nowMs)).toMatchObject({
      errorCode: errorCodes.INVALID_RECORD,
      message: expect.stringContaining('larger than'),
    })
  })

  it('never throws, whatever its bytes', () => {
    const settings = [
      { 'cleanup.policy': 'compact' },
      { 'compression.type': 'uncompressed' },
      { 'message.timestamp.before.max.ms': '5' },
    ].map(settingsOf)
    const whole = writeBatch([record('a'), record('b')], { compression: 'snappy' })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255))), fc.nat(2), (changes, which) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        const cursor = new BatchCursor(bytes)
        checkBatch(cursor, 1_000_000, 9)
        const alone = new BatchCursor(bytes)
        if (!alone.next() || alone.magic !== 2 || (alone.attributes & 7) >= compressions.length) return
        const result = admitBatch(alone, settings[which] ?? settingsOf(), 't-0', nowMs)
        if (result !== undefined && !('errorCode' in result))
          expect(isIntact(onBatch(result.records))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
