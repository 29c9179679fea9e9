import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { snapshotName } from '../filenames.ts'
import { type Producer, Producers } from './producers.ts'
import { encodeSnapshot, readSnapshot, type SnapshotProducer, writeSnapshot } from './snapshot.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-snapshot-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function known(
  producerId: number,
  lastOffset: number | undefined,
  transactionFirstOffset?: number,
): SnapshotProducer {
  const batch = {
    firstSequence: 0x7fff_fffe,
    lastSequence: 1,
    timestampMs: 5,
    lastOffset,
    written: undefined,
  }
  const producer: Producer = {
    producerId,
    epoch: 3,
    coordinatorEpoch: -1,
    lastActiveMs: 5,
    batches: [batch],
    transaction: undefined,
  }
  return { producer, transactionFirstOffset }
}

function bytesOf(offset: number, ...all: SnapshotProducer[]): Buffer {
  const producers = new Producers()
  for (const { producer, transactionFirstOffset } of all)
    producers.restore({ ...producer }, transactionFirstOffset)
  return encodeSnapshot(producers, offset)
}

describe('a producer snapshot', () => {
  it('comes back without what was not written yet', async () => {
    await writeSnapshot(folder, 100, bytesOf(100, known(1, 99), known(2, undefined), known(3, 100)))
    expect(await readSnapshot(folder, 100)).toEqual({ offset: 100, producers: [known(1, 99)] })
  })

  it('knows which transactions were open, and producers of whom only a marker is left', async () => {
    const marked = known(4, undefined)
    marked.producer.batches = []
    marked.producer.coordinatorEpoch = 0
    await writeSnapshot(folder, 100, bytesOf(100, known(1, 99, 90), known(2, 95, 120), marked))
    expect(await readSnapshot(folder, 100)).toEqual({
      offset: 100,
      producers: [known(1, 99, 90), known(2, 95), marked],
    })
  })

  it('of a log that has been cut since, or damaged, is passed over for an older one', async () => {
    await writeSnapshot(folder, 10, bytesOf(10, known(1, 9)))
    await writeSnapshot(folder, 20, bytesOf(20, known(2, 19)))
    const path = join(folder, snapshotName(20))
    const bytes = await readFile(path)
    bytes[20] = 0xff
    await writeFile(path, bytes)
    expect((await readSnapshot(folder, 30))?.offset).toBe(10)
    await writeSnapshot(folder, 40, bytesOf(40))
    expect((await readSnapshot(folder, 30))?.offset).toBe(10)
  })

  it('is kept twice, and where a segment begins', async () => {
    for (const offset of [1, 2, 3, 4, 5]) await writeSnapshot(folder, offset, bytesOf(offset), [0, 2])
    expect(await readdir(folder)).toEqual([snapshotName(2), snapshotName(4), snapshotName(5)])
  })
})
