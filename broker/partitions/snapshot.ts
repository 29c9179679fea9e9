import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32c } from '@node-rs/crc32'
import { producerSnapshot, Reader, Writer } from '../../lib/kafka/index.ts'
import { snapshotName, snapshotSuffix } from '../filenames.ts'
import { addSequence, type Producer } from './producers.ts'

const version = 1
/** Version (int16) and checksum (uint32) come before what the checksum covers. */
const coveredFrom = 6
/** The newest may turn out torn: one more is kept. */
const keptSnapshots = 2

/** Writes what was known of the producers when the log ended at `offset`, in Kafka's own format. */
export async function writeSnapshot(
  folder: string,
  offset: number,
  producers: Iterable<Producer>,
): Promise<void> {
  const path = join(folder, snapshotName(offset))
  const file = await open(`${path}.tmp`, 'w')
  try {
    await file.write(encode(producers, offset))
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(`${path}.tmp`, path)
  const offsets = await listSnapshots(folder)
  for (const old of offsets.slice(0, -keptSnapshots))
    await rm(join(folder, snapshotName(old)), { force: true })
}

/** The newest usable snapshot at or below `maxOffset`; newer ones, of a log that has been cut since, are removed. */
export async function readSnapshot(
  folder: string,
  maxOffset: number,
): Promise<{ offset: number; producers: Producer[] } | undefined> {
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

function encode(producers: Iterable<Producer>, endOffset: number): Buffer {
  const entries = []
  for (const producer of producers) {
    // batches that are still being written are not part of it
    const last = producer.batches.findLast(b => b.lastOffset !== undefined && b.lastOffset < endOffset)
    if (last?.lastOffset === undefined) continue
    entries.push({
      producerId: BigInt(producer.producerId),
      epoch: producer.epoch,
      lastSequence: last.lastSequence,
      lastOffset: last.lastOffset,
      offsetDelta: addSequence(last.lastSequence, 0x8000_0000 - last.firstSequence),
      timestamp: last.timestampMs,
      coordinatorEpoch: -1,
      currentTxnFirstOffset: -1,
    })
  }
  const writer = new Writer()
  writer.int16(version)
  producerSnapshot.write(writer, version, { crc: 0, producerEntries: entries })
  const bytes = Buffer.concat(writer.finish())
  bytes.writeUInt32BE(crc32c(bytes.subarray(coveredFrom)), 2)
  return bytes
}

function decode(bytes: Buffer): Producer[] | undefined {
  if (bytes.length < coveredFrom + 4 || bytes.readInt16BE(0) !== version) return undefined
  if (bytes.readUInt32BE(2) !== crc32c(bytes.subarray(coveredFrom))) return undefined
  const { producerEntries } = producerSnapshot.read(new Reader(bytes, 2), version)
  return producerEntries.map(entry => ({
    producerId: Number(entry.producerId),
    epoch: entry.epoch,
    lastActiveMs: entry.timestamp,
    batches: [
      {
        firstSequence: addSequence(entry.lastSequence, 0x8000_0000 - entry.offsetDelta),
        lastSequence: entry.lastSequence,
        timestampMs: entry.timestamp,
        lastOffset: entry.lastOffset,
        written: undefined,
      },
    ],
  }))
}
