import type { KafkaAdminClient } from '../../client/index.ts'
import { offsetBounds, offsetsAt, type Place, placeKey } from '../partition-offsets.ts'

/**
 * Where reading begins: an end, an offset, a time in ms, so many before the end or, of each partition, before an offset, or
 * an offset for each partition.
 */
export type StartAt =
  | 'earliest'
  | 'latest'
  | { offset: number }
  | { timestampMs: number }
  | { last: number; before?: Readonly<Record<number, number>> | undefined }
  | { offsets: Readonly<Record<number, number>> }

/** What is to be read of a partition: from `next` up to `end`, which was its end when we began; `first` is there at all. */
export interface Span extends Place {
  first: number
  next: number
  end: number
}

/** Turns a start into spans; what retention has taken is not asked for. */
export async function spansFrom(
  client: KafkaAdminClient,
  places: readonly Place[],
  from: StartAt,
): Promise<Span[]> {
  const bounds = await offsetBounds(client, places)
  const times =
    typeof from === 'object' && 'timestampMs' in from
      ? await byTime(client, places, from.timestampMs)
      : undefined
  return places.map(place => {
    const { startOffset, endOffset } = bounds.get(placeKey(place)) ?? { startOffset: 0, endOffset: 0 }
    const within = (offset: number) => Math.min(Math.max(offset, startOffset), endOffset)
    const end = within(endOf(place, from) ?? endOffset)
    return { ...place, first: startOffset, next: within(startOf(place, from, startOffset, end, times)), end }
  })
}

async function byTime(client: KafkaAdminClient, places: readonly Place[], timestampMs: number) {
  const found = await offsetsAt(client, places, timestampMs)
  return new Map(found.map(place => [placeKey(place), place.offset]))
}

function endOf({ partition }: Place, from: StartAt): number | undefined {
  return typeof from === 'object' && 'last' in from ? from.before?.[partition] : undefined
}

function startOf(
  place: Place,
  from: StartAt,
  start: number,
  end: number,
  times: ReadonlyMap<string, number> | undefined,
): number {
  if (from === 'earliest') return start
  if (from === 'latest') return end
  if ('offset' in from) return from.offset
  if ('last' in from) return end - from.last
  if ('offsets' in from) return from.offsets[place.partition] ?? end
  const offset = times?.get(placeKey(place)) ?? -1
  return offset < 0 ? end : offset
}
