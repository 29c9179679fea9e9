import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apis, BatchCursor, readRecords, writeBatch } from '../lib/kafka/index.ts'
import { Scene, testTimeout } from './testing/scene.ts'

const keyed = (key: string, value: string | null) => ({
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  timestampMs: 1000,
  headers: [],
})
const eager = {
  'cleanup.policy': 'compact',
  'internal.segment.bytes': '1000',
  'min.cleanable.dirty.ratio': '0.01',
}

describe('a compacted topic', testTimeout, () => {
  const scene = Scene.forEachTest(['broker.cleanerBackoffMs=20'])

  it('ends with the newest record of each key, and knows after a restart how far it is', async () => {
    await scene.createTopic('t', 1, eager)
    for (let i = 0; i < 60; i++) await scene.produce(writeBatch([keyed(`k${i % 5}`, 'x'.repeat(100))]))
    await until(async () => (await offsets()).length < 20)
    const checkpoint = join(scene.broker.dataDir, 'broker', 'data', 'cleaner-offset-checkpoint')
    await until(async () => /^0\n1\nt 0 \d+\n$/.test(await readFile(checkpoint, 'utf8').catch(() => '')))
    const before = await offsets()
    expect(before.at(-1)).toBe(59)
    await scene.restart()
    // what was still dirty may have been compacted meanwhile
    const after = await offsets()
    expect(after.filter(offset => !before.includes(offset))).toEqual([])
    expect(after.slice(-5)).toEqual([55, 56, 57, 58, 59])
    expect((await scene.produce(writeBatch([keyed('k', 'v')]))).baseOffset).toBe(60)
  })

  it('remembers how far an idempotent producer got, though its records are gone', async () => {
    await scene.createTopic('t', 1, eager)
    const numbered = (producerId: bigint, baseSequence: number) =>
      writeBatch([keyed('k', 'x'.repeat(300))], { producerId, producerEpoch: 0, baseSequence })
    expect((await scene.produce(numbered(5n, 0))).baseOffset).toBe(0)
    for (let i = 0; i < 20; i++) expect((await scene.produce(numbered(6n, i))).errorCode).toBe(0)
    await until(async () => (await offsets()).length < 10)
    expect(await scene.produce(numbered(5n, 0))).toEqual({ errorCode: 0, baseOffset: 0 })
    expect(await scene.produce(numbered(5n, 1))).toEqual({ errorCode: 0, baseOffset: 21 })
  })

  async function offsets(): Promise<number[]> {
    const found: number[] = []
    for (let at = 0; ; ) {
      const response = await scene.client.send(apis.fetch, 12, {
        maxWaitMs: 0,
        minBytes: 1,
        topics: [
          { topic: 't', partitions: [{ partition: 0, fetchOffset: at, partitionMaxBytes: 1_000_000 }] },
        ],
      })
      const cursor = new BatchCursor(response.responses[0]?.partitions[0]?.records ?? Buffer.alloc(0))
      const before = at
      while (cursor.next()) {
        found.push(...readRecords(cursor).map(r => r.offset))
        at = cursor.nextOffset
      }
      if (at === before) return found
    }
  }
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(resolve => setTimeout(resolve, 20))
}
