import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addSequence, type BatchIdentity, type Marker, Producers } from './producers.ts'

const producerExpiryMs = 86_400_000

function batch(firstSequence: number, count = 1, epoch = 0, producerId = 7): BatchIdentity {
  return { producerId, epoch, firstSequence, count, isTransactional: false }
}

function append(producers: Producers, identity: BatchIdentity, offset = identity.firstSequence): void {
  expect(producers.check(identity).outcome).toBe('next')
  write(producers, identity, offset)
}

function write(producers: Producers, identity: BatchIdentity, offset: number): void {
  const added = producers.add(identity, 0, 0, offset)
  producers.written(identity.producerId, added, offset, offset + identity.count - 1)
}

function marker(epoch: number, over: Partial<Marker> = {}): Marker {
  return { producerId: 7, epoch, isCommit: true, coordinatorEpoch: 0, transactionVersion: 1, ...over }
}

/** Writes a marker, as far as this is concerned. */
function end(producers: Producers, what: Marker): void {
  expect(producers.checkMarker(what)).toBe('next')
  const transaction = producers.detach(what.producerId)
  producers.end(what, transaction, 0)
  if (transaction !== undefined) producers.transactions.close(transaction)
}

describe('what a partition knows of a producer', () => {
  it('takes any first sequence of one it does not know', () => {
    expect(new Producers().check(batch(123)).outcome).toBe('next')
  })

  it('takes sequences without a gap and recognises the last five batches', () => {
    const producers = new Producers()
    for (let i = 0; i < 7; i++) append(producers, batch(i * 10, 10))
    for (let i = 2; i < 7; i++)
      expect(producers.check(batch(i * 10, 10))).toMatchObject({
        outcome: 'duplicate',
        batch: { lastOffset: i * 10 + 9 },
      })
    expect(producers.check(batch(10, 10)).outcome).toBe('out-of-order')
    expect(producers.check(batch(71)).outcome).toBe('out-of-order')
    expect(producers.check(batch(60, 5)).outcome).toBe('out-of-order')
    expect(producers.check(batch(70)).outcome).toBe('next')
  })

  it('fences older epochs and lets a new one begin at 0 only', () => {
    const producers = new Producers()
    append(producers, batch(0, 3, 1))
    expect(producers.check(batch(3, 1, 0)).outcome).toBe('old-epoch')
    expect(producers.check(batch(3, 1, 2)).outcome).toBe('out-of-order')
    append(producers, batch(0, 1, 2))
    expect(producers.check(batch(3, 1, 1)).outcome).toBe('old-epoch')
  })

  it('wraps sequences after 2^31-1', () => {
    const producers = new Producers()
    append(producers, batch(0x7fff_fffe, 4))
    expect(producers.check(batch(2)).outcome).toBe('next')
    expect(producers.check(batch(0x7fff_fffe, 4)).outcome).toBe('duplicate')
    expect(addSequence(0x7fff_ffff, 1)).toBe(0)
  })

  it('forgets a batch whose write failed, as if it had never come', () => {
    const producers = new Producers()
    append(producers, batch(0))
    const failed = producers.add(batch(1), 0, 0, 1)
    expect(producers.check(batch(1)).outcome).toBe('duplicate')
    producers.remove(7, failed)
    expect(producers.check(batch(1)).outcome).toBe('next')
  })

  it('forgets producers after a day without a batch', () => {
    const producers = new Producers()
    append(producers, batch(0))
    producers.expire(producerExpiryMs, producerExpiryMs)
    expect(producers.size).toBe(1)
    producers.expire(producerExpiryMs + 1, producerExpiryMs)
    expect(producers.size).toBe(0)
  })
})

describe('the transactions of a partition', () => {
  const inTransaction = (firstSequence: number, epoch = 0, producerId = 7) => ({
    ...batch(firstSequence, 1, epoch, producerId),
    isTransactional: true,
  })

  it('hold readers back from their first offset until the marker, the oldest first', () => {
    const producers = new Producers()
    write(producers, inTransaction(0), 10)
    write(producers, inTransaction(0, 0, 8), 11)
    write(producers, inTransaction(1), 12)
    expect(producers.transactions.firstOffset).toBe(10)
    end(producers, marker(0))
    expect(producers.transactions.firstOffset).toBe(11)
    end(producers, marker(0, { producerId: 8 }))
    expect(producers.transactions.firstOffset).toBeUndefined()
    // the epoch is the same, so are the sequences
    expect(producers.check(inTransaction(2)).outcome).toBe('next')
  })

  it('hold readers back while the first batch is being written, and no longer when that failed', () => {
    const producers = new Producers()
    const first = producers.add(inTransaction(0), 0, 0, 5)
    const second = producers.add(inTransaction(1), 0, 0, 5)
    expect(producers.transactions.firstOffset).toBe(5)
    producers.remove(7, first)
    expect(producers.transactions.firstOffset).toBe(5)
    producers.remove(7, second)
    expect(producers.transactions.firstOffset).toBeUndefined()
    expect(producers.size).toBe(0)
  })

  it('are open again when their marker could not be written, unless nothing is left of them', () => {
    const producers = new Producers()
    write(producers, inTransaction(0), 10)
    const kept = producers.detach(7)
    if (kept !== undefined) producers.reattach(kept)
    expect(producers.check(batch(1)).outcome).toBe('in-transaction')
    const lost = producers.add(inTransaction(0, 0, 8), 0, 0, 11)
    const gone = producers.detach(8)
    producers.remove(8, lost)
    if (gone !== undefined) producers.reattach(gone)
    write(producers, inTransaction(0, 0, 8), 12)
    end(producers, marker(0))
    expect(producers.transactions.firstOffset).toBe(12)
  })

  it('take no other batches of their producer, nor end by a stale marker', () => {
    const producers = new Producers()
    write(producers, inTransaction(0, 3), 10)
    expect(producers.check(batch(1, 1, 3)).outcome).toBe('in-transaction')
    expect(producers.checkMarker(marker(2))).toBe('old-epoch')
    expect(producers.checkMarker(marker(3, { transactionVersion: 2 }))).toBe('old-epoch')
    end(producers, marker(4, { transactionVersion: 2, coordinatorEpoch: 1 }))
    // repeated by a coordinator that did not hear of it
    expect(producers.checkMarker(marker(4, { transactionVersion: 2, coordinatorEpoch: 1 }))).toBe('next')
    expect(producers.checkMarker(marker(4))).toBe('old-coordinator')
    expect(producers.check(inTransaction(1, 3)).outcome).toBe('old-epoch')
    expect(producers.check(inTransaction(1, 4)).outcome).toBe('out-of-order')
    expect(producers.check(inTransaction(0, 4)).outcome).toBe('next')
  })

  it('begin with sequence 0 where the producer says so (transactions v2)', () => {
    const producers = new Producers()
    expect(producers.check(inTransaction(3), true).outcome).toBe('out-of-order')
    expect(producers.check(inTransaction(3)).outcome).toBe('next')
    expect(producers.check(inTransaction(0), true).outcome).toBe('next')
  })

  it('keep their producer from being forgotten', () => {
    const producers = new Producers()
    write(producers, inTransaction(0), 10)
    producers.expire(producerExpiryMs + 1, producerExpiryMs)
    expect(producers.size).toBe(1)
    end(producers, marker(0))
    producers.expire(producerExpiryMs + 1, producerExpiryMs)
    expect(producers.size).toBe(0)
  })

  it('leave all decided below the oldest that is open, whatever happens', () => {
    const step = fc.record({ producerId: fc.nat(4), isMarker: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const producers = new Producers()
        const open = new Map<number, number>()
        let stable = 0
        const write = (producerId: number, offset: number) => {
          const last = [...producers.all()].find(p => p.producerId === producerId)?.batches.at(-1)
          append(producers, inTransaction((last?.lastSequence ?? -1) + 1, 0, producerId), offset)
          open.set(producerId, open.get(producerId) ?? offset)
        }
        for (const [offset, { producerId, isMarker }] of steps.entries()) {
          if (isMarker) end(producers, marker(0, { producerId }))
          if (isMarker) open.delete(producerId)
          else write(producerId, offset)
          const now = producers.transactions.firstOffset ?? offset + 1
          expect(now).toBe(Math.min(offset + 1, ...open.values()))
          expect(now).toBeGreaterThanOrEqual(stable)
          stable = now
        }
      }),
    )
  })
})
