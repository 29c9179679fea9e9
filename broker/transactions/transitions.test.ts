import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorName } from '../../lib/kafka/index.ts'
import { newTransaction, type Transaction, type TransactionState } from './transaction.ts'
import {
  addPartitions,
  afterEnd,
  complete,
  type Decision,
  endFirst,
  endSecond,
  fence,
  initialize,
  mustAbort,
  type Situation,
  writeProblem,
} from './transitions.ts'

const partitions = new Map([['t', new Set([0])]])
const lastEpoch = 32_766

function transaction(over: Partial<Transaction> = {}): Transaction {
  return { ...newTransaction('x', 7, 60_000, 1000), producerEpoch: 3, ...over }
}

function situation(over: Partial<Transaction> = {}, rest: Partial<Situation> = {}): Situation {
  return {
    transaction: transaction(over),
    isPending: false,
    spareProducerId: undefined,
    nowMs: 2000,
    ...rest,
  }
}

const nameOf = ({ errorCode }: Decision) => errorName(errorCode)
const me = (epoch: number, producerId = 7) => ({ producerId, epoch })
const commit = (epoch: number, producerId = 7) => ({ ...me(epoch, producerId), isCommit: true })
const abort = (epoch: number, producerId = 7) => ({ ...me(epoch, producerId), isCommit: false })

describe('InitProducerId', () => {
  it('gives the first producer epoch 0, and each one after it the next', () => {
    const first = initialize(situation({ producerEpoch: -1 }), 5, undefined).next
    expect(first).toMatchObject({ producerEpoch: 0, lastProducerEpoch: -1, state: 'Empty', timeoutMs: 5 })
    expect(initialize(situation({ state: 'CompleteAbort' }), 5, undefined).next).toMatchObject({
      producerEpoch: 4,
      startedAtMs: -1,
    })
  })

  it('raises the epoch of a producer that says who it is, once, and fences others', () => {
    const raised = initialize(situation(), 5, me(3)).next
    expect(raised).toMatchObject({ producerEpoch: 4, lastProducerEpoch: 3 })
    expect(initialize(situation(raised), 5, me(3)).next).toMatchObject({ producerEpoch: 4 })
    expect(nameOf(initialize(situation(raised), 5, me(2)))).toBe('PRODUCER_FENCED')
    expect(nameOf(initialize(situation(), 5, me(3, 8)))).toBe('PRODUCER_FENCED')
    // a new one without a name has come since
    const taken = initialize(situation(raised), 5, undefined).next
    expect(nameOf(initialize(situation(taken), 5, me(4)))).toBe('PRODUCER_FENCED')
  })

  it('gives another producer id where the epochs are used up, also to a repeated request', () => {
    const exhausted = { producerEpoch: lastEpoch }
    const next = initialize(situation(exhausted, { spareProducerId: 99 }), 5, me(lastEpoch)).next
    expect(next).toMatchObject({ producerId: 99, producerEpoch: 0, previousProducerId: 7 })
    expect(initialize(situation(next), 5, me(lastEpoch)).next).toMatchObject({
      producerId: 99,
      producerEpoch: 0,
    })
    expect(nameOf(initialize(situation(exhausted), 5, undefined))).toBe('CONCURRENT_TRANSACTIONS')
  })

  it('has what is open aborted first, and waits for what is under way', () => {
    expect(mustAbort(situation({ state: 'Ongoing' }), undefined)).toBe(true)
    expect(mustAbort(situation({ state: 'Ongoing' }), me(1, 8))).toBe(false)
    expect(mustAbort(situation({ state: 'Ongoing' }, { isPending: true }), undefined)).toBe(false)
    for (const state of ['PrepareCommit', 'PrepareAbort', 'Dead'] as const)
      expect(nameOf(initialize(situation({ state }), 5, undefined))).toBe('CONCURRENT_TRANSACTIONS')
    expect(nameOf(initialize(situation({}, { isPending: true }), 5, undefined))).toBe(
      'CONCURRENT_TRANSACTIONS',
    )
  })
})

describe('partitions', () => {
  it('begin a transaction and stay in it until it ends', () => {
    const begun = addPartitions(situation({ state: 'CompleteCommit', startedAtMs: 5 }), me(3), partitions, 1)
    expect(begun.next).toMatchObject({ state: 'Ongoing', startedAtMs: 2000, partitions, clientVersion: 1 })
    const more = addPartitions(
      situation(begun.next, { nowMs: 3000 }),
      me(3),
      new Map([['u', new Set([1])]]),
      1,
    )
    expect(more.next).toMatchObject({ startedAtMs: 2000, updatedAtMs: 3000 })
    expect([...(more.next?.partitions.keys() ?? [])]).toEqual(['t', 'u'])
    expect(addPartitions(situation(more.next), me(3), partitions, 1)).toEqual({ errorCode: 0 })
  })

  it('are refused to strangers, to the fenced, and while an outcome is being carried out', () => {
    const add = (over: Partial<Transaction>, epoch: number, producerId = 7) =>
      nameOf(addPartitions(situation(over), me(epoch, producerId), partitions, 1))
    expect(add({}, 3, 8)).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(add({}, 2)).toBe('PRODUCER_FENCED')
    expect(add({}, 4)).toBe('PRODUCER_FENCED')
    expect(add({ state: 'PrepareCommit' }, 3)).toBe('CONCURRENT_TRANSACTIONS')
    expect(add({ state: 'Dead' }, 3)).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(errorName(writeProblem(transaction({ state: 'PrepareAbort' }), me(3)))).toBe(
      'CONCURRENT_TRANSACTIONS',
    )
    expect(errorName(writeProblem(transaction(), me(2)))).toBe('PRODUCER_FENCED')
  })
})

describe('a step under way', () => {
  it('is waited for before id and epoch are looked at, which it may change: by protocol 2, and for partitions', () => {
    const stepping = situation({ state: 'PrepareCommit' }, { isPending: true })
    for (const producer of [me(3, 8), me(4), me(2)]) {
      expect(nameOf(addPartitions(stepping, producer, partitions, 2))).toBe('CONCURRENT_TRANSACTIONS')
      expect(nameOf(endSecond(stepping, { ...producer, isCommit: true }))).toBe('CONCURRENT_TRANSACTIONS')
    }
    expect(nameOf(endFirst(stepping, commit(3, 8)))).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect(nameOf(endFirst(stepping, commit(2)))).toBe('PRODUCER_FENCED')
  })
})

describe('EndTxn by protocol 1', () => {
  it.each([
    ['Empty', 'INVALID_TXN_STATE', 'INVALID_TXN_STATE'],
    ['PrepareCommit', 'CONCURRENT_TRANSACTIONS', 'INVALID_TXN_STATE'],
    ['PrepareAbort', 'INVALID_TXN_STATE', 'CONCURRENT_TRANSACTIONS'],
    ['CompleteCommit', 'NONE', 'INVALID_TXN_STATE'],
    ['CompleteAbort', 'INVALID_TXN_STATE', 'NONE'],
  ] as const)('in %s: commit %s, abort %s', (state: TransactionState, committed, aborted) => {
    expect(nameOf(endFirst(situation({ state }), commit(3)))).toBe(committed)
    expect(nameOf(endFirst(situation({ state }), abort(3)))).toBe(aborted)
  })

  it('keeps the epoch', () => {
    const prepared = endFirst(situation({ state: 'Ongoing', partitions, startedAtMs: 5 }), commit(3)).next
    expect(prepared).toMatchObject({ state: 'PrepareCommit', producerEpoch: 3, partitions })
    expect(complete(prepared as Transaction, 9)).toMatchObject({ state: 'CompleteCommit', producerEpoch: 3 })
    expect(nameOf(endFirst(situation({ state: 'Ongoing' }), commit(2)))).toBe('PRODUCER_FENCED')
    expect(nameOf(endFirst(situation({ state: 'Ongoing' }), commit(3, 8)))).toBe(
      'INVALID_PRODUCER_ID_MAPPING',
    )
  })
})

describe('EndTxn by protocol 2', () => {
  /** By state: of the epoch now and of the one before, which repeats a request. */
  it.each([
    ['Empty', 'INVALID_TXN_STATE', 'PrepareAbort', 'PRODUCER_FENCED', 'PRODUCER_FENCED'],
    ['CompleteAbort', 'INVALID_TXN_STATE', 'PrepareAbort', 'INVALID_TXN_STATE', 'NONE'],
    ['CompleteCommit', 'INVALID_TXN_STATE', 'PrepareAbort', 'NONE', 'INVALID_TXN_STATE'],
    ['Ongoing', 'PrepareCommit', 'PrepareAbort', 'PRODUCER_FENCED', 'PRODUCER_FENCED'],
    ['PrepareCommit', 'PRODUCER_FENCED', 'PRODUCER_FENCED', 'CONCURRENT_TRANSACTIONS', 'INVALID_TXN_STATE'],
  ] as const)('in %s: commit %s, abort %s; again: %s, %s', (state, ...expected) => {
    const requests = [commit(3), abort(3), commit(2), abort(2)]
    const decided = requests.map(request => endSecond(situation({ state }), request))
    expect(decided.map(decision => decision.next?.state ?? nameOf(decision))).toEqual(expected)
  })

  it('raises the epoch, and gives another producer id where the epochs are used up', () => {
    const prepared = endSecond(situation({ state: 'Ongoing', partitions, startedAtMs: 5 }), commit(3)).next
    expect(prepared).toMatchObject({ producerEpoch: 4, lastProducerEpoch: 3, clientVersion: 2 })
    expect(afterEnd(prepared as Transaction)).toEqual(me(4))
    const exhausted = situation({ state: 'Ongoing', producerEpoch: lastEpoch }, { spareProducerId: 99 })
    const last = endSecond(exhausted, commit(lastEpoch)).next as Transaction
    expect(last).toMatchObject({ producerId: 7, producerEpoch: lastEpoch + 1, nextProducerId: 99 })
    expect(afterEnd(last)).toEqual(me(0, 99))
    const done = complete(last, 9)
    expect(done).toMatchObject({ producerId: 99, producerEpoch: 0, previousProducerId: 7 })
    // the answer was lost: it is given again
    expect(endSecond(situation(done), commit(lastEpoch))).toEqual({ errorCode: 0 })
    expect(nameOf(endSecond(situation(done), abort(lastEpoch)))).toBe('INVALID_TXN_STATE')
  })

  it('lets a producer abort that began nothing, which then counts as begun now', () => {
    expect(endSecond(situation(), abort(3)).next).toMatchObject({ startedAtMs: 2000, producerEpoch: 4 })
  })
})

describe('fencing', () => {
  it('aborts with an epoch above, which the producer may ask for', () => {
    const aborted = fence(situation({ state: 'Ongoing', partitions, startedAtMs: 5 }))
    expect(aborted).toMatchObject({ state: 'PrepareAbort', producerEpoch: 4, partitions })
    const done = complete(aborted, 9)
    expect(nameOf(addPartitions(situation(done), me(3), partitions, 1))).toBe('PRODUCER_FENCED')
    expect(initialize(situation(done), 5, me(3)).next).toMatchObject({ producerEpoch: 4 })
  })

  it('raises no epoch beyond the largest', () => {
    const last = fence(situation({ state: 'Ongoing', producerEpoch: lastEpoch }))
    expect(last).toMatchObject({ producerEpoch: lastEpoch + 1, nextProducerId: -1 })
    expect(fence(situation({ state: 'Ongoing', producerEpoch: lastEpoch + 1 })).producerEpoch).toBe(
      lastEpoch + 1,
    )
  })
})

describe('a transactional id', () => {
  type Step = { kind: 'init' | 'add' | 'commit' | 'abort' | 'fence' | 'complete'; isSecond: boolean }
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('init', 'add', 'commit', 'abort', 'fence', 'complete'),
    isSecond: fc.boolean(),
  })
  let spare = 1000

  const end = (at: Situation, isCommit: boolean, isSecond: boolean) =>
    (isSecond ? endSecond : endFirst)(at, { ...identityOf(at), isCommit }).next
  const identityOf = ({ transaction: { producerId, producerEpoch: epoch } }: Situation) => ({
    producerId,
    epoch,
  })
  const steps: Record<Step['kind'], (at: Situation, isSecond: boolean) => Transaction | undefined> = {
    init: at => initialize(at, 5, undefined).next,
    add: (at, isSecond) => addPartitions(at, identityOf(at), partitions, isSecond ? 2 : 1).next,
    commit: (at, isSecond) => end(at, true, isSecond),
    abort: (at, isSecond) => end(at, false, isSecond),
    fence: at => (mustAbort(at, undefined) ? fence(at) : undefined),
    complete: at => (at.transaction.state.startsWith('Prepare') ? complete(at.transaction, 1) : undefined),
  }

  it('never gives the same id and epoch twice, nor leaves partitions without an outcome', () => {
    const start = fc.constantFrom(0, lastEpoch - 2, lastEpoch)
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 40 }), (producerEpoch, taken) => {
        let now = transaction({ producerEpoch, state: 'Empty' })
        for (const { kind, isSecond } of taken) {
          const before = now
          now = steps[kind](situation(before, { spareProducerId: spare++ }), isSecond) ?? before
          const isSame = now.producerId === before.producerId
          expect(isSame ? now.producerEpoch >= before.producerEpoch : now.producerEpoch === 0).toBe(true)
          const isForgotten = before.partitions.size > 0 && now.partitions.size === 0
          expect(isForgotten).toBe(isForgotten && before.state.startsWith('Prepare'))
          const follows = before.state === 'PrepareCommit' ? /Commit$/ : /./
          expect(now.state).toMatch(follows)
        }
      }),
    )
  })
})
