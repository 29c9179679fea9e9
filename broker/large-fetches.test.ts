import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { apis, writeBatch } from '../lib/kafka/index.ts'
import { openFilesIn } from '../lib/log/testing/open-files.ts'
import { record, Scene, testTimeout, valuesOf } from './testing/scene.ts'
import { TransactionalProducer } from './testing/transactional-producer.ts'
import { WireClient } from './testing/wire-client.ts'

/** More than any client asks for at once, in batches of a hundred kilobytes and of a few hundred bytes. */
const sizes = Array.from({ length: 120 }, (_, i) => (i % 3 === 0 ? 100_000 + i * 37 : 300 + i))
const texts = sizes.map((size, i) => `${i} ${String.fromCharCode(97 + (i % 26)).repeat(size)}`)

describe('fetches of much that is ahead', testTimeout, () => {
  const scene = Scene.forEachTest()

  async function fill(topic = 't'): Promise<void> {
    await scene.createTopic(topic, 1, { 'segment.bytes': '1500000' })
    for (const text of texts) await scene.produce(writeBatch([record(text)]), { topic })
  }

  /** All of a topic as one client reads it, from several positions of its own. */
  async function consume(isolationLevel: number, topics: readonly string[]): Promise<string[][]> {
    const found = topics.map((): string[] => [])
    for (;;) {
      const { responses } = await scene.client.send(apis.fetch, 12, {
        maxWaitMs: 0,
        minBytes: 1,
        isolationLevel,
        topics: topics.map((topic, i) => ({
          topic,
          partitions: [{ partition: 0, fetchOffset: found[i]?.length ?? 0, partitionMaxBytes: 700_000 }],
        })),
      })
      const values = topics.map(name => {
        const answer = responses.find(({ topic }) => topic === name)?.partitions[0]
        expect(answer?.errorCode).toBe(0)
        return valuesOf(answer?.records)
      })
      if (values.every(({ length }) => length === 0)) return found
      for (const [i, list] of values.entries()) found[i]?.push(...list)
    }
  }

  it('give every record once, of one topic or several in one answer', async () => {
    await fill('t')
    await fill('u')
    expect(await consume(0, ['t'])).toEqual([texts])
    expect(await consume(1, ['t', 'u'])).toEqual([texts, texts])
    await scene.restart()
    expect(await consume(1, ['u', 't'])).toEqual([texts, texts])
  })

  it('give readers of committed records nothing past an open transaction', async () => {
    await fill()
    const producer = new TransactionalProducer(scene, 'x', 2)
    expect(await producer.init()).toBe(0)
    expect(await producer.write('open')).toBe(0)
    for (const text of texts) await scene.produce(writeBatch([record(text)]))
    expect(await consume(1, ['t'])).toEqual([texts])
    expect(await consume(0, ['t'])).toEqual([[...texts, 'open', ...texts]])
  })

  it('leave no file open for clients that go in the midst of an answer', async () => {
    await fill()
    await consume(0, ['t'])
    const openFiles = () => openFilesIn(scene.broker.dataDir).length
    const before = openFiles()
    for (let i = 0; i < 30; i++) {
      const client = await WireClient.open(scene.broker.address)
      for (let n = 0; n < 3; n++) {
        const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }]
        const topics = [{ topic: 't', partitions }]
        client.send(apis.fetch, 12, { maxWaitMs: 0, minBytes: 1, topics }).catch(() => undefined)
      }
      if (i % 2 === 0) client.socket.pause()
      await sleep(2)
      client.socket.resetAndDestroy()
    }
    await expect.poll(openFiles).toBeLessThanOrEqual(before)
    expect(await consume(0, ['t'])).toEqual([texts])
  })
})
