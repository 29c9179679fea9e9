import { type Fetcher, type FetchResult, type KafkaAdminClient, KafkaError } from '../../client/index.ts'
import { errorCodes } from '../../index.ts'
import { expectDone } from '../outcome.ts'
import type { TopicMessage } from './message.ts'
import { recordsOf } from './records-of.ts'
import { type Span, type StartAt, spansFrom } from './start.ts'

export interface ReadOptions {
  topic: string
  /** All of them where left out. */
  partitions?: readonly number[] | undefined
  from: StartAt
  /** Goes on past what was there at the start, until `signal` is aborted. */
  follow?: boolean | undefined
  /** Records at most that are given. */
  limit?: number | undefined
  /** Records at most that are looked at, where a filter lets few through. */
  scanLimit?: number | undefined
  /** Records from this time on are left out. */
  untilMs?: number | undefined
  filter?: ((message: TopicMessage) => boolean) | undefined
  /** Default: `read_uncommitted`, which also shows records of transactions that are open or were aborted. */
  isolation?: 'read_uncommitted' | 'read_committed' | undefined
  signal?: AbortSignal | undefined
  /** Hears after each round how many records were looked at, and how many are still to come as of the start. */
  onProgress?: ((progress: { scanned: number; left: number }) => void) | undefined
}

const partitionBytes = 1_048_576
const roundBytes = 8_388_608
const waitMs = 500

/**
 * Reads a topic: within a partition in the order of its offsets, across partitions as they answer; `{ last: N }` gives the
 * N youngest of all partitions by time. Holds one round of fetches in memory, at most 8 MiB as stored.
 * Errors: KAFKA_UNKNOWN_TOPIC_OR_PARTITION, CORRUPT_BATCH, and those of KafkaClient.
 *
 * @example
 * for await (const { offset, value } of readMessages(client, { topic: 't', from: 'earliest' })) show(offset, value)
 */
export async function* readMessages(
  client: KafkaAdminClient,
  options: ReadOptions,
): AsyncGenerator<TopicMessage> {
  const { from, limit = Number.POSITIVE_INFINITY } = options
  const spans = await spansOf(client, options, from)
  if (typeof from === 'object' && 'last' in from && options.follow !== true) {
    yield* await youngestOf(client, spans, options, Math.min(from.last, limit))
    return
  }
  let given = 0
  if (limit <= 0) return
  for await (const message of scan(client, spans, options)) {
    yield message
    if (++given >= limit) return
  }
}

/** What is to be read of each partition. Errors: KAFKA_UNKNOWN_TOPIC_OR_PARTITION. */
export async function spansOf(
  client: KafkaAdminClient,
  options: Pick<ReadOptions, 'topic' | 'partitions'>,
  from: StartAt,
): Promise<Span[]> {
  return await spansFrom(client, await placesOf(client, options), from)
}

async function placesOf(
  client: KafkaAdminClient,
  { topic, partitions }: Pick<ReadOptions, 'topic' | 'partitions'>,
) {
  const known = (await client.metadata([topic])).get(topic)
  if (known === undefined)
    throw new KafkaError(errorCodes.UNKNOWN_TOPIC_OR_PARTITION, `there is no topic ${topic}`)
  const absent = partitions?.find(partition => known.leaders[partition] === undefined)
  if (absent !== undefined)
    throw new KafkaError(
      errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
      `there is no partition ${absent} of topic ${topic}, it has ${known.leaders.length}`,
    )
  return (partitions ?? [...known.leaders.keys()]).map(partition => ({ topic, partition }))
}

/** Of all that is read no more than twice as many are held as are asked for. */
async function youngestOf(
  client: KafkaAdminClient,
  spans: Span[],
  options: ReadOptions,
  count: number,
): Promise<TopicMessage[]> {
  let held: TopicMessage[] = []
  for await (const message of scan(client, spans, options)) {
    held.push(message)
    if (held.length >= 2 * count) held = youngest(held, count)
  }
  return youngest(held, count)
}

function youngest(messages: TopicMessage[], count: number): TopicMessage[] {
  messages.sort((a, b) => a.timestampMs - b.timestampMs || a.partition - b.partition || a.offset - b.offset)
  return count <= 0 ? [] : messages.slice(-count)
}

/** Reads spans round by round; whoever moves the `end` of one while it goes ends it there. */
export async function* scan(
  client: KafkaAdminClient,
  spans: Span[],
  options: Omit<ReadOptions, 'from'>,
): AsyncGenerator<TopicMessage> {
  const fetcher = client.openFetcher()
  const { follow = false, signal, scanLimit = Number.POSITIVE_INFINITY } = options
  const isLeft = (span: Span) => follow || span.next < span.end
  let scanned = 0
  try {
    while (signal?.aborted !== true) {
      const left = spans.filter(isLeft)
      if (left.length === 0 || scanned >= scanLimit) return
      for (const result of await fetchRound(fetcher, left, options)) {
        const span = left.find(s => s.partition === result.partition) as Span
        for (const message of take(span, result, follow)) {
          scanned++
          if (isWanted(message, options)) yield message
        }
      }
      options.onProgress?.({ scanned, left: spans.reduce((sum, s) => sum + Math.max(0, s.end - s.next), 0) })
    }
  } finally {
    await fetcher.close()
  }
}

async function fetchRound(
  fetcher: Fetcher,
  spans: readonly Span[],
  options: Pick<ReadOptions, 'isolation'>,
): Promise<FetchResult[]> {
  const asked = spans.map(({ topic, partition, next }) => ({
    topic,
    partition,
    offset: next,
    maxBytes: partitionBytes,
  }))
  const { isolation = 'read_uncommitted' } = options
  return await fetcher.fetch(asked, { maxWaitMs: waitMs, maxBytes: roundBytes, isolation })
}

function isWanted(
  message: TopicMessage,
  { untilMs, filter }: Pick<ReadOptions, 'untilMs' | 'filter'>,
): boolean {
  return (untilMs === undefined || message.timestampMs < untilMs) && (filter?.(message) ?? true)
}

/** Moves the span on and gives what lies in it. */
function take(span: Span, result: FetchResult, follow: boolean): TopicMessage[] {
  const { topic, partition } = span
  if (result.errorCode === errorCodes.OFFSET_OUT_OF_RANGE && result.logStartOffset > span.next) {
    // retention was faster than we
    span.next = result.logStartOffset
    return []
  }
  expectDone(result.errorCode, null, `reading ${topic}-${partition}`)
  const { records, next } = recordsOf(result, span.next)
  // nothing below the end that we may see: an open transaction holds it back
  const isStuck = next === span.next && result.records.length === 0
  const end = span.end
  span.next = isStuck && !follow ? end : next
  const within = follow ? records : records.filter(record => record.offset < end)
  return within.map(record => ({ topic, partition, ...record }))
}
