import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTopic, type MessagePage, produceMessage, readMessages, readPage } from '../index.ts'
import { AdminScene } from '../testing/admin-scene.ts'
import type { TopicMessage } from './message.ts'
import type { PageOptions } from './page.ts'

const scene = AdminScene.forFile()
/** Where the page beside one begins, whichever way it goes. */
function following({ next, before }: MessagePage): PageOptions['from'] | undefined {
  if (next !== undefined) return { offsets: next }
  return before === undefined ? undefined : { last: 2, before }
}

const base = 1_700_000_000_000

describe('messages', () => {
  beforeAll(async () => {
    await createTopic(scene.client, { name: 'read', partitions: 2 })
    await scene.fill('read', 0, ['a', 'b', 'c', 'd'], base)
    await scene.fill('read', 1, ['e', 'f'], base + 1500)
  })

  it('are read from an end, an offset, a time, or so many before the end', async () => {
    const all = (await scene.read({ topic: 'read', from: 'earliest' })).sort()
    expect(all).toEqual(['0/0 a', '0/1 b', '0/2 c', '0/3 d', '1/0 e', '1/1 f'])
    expect(await scene.read({ topic: 'read', from: 'latest' })).toEqual([])
    expect(await scene.read({ topic: 'read', partitions: [0], from: { offset: 2 } })).toEqual([
      '0/2 c',
      '0/3 d',
    ])
    expect((await scene.read({ topic: 'read', from: { timestampMs: base + 2500 } })).sort()).toEqual([
      '0/3 d',
      '1/1 f',
    ])
    expect(await scene.read({ topic: 'read', from: { last: 3 } })).toEqual(['0/2 c', '1/1 f', '0/3 d'])
    expect(await scene.read({ topic: 'read', from: { offsets: { 0: 3 } } })).toEqual(['0/3 d'])
  })

  it('are filtered and bounded', async () => {
    const filter = ({ value }: { value: Buffer | null }) => 'bf'.includes(value?.toString() ?? '')
    expect((await scene.read({ topic: 'read', from: 'earliest', filter })).sort()).toEqual(['0/1 b', '1/1 f'])
    expect(await scene.read({ topic: 'read', from: 'earliest', limit: 1 })).toHaveLength(1)
    expect(
      await scene.read({ topic: 'read', partitions: [0], from: 'earliest', untilMs: base + 1000 }),
    ).toEqual(['0/0 a'])
    await expect(scene.read({ topic: 'nowhere', from: 'earliest' })).rejects.toThrow(
      'there is no topic nowhere',
    )
    await expect(scene.read({ topic: 'read', partitions: [7], from: 'earliest' })).rejects.toThrow(
      'there is no partition 7',
    )
  })

  it('are paged by time across partitions, to either end, without a gap and without one twice', async () => {
    await createTopic(scene.client, { name: 'paged', partitions: 3 })
    await scene.fill('paged', 0, ['a', 'd', 'g', 'j'], base)
    await scene.fill('paged', 1, ['b', 'e', 'h'], base + 300)
    // its second is written with a time before its first
    await scene.fill('paged', 2, ['c'], base + 600)
    await scene.fill('paged', 2, ['f'], base - 5000)
    await scene.fill('paged', 2, ['i'], base + 2600)
    const pages = async (first: PageOptions['from'], filter?: (text: string) => boolean) => {
      const bounds = { limit: 2, scanLimit: 1000 }
      const which = filter === undefined ? {} : { filter: ({ value }: TopicMessage) => filter(String(value)) }
      const found: string[] = []
      let from: PageOptions['from'] | undefined = first
      for (let i = 0; from !== undefined && i < 20; i++) {
        const page: MessagePage = await readPage(scene.client, { topic: 'paged', from, ...bounds, ...which })
        found.push(page.messages.map(({ value }) => String(value)).join(''))
        from = following(page)
      }
      return found
    }
    expect(await pages('earliest')).toEqual(['ab', 'cf', 'de', 'gh', 'ij'])
    expect(await pages({ timestampMs: base + 1500 })).toEqual(['gh', 'ij'])
    expect(await pages({ last: 2 })).toEqual(['ij', 'gh', 'de', 'cf', 'ab'])
    expect((await pages('earliest', text => 'adi'.includes(text))).join('')).toBe('adi')
    const back = await pages({ last: 2 }, text => 'adi'.includes(text))
    expect(back.reverse().join('')).toBe('adi')
  })

  it('make the topic that they are written to, where the broker allows it', async () => {
    const place = await produceMessage(scene.client, {
      topic: 'made-by-writing',
      key: null,
      value: Buffer.from('first'),
      timestampMs: base,
    })
    expect(place.offset).toBe(0)
    expect(await scene.read({ topic: 'made-by-writing', from: 'earliest' })).toEqual([
      `${place.partition}/0 first`,
    ])
  })

  it('are followed as they come', async () => {
    const stop = new AbortController()
    const following = (async () => {
      const found: string[] = []
      for await (const { value } of readMessages(scene.client, {
        topic: 'read',
        from: 'latest',
        follow: true,
        signal: stop.signal,
      })) {
        found.push(String(value))
        if (found.length === 2) return found
      }
      return found
    })()
    await sleep(200)
    await scene.fill('read', 1, ['g', 'h'], base + 10_000)
    expect(await following).toEqual(['g', 'h'])
    stop.abort()
  })

  it("go to the partition of their key as Kafka's clients have it", async () => {
    const written = await produceMessage(scene.client, {
      topic: 'read',
      key: Buffer.from('21'),
      value: null,
      headers: [{ key: 'h', value: 'v' }],
      timestampMs: base + 20_000,
    })
    // as org.apache.kafka.common.utils.Utils.murmur2 says: -973932308
    expect(written.partition).toBe((-973_932_308 & 0x7fffffff) % 2)
  })
})
