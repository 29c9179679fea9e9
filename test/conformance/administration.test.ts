import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs from 'kafkajs'
import '../tools/kafkajs-queue.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { hasKafkaTools, kafkaTool } from './tools.ts'

const { Kafka, Partitioners, ConfigResourceTypes, logLevel } = kafkajs
const timeout = 120_000

describe('administration', { timeout }, () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await startTestBroker()
  }, timeout)
  afterAll(() => broker.close(), timeout)

  const kafka = () => new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING, clientId: 'js' })
  const produce = async (topic: string, count: number) => {
    const producer = kafka().producer({ createPartitioner: Partitioners.DefaultPartitioner })
    await producer.connect()
    const messages = Array.from({ length: count }, (_, i) => ({ value: String(i), partition: 0 }))
    await producer.send({ topic, messages })
    await producer.disconnect()
  }

  it('by kafkajs: partitions, configurations, records and groups', async () => {
    const admin = kafka().admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'js', numPartitions: 1 }] })
    await admin.createPartitions({ topicPartitions: [{ topic: 'js', count: 3 }] })
    const { topics } = await admin.fetchTopicMetadata({ topics: ['js'] })
    expect(topics[0]?.partitions).toHaveLength(3)

    const resource = { type: ConfigResourceTypes.TOPIC, name: 'js' }
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ ...resource, configEntries: [{ name: 'retention.ms', value: '3600000' }] }],
    })
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ ...resource, configNames: ['retention.ms'] }],
    })
    expect(resources[0]?.configEntries[0]).toMatchObject({
      configName: 'retention.ms',
      configValue: '3600000',
    })

    await produce('js', 10)
    await admin.deleteTopicRecords({ topic: 'js', partitions: [{ partition: 0, offset: '4' }] })
    const offsets = await admin.fetchTopicOffsets('js')
    expect(offsets.find(o => o.partition === 0)).toMatchObject({ low: '4', high: '10' })

    await admin.setOffsets({ groupId: 'g', topic: 'js', partitions: [{ partition: 0, offset: '7' }] })
    expect(await admin.deleteGroups(['g'])).toMatchObject([{ groupId: 'g', errorCode: 0 }])
    await expect(admin.deleteGroups(['g'])).rejects.toMatchObject({ name: 'KafkaJSDeleteGroupsError' })
    await admin.disconnect()
  })

  describe.skipIf(!hasKafkaTools)("by Kafka's own tools (skipped where they or Java are absent)", () => {
    const tool = async (name: string, ...args: string[]) => {
      const { lines, errors, status } = await kafkaTool(name, ['--bootstrap-server', broker.address, ...args])
      return { text: lines.join('\n'), errors, status }
    }
    const topics = (...args: string[]) =>
      tool('org.apache.kafka.tools.TopicCommand', '--topic', 'java', ...args)
    const configs = (...args: string[]) =>
      tool('kafka.admin.ConfigCommand', '--entity-type', 'topics', '--entity-name', 'java', ...args)

    it('partitions and configurations', async () => {
      expect((await topics('--create', '--partitions', '1')).status).toBe(0)
      expect((await topics('--alter', '--partitions', '3')).status).toBe(0)
      const fewer = await topics('--alter', '--partitions', '2')
      expect(fewer.text + fewer.errors).toMatch(/currently has 3 partition/)
      expect((await topics('--describe')).text).toMatch(/PartitionCount: 3[\s\S]*Partition: 2\s+Leader: 1/)

      expect(
        (await configs('--alter', '--add-config', 'retention.ms=7200000,segment.bytes=1048576')).status,
      ).toBe(0)
      expect((await configs('--alter', '--delete-config', 'segment.bytes')).status).toBe(0)
      const { text } = await configs('--describe')
      expect(text).toMatch(/retention.ms=7200000/)
      expect(text).not.toMatch(/segment.bytes/)
      const wrong = await configs('--alter', '--add-config', 'retention.ms=soon')
      expect(wrong.text + wrong.errors).toMatch(/InvalidConfigurationException/)
    })

    it('configurations of brokers', async () => {
      const brokers = (...args: string[]) =>
        tool('kafka.admin.ConfigCommand', '--entity-type', 'brokers', ...args)
      const one = ['--entity-name', '1']
      const every = ['--entity-default']
      const add = ['--alter', '--add-config']
      expect((await brokers(...one, ...add, 'log.retention.ms=7200000,log.cleaner.threads=2')).status).toBe(0)
      expect((await brokers(...every, ...add, 'log.retention.ms=3600000')).status).toBe(0)
      const { text } = await brokers(...one, '--describe')
      expect(text).toMatch(
        /log.retention.ms=7200000 sensitive=false synonyms=\{DYNAMIC_BROKER_CONFIG:log.retention.ms=7200000, DYNAMIC_DEFAULT_BROKER_CONFIG:log.retention.ms=3600000, DEFAULT_CONFIG:log.retention.hours=168\}/,
      )
      expect((await configs('--describe', '--all')).text).toMatch(/ retention.ms=7200000 /)
      expect((await brokers(...one, '--alter', '--delete-config', 'log.retention.ms')).status).toBe(0)
      expect((await brokers(...one, '--describe')).text).toMatch(/log.cleaner.threads=2/)
      expect((await brokers(...every, '--describe')).text).toMatch(/log.retention.ms=3600000/)
      expect((await brokers(...every, '--alter', '--delete-config', 'log.retention.ms')).status).toBe(0)
      expect((await brokers(...every, '--describe')).text).not.toMatch(/log.retention.ms/)
      const wrong = await brokers(...one, ...add, 'node.id=2')
      expect(wrong.text + wrong.errors).toMatch(/Cannot update these configs dynamically: Set\(node.id\)/)
    })

    it('records, groups, folders and elections', async () => {
      const admin = kafka().admin()
      await admin.connect()
      await admin.createTopics({ topics: [{ topic: 'tools', numPartitions: 1 }] })
      await produce('tools', 5)
      await admin.setOffsets({
        groupId: 'tools',
        topic: 'tools',
        partitions: [{ partition: 0, offset: '2' }],
      })
      await admin.disconnect()

      const folder = await mkdtemp(join(tmpdir(), 'millrace-administration-'))
      const file = join(folder, 'offsets.json')
      const partitions = [{ topic: 'tools', partition: 0, offset: 3 }]
      await writeFile(file, JSON.stringify({ partitions, version: 1 }))
      const deleted = await tool('org.apache.kafka.tools.DeleteRecordsCommand', '--offset-json-file', file)
      await rm(folder, { recursive: true })
      expect(deleted.text).toMatch(/partition: tools-0\s+low_watermark: 3/)

      const groups = 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'
      expect((await tool(groups, '--delete', '--group', 'tools')).text).toMatch(/successful/)
      const folders = await tool(
        'org.apache.kafka.tools.LogDirsCommand',
        '--describe',
        '--topic-list',
        'tools',
      )
      expect(folders.text).toMatch(/"partition":"tools-0","size":[1-9]/)
      const elected = await tool(
        'org.apache.kafka.tools.LeaderElectionCommand',
        ...['--election-type', 'preferred', '--topic', 'tools', '--partition', '0'],
      )
      expect(elected.text).toMatch(/Valid replica already elected for partitions tools-0/)
    })
  })
})
