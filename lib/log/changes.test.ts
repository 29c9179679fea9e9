import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeBatch } from '../kafka/index.ts'
import { type Log, openLog } from './index.ts'

let base: string
let log: Log
const options = { segmentBytes: 1 << 20, flush: 'ack' } as const
const batch = writeBatch([{ key: null, value: Buffer.alloc(500), timestampMs: 1, headers: [] }])
const append = () => log.append(Buffer.from(batch))

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'millrace-log-changes-'))
  log = await openLog({ folder: join(base, 'log'), ...options })
})
afterEach(async () => {
  await log.close()
  await rm(base, { recursive: true, force: true })
})

describe('an open log', () => {
  it('keeps a durable start inside a segment over a crash', async () => {
    for (let i = 0; i < 5; i++) await append()
    await log.deleteBefore(3, { durable: true })
    // the files as a kill would leave them: nothing is closed
    await cp(join(base, 'log'), join(base, 'copy'), { recursive: true })
    const recovered = await openLog({ folder: join(base, 'copy'), ...options })
    expect([recovered.startOffset, recovered.endOffset]).toEqual([3, 5])
    await recovered.close()
  })

  it('takes another segment size from the next append on', async () => {
    for (let i = 0; i < 4; i++) await append()
    expect(log.segments).toHaveLength(1)
    log.configure({ segmentBytes: 1200 })
    for (let i = 0; i < 4; i++) await append()
    expect(log.segments.map(s => s.baseOffset)).toEqual([0, 4, 6])
  })
})
