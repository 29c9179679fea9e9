import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../lib/base/index.ts'
import { checksum, joinParts, producerSnapshot, Reader, Writer } from '../../lib/kafka/index.ts'
import { snapshotName, snapshotSuffix } from '../filenames.ts'
import { addSequence, type ProducedBatch, type Producer, type Producers } from './producers.ts'

type Entry = Pick<
  ReturnType<typeof producerSnapshot.read>['producerEntries'][number],
  'lastSequence' | 'offsetDelta' | 'timestamp' | 'lastOffset'
>

const version = 1
/** Version (int16) and checksum (uint32) come before what the checksum covers. */
const coveredFrom = 6
/** The newest may turn out torn: one more is kept. */
const keptSnapshots = 2

export interface Snapshot {
  /** Where the log ended. */
  offset: number
  producers: SnapshotProducer[]
}
export interface SnapshotProducer {
  producer: Producer
  transactionFirstOffset: number | undefined
}

/** What is known of the producers as of the log up to `offset`, in Kafka's own format. */
export function encodeSnapshot(producers: Producers, offset: number): Buffer {
  const producerEntries = [...producers.all()].flatMap(producer => entryOf(producer, producers, offset))
  const writer = new Writer()
  writer.int16(version)
  producerSnapshot.write(writer, version, { crc: 0, producerEntries })
  const bytes = joinParts(writer.finish())
  bytes.writeUInt32BE(checksum(bytes, coveredFrom, bytes.length), 2)
  return bytes
}

/** Kept are those of where a segment begins, as in Kafka, and the newest ones. */
export async function writeSnapshot(
  folder: string,
  offset: number,
  bytes: Buffer,
  segmentBases: readonly number[] = [],
): Promise<void> {
  await replaceFile(join(folder, snapshotName(offset)), bytes)
  const kept = new Set(segmentBases)
  for (const old of (await listSnapshots(folder)).slice(0, -keptSnapshots))
    if (!kept.has(old)) await rm(join(folder, snapshotName(old)), { force: true })
}

/** The newest usable snapshot at or below `maxOffset`; newer ones, of a log that has been cut since, are removed. */
export async function readSnapshot(folder: string, maxOffset: number): Promise<Snapshot | undefined> {
  for (const offset of (await listSnapshots(folder)).reverse()) {
    const path = join(folder, snapshotName(offset))
    const producers = offset <= maxOffset ? decode(await readFile(path)) : undefined
    if (producers !== undefined) return { offset, producers }
    await rm(path, { force: true })
  }
  return undefined
}

async function listSnapshots(folder: string): Promise<number[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith(snapshotSuffix))
  return names
    .map(name => Number(name.slice(0, -snapshotSuffix.length)))
    .filter(Number.isSafeInteger)
    .sort((a, b) => a - b)
}

function entryOf(producer: Producer, { transactions }: Producers, endOffset: number) {
  // batches that are still being written are not part of it
  const last = producer.batches.findLast(b => b.lastOffset !== undefined && b.lastOffset < endOffset)
  const currentTxnFirstOffset = transactions.firstOffsetOf(producer.producerId, endOffset) ?? -1
  const isUnknown = producer.coordinatorEpoch < 0 && currentTxnFirstOffset < 0
  if (last === undefined && isUnknown) return []
  return [
    {
      producerId: BigInt(producer.producerId),
      epoch: producer.epoch,
      lastSequence: last?.lastSequence ?? -1,
      lastOffset: last?.lastOffset ?? -1,
      offsetDelta: last === undefined ? 0 : sequenceDelta(last),
      timestamp: last?.timestampMs ?? producer.lastActiveMs,
      coordinatorEpoch: producer.coordinatorEpoch,
      currentTxnFirstOffset,
    },
  ]
}

function sequenceDelta({ firstSequence, lastSequence }: ProducedBatch): number {
  return firstSequence < 0 ? 0 : addSequence(lastSequence, 0x8000_0000 - firstSequence)
}

/** Undefined for what is damaged. */
function decode(bytes: Buffer): SnapshotProducer[] | undefined {
  if (bytes.length < coveredFrom + 4 || bytes.readInt16BE(0) !== version) return undefined
  if (bytes.readUInt32BE(2) !== checksum(bytes, coveredFrom, bytes.length)) return undefined
  const { producerEntries } = producerSnapshot.read(new Reader(bytes, 2), version)
  return producerEntries.map(entry => ({
    producer: {
      producerId: Number(entry.producerId),
      epoch: entry.epoch,
      coordinatorEpoch: entry.coordinatorEpoch,
      lastActiveMs: entry.timestamp,
      batches: entry.lastOffset < 0 ? [] : [lastBatchOf(entry)],
      transaction: undefined,
    },
    transactionFirstOffset: entry.currentTxnFirstOffset < 0 ? undefined : entry.currentTxnFirstOffset,
  }))
}

function lastBatchOf(entry: Entry): ProducedBatch {
  const { lastSequence, offsetDelta, timestamp: timestampMs, lastOffset } = entry
  const firstSequence = lastSequence < 0 ? -1 : addSequence(lastSequence, 0x8000_0000 - offsetDelta)
  return { firstSequence, lastSequence, timestampMs, lastOffset, written: undefined }
}
