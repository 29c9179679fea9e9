import { beforeEach, describe, expect, it } from 'vitest'
import { Scene, testTimeout } from './testing/scene.ts'
import { ShareScene } from './testing/share-scene.ts'
import { TransactionalProducer } from './testing/transactional-producer.ts'

describe('share groups that read committed records', testTimeout, () => {
  const scene = Scene.forEachTest()
  let share: ShareScene
  let producer: TransactionalProducer
  beforeEach(async () => {
    share = new ShareScene(scene)
    await share.createTopic()
    await share.configure('share.auto.offset.reset', 'earliest')
    producer = new TransactionalProducer(scene, 'x', 2)
    await producer.init()
  })

  it('are given nothing of open transactions and nothing of aborted ones, nor any marks', async () => {
    await share.configure('share.isolation.level', 'read_committed')
    await share.produce(['plain'])
    await producer.write('aborted')
    await share.join('m')
    expect((await share.fetch('m')).acquired).toEqual(['0-0x1'])
    expect((await share.fetch('m')).acquired).toEqual([])
    await producer.end(false)
    await producer.write('committed')
    await producer.end(true)
    // the marks follow the answer
    expect((await share.fetch('m', { maxWaitMs: 10_000 })).acquired).toEqual(['3-3x1'])
    expect(await share.place()).toBe('0+2')
  })

  it('are given everything but marks where they do not ask for committed ones', async () => {
    await producer.write('aborted')
    await producer.end(false)
    await expect.poll(async () => (await scene.fetch(0)).highWatermark).toBe(2)
    await share.produce(['plain'])
    await share.join('m')
    expect((await share.fetch('m')).acquired).toEqual(['0-0x1', '2-2x1'])
  })
})
