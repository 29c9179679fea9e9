import type { KafkaAdminClient } from '../../client/index.ts'
import type { TopicMessage } from './message.ts'
import { type ReadOptions, scan, spansOf } from './read.ts'
import type { Span, StartAt } from './start.ts'

export type Offsets = Readonly<Record<number, number>>

export interface PageOptions
  extends Pick<ReadOptions, 'topic' | 'partitions' | 'filter' | 'isolation' | 'signal'> {
  from: Exclude<StartAt, 'latest'>
  limit: number
  /** Records at most that are looked at, where a filter lets few through. */
  scanLimit: number
}

export interface MessagePage {
  /** By time, of one partition in the order of its offsets. */
  messages: TopicMessage[]
  scanned: number
  /** Where the next page begins, for each partition: `{ offsets }`; undefined at the end. */
  next: Offsets | undefined
  /** Where the page before ends: `{ last, before }`; undefined at the beginning. */
  before: Offsets | undefined
}

/**
 * A page of a topic's records by time across its partitions: the oldest from a place on, or with `last` the youngest before
 * one. Pages follow each other without a gap and without a record twice: times of a partition that go back count as its
 * latest before them. Holds twice `limit` and one round of fetches. Errors: as `readMessages`.
 *
 * @example
 * const { messages, next } = await readPage(client, { topic: 't', from: 'earliest', limit: 100, scanLimit: 10_000 })
 */
export async function readPage(client: KafkaAdminClient, options: PageOptions): Promise<MessagePage> {
  const { from, limit, scanLimit } = options
  const isBack = typeof from === 'object' && 'last' in from
  const spans = await spansOf(client, options, from)
  const windows = spans.map(({ partition, first, next, end }) => ({ partition, first, from: next, end }))
  const page = new Page(limit, isBack)
  let scanned = 0
  const onProgress = (progress: { scanned: number }) => {
    scanned = progress.scanned
    page.prune(spans)
  }
  // what is before a place is bounded by `last`, and cut short it would leave out the youngest
  const bound = isBack ? {} : { scanLimit }
  for await (const message of scan(client, spans, { ...options, ...bound, onProgress })) page.add(message)
  page.prune(spans)
  const around = isBack
    ? { before: offsetsOf(windows, w => page.cutOf(w.partition) ?? w.from, 'first'), next: undefined }
    : {
        next: offsetsOf(
          windows,
          ({ partition }) => page.cutOf(partition) ?? reached(spans, partition),
          'end',
        ),
        before: undefined,
      }
  return { messages: page.messages(), scanned, ...around }
}

interface Window {
  partition: number
  first: number
  end: number
  from: number
}

/** Undefined where every partition has come to its bound. */
function offsetsOf(
  windows: readonly Window[],
  offsetOf: (window: Window) => number,
  bound: 'first' | 'end',
): Offsets | undefined {
  const offsets = windows.map(window => [window.partition, offsetOf(window)] as const)
  const isDone = windows.every((window, i) => offsets[i]?.[1] === window[bound])
  return isDone ? undefined : Object.fromEntries(offsets)
}

function reached(spans: readonly Span[], partition: number): number {
  return spans.find(span => span.partition === partition)?.next ?? 0
}

interface Held {
  message: TopicMessage
  /** The latest time of its partition up to it: never falls along the offsets. */
  timeMs: number
}

class Page {
  readonly #limit: number
  readonly #isBack: boolean
  #held: Held[] = []
  readonly #latest = new Map<number, number>()
  /** What lies beyond, where some of a partition did not fit. */
  readonly #cut = new Map<number, number>()

  constructor(limit: number, isBack: boolean) {
    this.#limit = limit
    this.#isBack = isBack
  }

  add(message: TopicMessage): void {
    const { partition, timestampMs } = message
    const timeMs = Math.max(timestampMs, this.#latest.get(partition) ?? timestampMs)
    this.#latest.set(partition, timeMs)
    this.#held.push({ message, timeMs })
    if (this.#held.length >= 2 * this.#limit) this.#drop()
  }

  /** Leaves out what does not fit; forward, partitions that have nothing earlier to give are read no further. */
  prune(spans: readonly Span[]): void {
    this.#drop()
    if (this.#isBack || this.#held.length < this.#limit) return
    const last = this.#held.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY
    for (const span of spans)
      if ((this.#latest.get(span.partition) ?? Number.NEGATIVE_INFINITY) >= last) span.end = span.next
  }

  cutOf(partition: number): number | undefined {
    return this.#cut.get(partition)
  }

  messages(): TopicMessage[] {
    return this.#held.map(({ message }) => message)
  }

  #drop(): void {
    this.#held.sort(inOrder)
    const over = this.#held.length - this.#limit
    if (over <= 0) return
    const out = this.#isBack ? this.#held.splice(0, over) : this.#held.splice(this.#limit)
    for (const { message } of out) this.#cutAt(message)
  }

  /** Back: what is left out ends behind the last of it. Forward: it begins with the first. */
  #cutAt({ partition, offset }: TopicMessage): void {
    const present = this.#cut.get(partition)
    if (this.#isBack) this.#cut.set(partition, Math.max(present ?? 0, offset + 1))
    else this.#cut.set(partition, Math.min(present ?? offset, offset))
  }
}

function inOrder(a: Held, b: Held): number {
  return (
    a.timeMs - b.timeMs || a.message.partition - b.message.partition || a.message.offset - b.message.offset
  )
}
