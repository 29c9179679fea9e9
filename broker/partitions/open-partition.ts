import { BatchCursor } from '../../lib/kafka/index.ts'
import { type AbortedTransaction, type Log, openLog, TransactionIndex } from '../../lib/log/index.ts'
import { LeaderEpochs, leaderEpoch } from './leader-epochs.ts'
import { readMarker } from './markers.ts'
import { Partition, type PartitionOptions } from './partition.ts'
import { Producers } from './producers.ts'
import { logTuning } from './retention.ts'
import { readSnapshot } from './snapshot.ts'

const scanBytes = 4_194_304

/** Opens the log with recovery where needed, and brings the producers' state and what was aborted up to its end. */
export async function openPartition(options: PartitionOptions): Promise<Partition> {
  const { folder, settings, flush, resources, logger } = options
  const nowMs = () => options.clock.nowMs()
  const log = await openLog(
    { folder, flush, leaderEpoch, ...logTuning(settings) },
    { resources, logger, nowMs },
  )
  const bases = log.segments.map(({ baseOffset }) => baseOffset)
  const { index, soundBelow } = await TransactionIndex.open(folder, resources.files, bases)
  const snapshot = await readSnapshot(folder, Math.min(log.endOffset, soundBelow))
  const producers = restore(snapshot?.producers ?? [])
  const replayFrom = Math.max(snapshot?.offset ?? 0, log.startOffset)
  await index.truncate(replayFrom)
  await replay(log, replayFrom, producers, async entry => {
    const segment = bases.findLast(base => base <= entry.lastOffset)
    if (segment !== undefined) await index.append(segment, entry)
  })
  const epochs = await LeaderEpochs.open(folder, leaderEpoch, log)
  return new Partition(options, { log, producers, index, epochs, snapshotOffset: snapshot?.offset ?? -1 })
}

function restore(known: NonNullable<Awaited<ReturnType<typeof readSnapshot>>>['producers']): Producers {
  const producers = new Producers()
  const from = (offset: number | undefined) => offset ?? Number.POSITIVE_INFINITY
  // those of open transactions in the order in which these began
  for (const { producer, transactionFirstOffset } of known.toSorted(
    (a, b) => from(a.transactionFirstOffset) - from(b.transactionFirstOffset) || 0,
  ))
    producers.restore(producer, transactionFirstOffset)
  return producers
}

/** Looks at the headers of all batches from `offset` on, and at the markers. */
async function replay(
  log: Log,
  offset: number,
  producers: Producers,
  onAborted: (entry: AbortedTransaction) => Promise<void>,
): Promise<void> {
  for (let at = offset; at < log.stableOffset; ) {
    const slice = await log.read(at, scanBytes)
    const aborted: AbortedTransaction[] = []
    const cursor = new BatchCursor(slice.bytes)
    while (cursor.next()) {
      if (!cursor.hasProducerId) continue
      if (cursor.isControl) replayMarker(cursor, producers, aborted)
      else replayBatch(cursor, producers)
    }
    at = slice.nextOffset
    slice.release()
    for (const entry of aborted) await onAborted(entry)
  }
}

function replayBatch(cursor: BatchCursor, producers: Producers): void {
  const { maxTimestampMs, baseOffset, lastOffset } = cursor
  const producerId = Number(cursor.producerId)
  const identity = {
    producerId,
    epoch: cursor.producerEpoch,
    firstSequence: cursor.baseSequence,
    // compaction may have taken records out
    count: cursor.lastOffsetDelta + 1,
    isTransactional: cursor.isTransactional,
  }
  const batch = producers.add(identity, maxTimestampMs, maxTimestampMs, baseOffset)
  producers.written(producerId, batch, baseOffset, lastOffset)
}

function replayMarker(cursor: BatchCursor, producers: Producers, aborted: AbortedTransaction[]): void {
  const marker = readMarker(cursor)
  if (marker === undefined) return
  const transaction = producers.detach(marker.producerId)
  producers.end(marker, transaction, cursor.maxTimestampMs)
  if (transaction === undefined) return
  producers.transactions.close(transaction)
  if (marker.isCommit) return
  const { producerId, firstOffset } = transaction
  const { lastOffset } = cursor
  const lastStableOffset = producers.transactions.decidedAfter(transaction, lastOffset)
  aborted.push({ producerId, firstOffset, lastOffset, lastStableOffset })
}
