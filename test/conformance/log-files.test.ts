import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { WireClient } from '../../broker/testing/wire-client.ts'
import { apis, compressions, writeBatch } from '../../lib/kafka/index.ts'
import { hasKafkaTools, kafkaTool } from './tools.ts'

const timeout = 180_000
const configs = {
  'cleanup.policy': 'compact',
  'internal.segment.bytes': '20000',
  'index.interval.bytes': '500',
  'min.cleanable.dirty.ratio': '0.01',
  'delete.retention.ms': '86400000',
}

describe.skipIf(!hasKafkaTools)(
  "Kafka's tools on a compacted log (skipped where they or Java are absent)",
  { timeout },
  () => {
    let broker: TestBroker
    beforeAll(async () => {
      broker = await startTestBroker([
        'broker.cleanerBackoffMs=200',
        'broker.topicDefaults.segmentBytes=65536',
      ])
    }, timeout)
    afterAll(() => broker.close(), timeout)

    it('LogCompactionTester finds of every key the newest value', async () => {
      const args = ['--messages', '40000', '--topics', '1', '--percent-deletes', '20', '--sleep', '5']
      const { lines, errors, status } = await kafkaTool('org.apache.kafka.tools.LogCompactionTester', [
        '--bootstrap-server',
        broker.address,
        ...args,
      ])
      expect([status, errors]).toEqual([0, expect.any(String)])
      expect(lines.join('\n')).toMatch(/Validated \d+ values, 0 mismatches/)
      expect(broker.entries.some(entry => entry.message === 'partition compacted')).toBe(true)
    })

    it('DumpLogSegments reads segments and indexes without a complaint', async () => {
      await fill()
      // a broker at work would exchange files while they are read
      await broker.stop()
      const folder = join(broker.dataDir, 'broker', 'data', 'dumped-0')
      const names = await readdir(folder)
      expect(names).toContain('leader-epoch-checkpoint')
      const dump = async (suffix: string, ...options: string[]) => {
        const files = names.filter(name => name.endsWith(suffix)).map(name => join(folder, name))
        expect(files.length).toBeGreaterThan(2)
        const args = ['--files', files.join(','), ...options]
        const { lines, errors, status } = await kafkaTool('kafka.tools.DumpLogSegments', args)
        expect(status).toBe(0)
        // where records have gone offsets are not consecutive, which it says of Kafka's own files too
        const complaint = /mismatch|isvalid: false|corrupt|exception|out of order/i
        expect([...lines, ...errors.split('\n')].filter(line => complaint.test(line))).toEqual([])
        const text = lines.join('\n')
        return text
      }
      expect(await dump('.log', '--deep-iteration')).toMatch(
        /isDeleteHorizon|deleteHorizonMs: OptionalLong\[\d+\]/,
      )
      await dump('.index')
      await dump('.timeindex')
      expect(await dump('.index', '--index-sanity-check')).toMatch(/passed sanity check/)
      expect(await dump('.timeindex', '--index-sanity-check')).toMatch(/passed sanity check/)
    })

    async function fill(): Promise<void> {
      const client = await WireClient.open(broker.address)
      await client.send(apis.createTopics, 7, {
        topics: [
          {
            name: 'dumped',
            numPartitions: 1,
            replicationFactor: 1,
            assignments: [],
            configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
          },
        ],
      })
      for (let i = 0; i < 300; i++) {
        const records = Array.from({ length: 5 }, (_, j) => ({
          key: Buffer.from(`key ${(i * 7 + j) % 400}`),
          value: i % 10 === 3 ? null : Buffer.alloc(100, String(i)),
          timestampMs: 1_700_000_000_000 + i,
          headers: [],
        }))
        const batch = writeBatch(records, { compression: compressions[i % compressions.length] ?? 'none' })
        const { responses } = await client.send(apis.produce, 9, {
          acks: -1,
          timeoutMs: 1000,
          topicData: [{ name: 'dumped', partitionData: [{ index: 0, records: batch }] }],
        })
        expect(responses[0]?.partitionResponses[0]?.errorCode).toBe(0)
      }
      client.close()
      const isCompacted = () =>
        broker.entries.some(
          entry => entry.message === 'partition compacted' && entry.attributes['topic'] === 'dumped',
        )
      while (!isCompacted()) await new Promise(resolve => setTimeout(resolve, 50))
    }
  },
)
