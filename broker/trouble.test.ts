import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../cli/config.ts'
import { Metrics, memoryLogger, systemClock } from '../lib/base/index.ts'
import { apis, writeBatch } from '../lib/kafka/index.ts'
import { startBroker } from './index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'
import { WireClient } from './testing/wire-client.ts'

describe('trouble', testTimeout, () => {
  const scene = Scene.forEachTest()

  it('a frame that is no request ends its connection with one line, and no other', async () => {
    const frames = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([
        0, 0, 0, 20, 0, 3, 0, 9, 0, 0, 0, 1, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0,
      ]),
      Buffer.from([0, 0, 0, 2, 0, 3]),
      Buffer.from([0x7f, 0xff, 0xff, 0xff]),
    ]
    for (const frame of frames) {
      const bad = await WireClient.open(scene.broker.address)
      bad.socket.write(frame)
      await bad.closed
    }
    expect(scene.broker.entries.filter(e => e.message === 'bad request, connection closed')).toHaveLength(
      frames.length,
    )
    const { brokers } = await scene.client.send(apis.metadata, 12, { topics: [] })
    expect(brokers).toHaveLength(1)
  })

  it('a second broker on the folder, and a taken port, are refused with the remedy', async () => {
    const start = (set: string[]) =>
      startBroker(parseConfig('', { set }), {
        logger: memoryLogger().logger,
        metrics: new Metrics(),
        clock: systemClock,
        fail: () => undefined,
      })
    await expect(start([`dataDir=${scene.broker.dataDir}`, 'broker.listen=127.0.0.1:0'])).rejects.toThrow(
      /in use by process/,
    )
    const other = join(scene.broker.dataDir, 'other')
    await expect(start([`dataDir=${other}`, `broker.listen=${scene.broker.address}`])).rejects.toThrow(
      /set broker\.listen/,
    )
    await expect(
      start([
        `dataDir=${join(scene.broker.dataDir, 'broker', 'metadata.jsonl')}`,
        'broker.listen=127.0.0.1:0',
      ]),
    ).rejects.toThrow(/set dataDir/)
  })

  it('a client that asks and never reads does not grow our memory without bound', async () => {
    await scene.createTopic('t', 1, { 'max.message.bytes': '2000000' })
    await scene.produce(writeBatch([record('x'.repeat(1_000_000))]))
    const deaf = await WireClient.open(scene.broker.address)
    deaf.socket.pause()
    const before = process.memoryUsage().external
    const asked = Array.from({ length: 200 }, () =>
      deaf
        .send(apis.fetch, 12, {
          maxWaitMs: 0,
          minBytes: 1,
          topics: [
            { topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 2_000_000 }] },
          ],
        })
        .catch(() => undefined),
    )
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(process.memoryUsage().external - before).toBeLessThan(100_000_000)
    deaf.close()
    await Promise.all(asked)
    expect((await scene.fetch(0)).values).toHaveLength(1)
  })
})
