import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { hasKafkaTools, kafkaTool } from './tools.ts'

const timeout = 120_000
const tools = 'org.apache.kafka.tools'

describe.skipIf(!hasKafkaTools)(
  "Kafka's own tools (skipped where they or Java are absent)",
  { timeout },
  () => {
    let broker: TestBroker
    beforeAll(async () => {
      broker = await startTestBroker()
    }, timeout)
    afterAll(() => broker.close(), timeout)

    const bootstrap = () => ['--bootstrap-server', broker.address]
    const numbers = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => String(from + i))
    const consume = async (count: number, ...args: string[]) => {
      const limits = ['--max-messages', String(count), '--timeout-ms', '20000']
      const { lines } = await kafkaTool(`${tools}.consumer.ConsoleConsumer`, [
        ...bootstrap(),
        '--topic',
        't',
        ...limits,
        ...args,
      ])
      return lines.map(Number).sort((a, b) => a - b)
    }

    it('make topics, produce with every compression and consume in groups that resume', async () => {
      const created = await kafkaTool(`${tools}.TopicCommand`, [
        ...[
          ...bootstrap(),
          '--create',
          '--topic',
          't',
          '--partitions',
          '3',
          '--config',
          'retention.ms=3600000',
        ],
      ])
      expect(created.lines).toContain('Created topic t.')
      const described = await kafkaTool(`${tools}.TopicCommand`, [
        ...bootstrap(),
        '--describe',
        '--topic',
        't',
      ])
      expect(described.lines[0]).toMatch(
        /PartitionCount: 3\s+ReplicationFactor: 1\s+Configs: .*retention.ms=3600000/,
      )

      const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
      for (const [i, codec] of codecs.entries()) {
        const args = [...bootstrap(), '--topic', 't', '--compression-codec', codec]
        const sent = numbers(i * 100 + 1, i * 100 + 100).join('\n')
        expect((await kafkaTool(`${tools}.ConsoleProducer`, args, sent)).status).toBe(0)
      }
      expect(await consume(500, '--from-beginning', '--group', 'one')).toEqual(numbers(1, 500).map(Number))
      await broker.restart()
      await kafkaTool(
        `${tools}.ConsoleProducer`,
        [...bootstrap(), '--topic', 't'],
        numbers(501, 510).join('\n'),
      )
      expect(await consume(10, '--group', 'one')).toEqual(numbers(501, 510).map(Number))

      const groups = await kafkaTool(`${tools}.consumer.group.ConsumerGroupCommand`, [
        ...[...bootstrap(), '--describe', '--group', 'one'],
      ])
      const rows = groups.lines.filter(line => line.startsWith('one')).map(line => line.split(/\s+/))
      expect(rows.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(510)
      expect(rows.map(row => row[5])).toEqual(['0', '0', '0'])
    })

    it('read our segment files without complaint', async () => {
      await broker.restart()
      const data = join(broker.dataDir, 'broker', 'data')
      const names = await readdir(data, { recursive: true })
      const files = names.filter(name => /^t-\d.*\.(log|index|timeindex|snapshot)$/.test(name))
      const dumped = await kafkaTool('kafka.tools.DumpLogSegments', [
        '--deep-iteration',
        '--print-data-log',
        '--files',
        files.map(name => join(data, name)).join(','),
      ])
      expect(dumped.status).toBe(0)
      expect(dumped.lines.filter(line => /mismatch|invalid|corrupt|exception/i.test(line))).toEqual([])
      expect(dumped.lines.filter(line => line.includes('payload:')).length).toBe(510)
    })
  },
)
