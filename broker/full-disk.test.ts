import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apis, BatchCursor, errorCodes, readRecords, writeBatch } from '../lib/kafka/index.ts'
import { canMountDisk, mountDisk, type SmallDisk } from '../lib/log/testing/small-disk.ts'
import { record, testTimeout } from './testing/scene.ts'
import { startTestBroker, type TestBroker } from './testing/start-broker.ts'
import { WireClient } from './testing/wire-client.ts'

describe.skipIf(!canMountDisk())(
  'a broker on a disk of 3 MiB (skipped where none can be mounted)',
  testTimeout,
  () => {
    let disk: SmallDisk
    let ballast: string
    let broker: TestBroker
    let client: WireClient
    beforeAll(async () => {
      disk = mountDisk(3) as SmallDisk
      ballast = join(disk.path, 'ballast')
      await writeFile(ballast, Buffer.alloc(1_500_000))
      broker = await startTestBroker([`dataDir=${join(disk.path, 'data')}`])
      client = await WireClient.open(broker.address)
    })
    afterAll(async () => {
      client.close()
      await broker.close()
      disk.unmount()
    })

    async function produce(text: string): Promise<number | undefined> {
      const records = writeBatch([record(`${text} ${'x'.repeat(10_000)}`)])
      const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }]
      const response = await client.send(apis.produce, 9, { acks: -1, timeoutMs: 1000, topicData })
      return response.responses[0]?.partitionResponses[0]?.errorCode
    }

    async function create(name: string): Promise<number | undefined> {
      const { topics } = await client.send(apis.createTopics, 7, {
        topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
      })
      return topics[0]?.errorCode
    }

    async function commit(): Promise<number | undefined> {
      const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: 'x'.repeat(4000) }]
      const { topics } = await client.send(apis.offsetCommit, 8, {
        groupId: 'g',
        generationIdOrMemberEpoch: -1,
        memberId: '',
        topics: [{ name: 't', partitions }],
      })
      return topics[0]?.partitions[0]?.errorCode
    }

    async function readAll(): Promise<string[]> {
      const texts: string[] = []
      for (;;) {
        const partitions = [{ partition: 0, fetchOffset: texts.length, partitionMaxBytes: 1_000_000 }]
        const { responses } = await client.send(apis.fetch, 12, {
          maxWaitMs: 0,
          minBytes: 1,
          topics: [{ topic: 't', partitions }],
        })
        const cursor = new BatchCursor(responses[0]?.partitions[0]?.records ?? Buffer.alloc(0))
        const before = texts.length
        while (cursor.next()) texts.push(...readRecords(cursor).map(r => String(r.value).split(' ')[0] ?? ''))
        if (texts.length === before) return texts
      }
    }

    it('says so while it is full, reads on, and writes on when there is room, without hands', async () => {
      expect(await create('t')).toBe(0)
      expect(await commit()).toBe(0)
      let taken = 0
      while ((await produce(String(taken))) === 0) taken++
      expect(taken).toBeGreaterThan(50)
      const rest = join(disk.path, 'rest')
      await expect(writeFile(rest, Buffer.alloc(3_000_000))).rejects.toMatchObject({ code: 'ENOSPC' })
      expect(await produce('lost')).toBe(errorCodes.KAFKA_STORAGE_ERROR)
      expect(await commit()).toBe(errorCodes.COORDINATOR_NOT_AVAILABLE)
      expect(broker.entries.some(entry => /the disk is full/.test(String(entry.attributes['error'])))).toBe(
        true,
      )
      const all = Array.from({ length: taken }, (_, i) => String(i))
      expect(await readAll()).toEqual(all)
      await rm(ballast)
      await rm(rest)
      expect([await produce('more'), await commit(), await create('u')]).toEqual([0, 0, 0])
      await broker.restart()
      client = await WireClient.open(broker.address)
      expect(await readAll()).toEqual([...all, 'more'])
    })
  },
)
