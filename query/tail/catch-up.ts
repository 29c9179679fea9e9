import { OperatingError } from '../../lib/base/index.ts'
import type { FetchRequest, FetchResult, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorCodes, errorName } from '../../lib/kafka/index.ts'
import type { TailLine } from './decode.ts'
import type { Positions, TailPosition } from './positions.ts'
import type { RecordLines } from './record-lines.ts'

const partitionBytes = 1_048_576
const maxWaitMs = 500
/** A partition that gives nothing, though it should, is asked so often. */
const maxEmpty = 20

/** Lines of a partition, or what of it is gone; `next` is the offset behind them. */
export interface CaughtUp {
  partition: number
  lines: readonly TailLine[]
  /** Records that retention took before they could be read. */
  gone: number
  next: number
}

/** Reads the topic between two places, as fast as what is read is taken. Errors: TAIL_INTERRUPTED; those of the client. */
export async function* readBetween(
  client: KafkaClient,
  lines: RecordLines,
  from: Positions,
  to: ReadonlyMap<number, number>,
): AsyncGenerator<CaughtUp> {
  const next = new Map([...from].filter(([partition, { offset }]) => offset < (to.get(partition) ?? 0)))
  const fetcher = client.openFetcher()
  try {
    let empty = 0
    while (next.size > 0 && empty < maxEmpty) {
      empty++
      for (const result of await fetcher.fetch(requestsFor(lines.topic, next), { maxWaitMs }))
        for await (const part of taken(client, lines, result, next)) {
          empty = 0
          advance(next, part, to)
          yield part
        }
    }
  } finally {
    await fetcher.close()
  }
  if (next.size > 0)
    throw new OperatingError('TAIL_INTERRUPTED', 'the brokers do not give what the topic has')
}

function requestsFor(topic: string, next: Positions): FetchRequest[] {
  return Array.from(next, ([partition, { offset }]) => ({
    topic,
    partition,
    offset,
    maxBytes: partitionBytes,
  }))
}

function advance(
  next: Map<number, TailPosition>,
  { partition, next: offset }: CaughtUp,
  to: ReadonlyMap<number, number>,
): void {
  if (offset >= (to.get(partition) ?? 0)) next.delete(partition)
  else next.set(partition, { offset, index: 0 })
}

async function* taken(
  client: KafkaClient,
  lines: RecordLines,
  { errorCode, records, partition }: FetchResult,
  next: ReadonlyMap<number, TailPosition>,
): AsyncGenerator<CaughtUp> {
  const from = next.get(partition)
  if (from === undefined) return
  if (errorCode === errorCodes.OFFSET_OUT_OF_RANGE) {
    const earliest = await client.listOffset(lines.topic, partition, 'earliest')
    yield { partition, lines: [], gone: Math.max(0, earliest - from.offset), next: earliest }
    return
  }
  if (errorCode !== errorCodes.NONE)
    throw new OperatingError('TAIL_INTERRUPTED', `a fetch was answered ${errorName(errorCode)}`)
  const cursor = new BatchCursor(records)
  while (cursor.next())
    yield { partition, lines: lines.of(cursor, partition, from), gone: 0, next: cursor.nextOffset }
}

/** Where each partition ends now. */
export async function endsOf(client: KafkaClient, topic: string): Promise<Map<number, number>> {
  const found = (await client.metadata([topic])).get(topic)
  const ends = new Map<number, number>()
  for (const partition of found?.leaders.keys() ?? [])
    ends.set(partition, await client.listOffset(topic, partition, 'latest'))
  return ends
}
