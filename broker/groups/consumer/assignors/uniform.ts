import { addTo, partitionsOf } from '../assignment.ts'
import type { Assignor, Subscriber } from './assignor.ts'

/**
 * Everyone gets as many partitions as the others, as far as subscriptions allow, and keeps as many as possible of those it
 * had. Partitions are first left where they are, then handed out to who has least, then moved from who has two more.
 */
export const uniform: Assignor = {
  name: 'uniform',
  assign(subscribers, partitionCounts) {
    const holders = subscribers.map(subscriber => new Holder(subscriber))
    const taken = keep(holders, partitionCounts)
    if (isHomogeneous(subscribers)) assignAlike(holders, partitionCounts, taken)
    else assignEach(holders, partitionCounts, taken)
    return new Map(holders.map(({ subscriber, held }) => [subscriber.memberId, held]))
  },
}

class Holder {
  readonly subscriber: Subscriber
  readonly held = new Map<string, Set<number>>()
  count = 0

  constructor(subscriber: Subscriber) {
    this.subscriber = subscriber
  }

  add(topicId: string, partition: number): void {
    addTo(this.held, topicId, partition)
    this.count++
  }

  /** Gives up one of a topic, the last it got. */
  removeOne(topicId: string): number {
    const partitions = this.held.get(topicId) as Set<number>
    const partition = [...partitions].at(-1) as number
    partitions.delete(partition)
    if (partitions.size === 0) this.held.delete(topicId)
    this.count--
    return partition
  }
}

type Taken = Map<string, Set<number>>

/** Everyone keeps what it had and still asks for; of two who claim one partition, the first. */
function keep(holders: readonly Holder[], partitionCounts: ReadonlyMap<string, number>): Taken {
  const taken: Taken = new Map()
  for (const holder of holders)
    for (const [topicId, partition] of partitionsOf(holder.subscriber.target)) {
      const isThere = partition < (partitionCounts.get(topicId) ?? 0)
      if (!isThere || !holder.subscriber.topicIds.has(topicId) || taken.get(topicId)?.has(partition)) continue
      holder.add(topicId, partition)
      addTo(taken, topicId, partition)
    }
  return taken
}

/** All ask for the same: one step makes the counts even, whatever the topics. */
function assignAlike(
  holders: readonly Holder[],
  partitionCounts: ReadonlyMap<string, number>,
  taken: Taken,
): void {
  const topicIds = holders[0]?.subscriber.topicIds
  const asked = new Map([...partitionCounts].filter(([topicId]) => topicIds?.has(topicId)))
  giveUpSurplus(holders, asked, taken)
  const heap = new LeastFirst(holders)
  for (const [topicId, count] of asked) handOut(topicId, count, heap, taken)
}

function assignEach(
  holders: readonly Holder[],
  partitionCounts: ReadonlyMap<string, number>,
  taken: Taken,
): void {
  const byTopic = new Map<string, Holder[]>()
  for (const topicId of partitionCounts.keys())
    byTopic.set(
      topicId,
      holders.filter(({ subscriber }) => subscriber.topicIds.has(topicId)),
    )
  for (const [topicId, takers] of byTopic)
    handOut(topicId, partitionCounts.get(topicId) ?? 0, new LeastFirst(takers), taken)
  while (moveOnce(byTopic)) {
    // each round makes the counts more even: it ends
  }
}

/** Where all ask for the same, nobody needs more than its share: one step instead of many moves. */
function giveUpSurplus(
  holders: readonly Holder[],
  partitionCounts: ReadonlyMap<string, number>,
  taken: Taken,
): void {
  const total = [...partitionCounts.values()].reduce((sum, count) => sum + count, 0)
  const least = Math.floor(total / holders.length)
  let oneMore = total % holders.length
  for (const holder of holders) {
    const share = holder.count > least && oneMore > 0 ? least + 1 : least
    if (share > least) oneMore--
    while (holder.count > share) {
      const topicId = [...holder.held.keys()].at(-1) as string
      taken.get(topicId)?.delete(holder.removeOne(topicId))
    }
  }
}

function handOut(topicId: string, count: number, heap: LeastFirst, taken: Taken): void {
  const free: number[] = []
  for (let partition = 0; partition < count; partition++)
    if (taken.get(topicId)?.has(partition) !== true) free.push(partition)
  for (const partition of free) heap.giveToLeast(topicId, partition)
}

/** Takers by how many partitions they have: a binary heap, so that 10,000 partitions cost no more than they must. */
class LeastFirst {
  readonly #heap: Holder[]

  constructor(takers: readonly Holder[]) {
    // an ascending array is a heap
    this.#heap = [...takers].sort((a, b) => a.count - b.count)
  }

  giveToLeast(topicId: string, partition: number): void {
    const heap = this.#heap
    const least = heap[0]
    if (least === undefined) return
    least.add(topicId, partition)
    for (let i = 0; ; ) {
      const left = 2 * i + 1
      if (left >= heap.length) return
      const child = left + 1 < heap.length && countAt(heap, left + 1) < countAt(heap, left) ? left + 1 : left
      if (countAt(heap, i) <= countAt(heap, child)) return
      const held = heap[i] as Holder
      heap[i] = heap[child] as Holder
      heap[child] = held
      i = child
    }
  }
}

function countAt(heap: readonly Holder[], i: number): number {
  return (heap[i] as Holder).count
}

/** In each topic, from who has most of all to who has least, where that makes it more even. False where none moved. */
function moveOnce(byTopic: ReadonlyMap<string, readonly Holder[]>): boolean {
  let hasMoved = false
  for (const [topicId, takers] of byTopic) {
    let least: Holder | undefined
    let most: Holder | undefined
    for (const taker of takers) {
      if (least === undefined || taker.count < least.count) least = taker
      if (taker.held.has(topicId) && (most === undefined || taker.count > most.count)) most = taker
    }
    if (least === undefined || most === undefined || most.count < least.count + 2) continue
    least.add(topicId, most.removeOne(topicId))
    hasMoved = true
  }
  return hasMoved
}

function isHomogeneous(subscribers: readonly Subscriber[]): boolean {
  const [first] = subscribers
  return first !== undefined && subscribers.every(({ topicIds }) => isSameSet(topicIds, first.topicIds))
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a === b || (a.size === b.size && [...a].every(id => b.has(id)))
}
