import { describe, expect, it } from 'vitest'
import { attribute, patchBatch, type RecordInput, writeBatch } from '../../lib/kafka/index.ts'
import { deliverable } from './deliverable.ts'

const record: RecordInput = { key: null, value: Buffer.from('v'), timestampMs: 1, headers: [] }

/** A batch of `count` records at an offset; of a transaction, or the mark at its end. */
function batch(
  offset: number,
  count: number,
  transaction?: { producerId: bigint; isMark?: boolean },
): Buffer {
  const bytes = writeBatch(Array<RecordInput>(count).fill(record), {
    producerId: transaction?.producerId ?? -1n,
    producerEpoch: 0,
    baseSequence: 0,
  })
  patchBatch(bytes, 0, offset, 0)
  if (transaction !== undefined) {
    const flags = attribute.transactional | (transaction.isMark === true ? attribute.control : 0)
    bytes.writeInt16BE(flags, 21)
  }
  return bytes
}

const log = Buffer.concat([
  batch(0, 2),
  batch(2, 2, { producerId: 7n }),
  batch(4, 1, { producerId: 8n }),
  batch(5, 1, { producerId: 7n, isMark: true }),
  batch(6, 3),
])
const ranges = (list: readonly { first: number; last: number }[]) => list.map(r => `${r.first}-${r.last}`)

describe('what is read for a share group', () => {
  it('is handed out but for marks of transactions', () => {
    const { batches, others } = deliverable(log, 100, [])
    expect([ranges(batches), ranges(others)]).toEqual([['0-1', '2-3', '4-4', '6-8'], ['5-5']])
    expect(batches.map(({ start, end }) => log.subarray(start, end).length)).toEqual(
      [2, 2, 1, 3].map(count => batch(0, count).length),
    )
  })

  it('leaves out what aborted transactions wrote', () => {
    const { batches, others } = deliverable(log, 100, [{ producerId: 7, firstOffset: 2, lastOffset: 5 }])
    expect([ranges(batches), ranges(others)]).toEqual([
      ['0-1', '4-4', '6-8'],
      ['2-3', '5-5'],
    ])
  })

  it('ends where the last whole batch below the end does', () => {
    expect(ranges(deliverable(log, 8, []).batches)).toEqual(['0-1', '2-3', '4-4'])
    expect(ranges(deliverable(log.subarray(0, -1), 100, []).batches)).toEqual(['0-1', '2-3', '4-4'])
  })
})
