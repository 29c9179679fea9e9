import { laneKey } from '../completeness/tracker.ts'
import type { QueryContext } from '../context.ts'
import { type LogSearch, searchLogs } from '../logs.ts'
import type { StoreReader } from '../store-reader.ts'
import { isBefore, type Positions, type TailPosition } from './positions.ts'
import type { TailQuestion } from './stream.ts'

/** A tail that begins with the last lines of the store; what lies beyond comes out of the topic. Errors: those of the store. */
export async function backfill(
  context: QueryContext,
  reader: StoreReader,
  search: Omit<LogSearch, 'direction' | 'after'>,
  signal: AbortSignal,
): Promise<Pick<TailQuestion, 'before' | 'from'>> {
  // asked for first: whatever is stored later comes out of the topic
  const from = await storedTo(context)
  const { logs } = await searchLogs(reader, { ...search, direction: 'backward', after: undefined }, signal)
  const before = logs
    .filter(line => {
      const at = from.get(line.source.partition)
      return at === undefined || isBefore(line, at)
    })
    .reverse()
  return from.size === 0 ? { before } : { before, from }
}

/** Offsets up to which everything is in the store. */
async function storedTo({ watcher, config }: QueryContext): Promise<Positions> {
  const committed = await watcher.committed()
  const found = new Map<number, TailPosition>()
  for (let partition = 0; ; partition++) {
    const offset = committed.get(laneKey(config.kafka.topics.logs, partition))
    if (offset === undefined) return found
    found.set(partition, { offset, index: 0 })
  }
}
