import { describe, expect, it } from 'vitest'
import { addSequence, type BatchIdentity, Producers, producerExpiryMs } from './producers.ts'

function batch(firstSequence: number, count = 1, epoch = 0, producerId = 7): BatchIdentity {
  return { producerId, epoch, firstSequence, count }
}

function append(producers: Producers, identity: BatchIdentity, offset = identity.firstSequence): void {
  expect(producers.check(identity).outcome).toBe('next')
  producers.add(identity, 0, 0).lastOffset = offset + identity.count - 1
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
    const failed = producers.add(batch(1), 0, 0)
    expect(producers.check(batch(1)).outcome).toBe('duplicate')
    producers.remove(7, failed)
    expect(producers.check(batch(1)).outcome).toBe('next')
  })

  it('forgets producers after a day without a batch', () => {
    const producers = new Producers()
    append(producers, batch(0))
    producers.expire(producerExpiryMs)
    expect(producers.size).toBe(1)
    producers.expire(producerExpiryMs + 1)
    expect(producers.size).toBe(0)
  })
})
