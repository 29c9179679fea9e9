import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { snapshotName } from '../filenames.ts'
import type { Producer } from './producers.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-snapshot-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function producer(producerId: number, lastOffset: number | undefined): Producer {
  const batch = {
    firstSequence: 0x7fff_fffe,
    lastSequence: 1,
    timestampMs: 5,
    lastOffset,
    written: undefined,
  }
  return { producerId, epoch: 3, lastActiveMs: 5, batches: [batch] }
}

describe('a producer snapshot', () => {
  it('comes back without what was not written yet', async () => {
    await writeSnapshot(folder, 100, [producer(1, 99), producer(2, undefined), producer(3, 100)])
    expect(await readSnapshot(folder, 100)).toEqual({ offset: 100, producers: [producer(1, 99)] })
  })

  it('of a log that has been cut since, or damaged, is passed over for an older one', async () => {
    await writeSnapshot(folder, 10, [producer(1, 9)])
    await writeSnapshot(folder, 20, [producer(2, 19)])
    const path = join(folder, snapshotName(20))
    const bytes = await readFile(path)
    bytes[20] = 0xff
    await writeFile(path, bytes)
    expect((await readSnapshot(folder, 30))?.offset).toBe(10)
    await writeSnapshot(folder, 40, [])
    expect((await readSnapshot(folder, 30))?.offset).toBe(10)
  })

  it('is kept twice, no more', async () => {
    for (const offset of [1, 2, 3, 4]) await writeSnapshot(folder, offset, [])
    expect(await readdir(folder)).toEqual([snapshotName(3), snapshotName(4)])
  })
})
