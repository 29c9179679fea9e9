import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeBatch } from '../kafka/index.ts'
import { compact, keyed, recordsOf } from './compaction/testing/keyed.ts'
import { type Log, openLog } from './index.ts'
import { canMountDisk, mountDisk, type SmallDisk } from './testing/small-disk.ts'

let disk: SmallDisk
let ballast: string
const value = 'x'.repeat(4000)
const folderOf = () => join(disk.path, 'log')
const open = (): Promise<Log> => openLog({ folder: folderOf(), segmentBytes: 100_000, flush: 'ack' })
/** The first keys are all different: that of them compaction must write anew. */
const keyOf = (i: number) => `key ${i < 20 ? i : i % 7}`
const append = (log: Log, i: number) => log.append(writeBatch([keyed(keyOf(i), `${i} ${value}`)]))

describe.skipIf(!canMountDisk())('on a disk of 1 MiB (skipped where none can be mounted)', () => {
  let log: Log
  beforeEach(async () => {
    disk = mountDisk(1) as SmallDisk
    ballast = join(disk.path, 'ballast')
    log = await open()
  })
  afterEach(async () => {
    await log.close()
    disk.unmount()
  })

  /** Appends until nothing fits any more; how many did. */
  async function fill(): Promise<number> {
    for (let i = 0; ; i++) {
      const result = await append(log, i).catch(error => error)
      if (result instanceof Error) {
        expect(result).toMatchObject({
          code: 'LOG_WRITE_FAILED',
          message: expect.stringContaining('the disk is full'),
        })
        return i
      }
    }
  }

  it('refuses appends while it is full, goes on when there is room, and keeps all it has taken', async () => {
    await writeFile(ballast, Buffer.alloc(300_000))
    const taken = await fill()
    expect(taken).toBeGreaterThan(100)
    await expect(append(log, taken)).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' })
    expect(await recordsOf(log)).toHaveLength(taken)
    await rm(ballast)
    expect(await append(log, taken)).toMatchObject({ baseOffset: taken })
    await log.close()
    log = await open()
    expect((await recordsOf(log)).map(r => r.offset)).toEqual(Array.from({ length: taken + 1 }, (_, i) => i))
  })

  it('lets old segments go though there is no room to write down that they have', async () => {
    const taken = await fill()
    const second = log.segments[1]?.baseOffset ?? 0
    await log.deleteBefore(second)
    expect([log.startOffset, log.endOffset]).toEqual([second, taken])
    // a process that is being started meanwhile holds open files, and so their room, a moment longer
    const appended = await vi.waitFor(() => append(log, taken), { timeout: 5_000 })
    expect(appended).toMatchObject({ baseOffset: taken })
  })

  it('gives compaction up without a trace, and lets it succeed later', async () => {
    await writeFile(ballast, Buffer.alloc(300_000))
    const taken = await fill()
    const rest = join(disk.path, 'rest')
    await expect(writeFile(rest, Buffer.alloc(1_000_000))).rejects.toMatchObject({ code: 'ENOSPC' })
    await expect(compact(log)).rejects.toMatchObject({ code: 'ENOSPC' })
    expect((await readdir(folderOf())).filter(name => /cleaned|swap/.test(name))).toEqual([])
    expect(await recordsOf(log)).toHaveLength(taken)
    await rm(ballast)
    await rm(rest)
    const { bytesAfter, bytesBefore } = await compact(log)
    expect(bytesAfter).toBeLessThan(bytesBefore / 3)
    expect((await recordsOf(log)).at(-1)?.offset).toBe(taken - 1)
  })
})
