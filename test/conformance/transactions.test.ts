import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { TransactionalProducer } from '../../broker/testing/transactional-producer.ts'
import { WireClient } from '../../broker/testing/wire-client.ts'
import { hasKafkaTools, kafkaTool } from './tools.ts'

const timeout = 180_000
const tools = 'org.apache.kafka.tools'

describe.skipIf(!hasKafkaTools)(
  "transactions of Kafka's own clients (skipped where they or Java are absent)",
  { timeout },
  () => {
    let broker: TestBroker
    beforeAll(async () => {
      broker = await startTestBroker(['broker.topicDefaults.partitions=1'])
    }, timeout)
    afterAll(() => broker.close(), timeout)

    const bootstrap = () => ['--bootstrap-server', broker.address]
    const create = (topic: string) =>
      kafkaTool(`${tools}.TopicCommand`, [...bootstrap(), '--create', '--topic', topic, '--partitions', '1'])
    const produce = async (topic: string, values: string[], ...properties: string[]) => {
      const more = properties.flatMap(property => ['--producer-property', property])
      const args = [...bootstrap(), '--topic', topic, ...more]
      const { status } = await kafkaTool(`${tools}.ConsoleProducer`, args, `${values.join('\n')}\n`)
      expect(status).toBe(0)
    }
    const consume = async (topic: string, count: number) => {
      const limits = ['--max-messages', String(count), '--timeout-ms', '15000', '--from-beginning']
      const { lines } = await kafkaTool(`${tools}.consumer.ConsoleConsumer`, [
        ...bootstrap(),
        ...['--topic', topic, '--isolation-level', 'read_committed'],
        ...limits,
      ])
      return lines
    }
    const copy = (...args: string[]) =>
      kafkaTool(`${tools}.TransactionalMessageCopier`, [
        ...['--broker-list', broker.address, '--input-topic', 'in', '--input-partition', '0'],
        ...['--output-topic', 'out', '--transactional-id', 'copier', '--consumer-group', 'copiers'],
        ...args,
      ])
    /** One that commits a record at offset 0, one that aborts one at offset 2, and one at offset 4 that stays open. */
    const transactions = async (topic: string, transactionalId: string) => {
      const client = await WireClient.open(broker.address)
      const producer = new TransactionalProducer({ client }, transactionalId, 2)
      expect(await producer.init()).toBe(0)
      for (const isCommit of [true, false]) {
        expect(await producer.write('v', topic)).toBe(0)
        expect(await producer.end(isCommit)).toBe(0)
      }
      expect(await producer.write('v', topic)).toBe(0)
      client.close()
    }
    const dump = async (folder: string, files: RegExp, ...args: string[]) => {
      const path = join(broker.dataDir, 'broker', 'data', folder)
      const names = (await readdir(path)).filter(name => files.test(name))
      return await kafkaTool('kafka.tools.DumpLogSegments', [
        ...['--deep-iteration', '--print-data-log', ...args],
        ...['--files', names.map(name => join(path, name)).join(',')],
      ])
    }
    const transactionsTool = async (...args: string[]) => {
      const { lines, errors } = await kafkaTool(`${tools}.TransactionsCommand`, [...bootstrap(), ...args])
      expect(errors).toBe('')
      return lines
    }
    const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i))

    it('copy each message once, in spite of aborts, and where the group left off', async () => {
      await create('in')
      await create('out')
      await produce('in', numbers(500))
      const first = await copy(
        '--transaction-size',
        '50',
        '--max-messages',
        '300',
        '--enable-random-aborts',
        '--group-mode',
        '--use-group-metadata',
      )
      expect(first.errors).toBe('')
      expect(first.status).toBe(0)
      await broker.restart()
      const second = await copy('--transaction-size', '70', '--max-messages', '200', '--enable-random-aborts')
      expect(second.status).toBe(0)
      expect(await consume('out', 500)).toEqual(numbers(500))
    })

    it('are read from our folder: markers, aborted transactions, producers, states', async () => {
      await create('mixed')
      await transactions('mixed', 'mixer')
      await broker.restart()
      const dumped = await dump('mixed-0', /\.(log|txnindex|snapshot)$/)
      expect(dumped.status).toBe(0)
      expect(dumped.lines.filter(line => /mismatch|invalid|corrupt|exception/i.test(line))).toEqual([])
      const all = dumped.lines.join('\n')
      expect(all).toContain('endTxnMarker: COMMIT coordinatorEpoch: 0')
      expect(all).toContain('endTxnMarker: ABORT coordinatorEpoch: 0')
      expect(all).toMatch(/version: 0 producerId: \d+ firstOffset: 2 lastOffset: 3 lastStableOffset: 4/)
      expect(all).toMatch(/producerEpoch: 2 coordinatorEpoch: 0 currentTxnFirstOffset: OptionalLong\[4\]/)
      const folders = (await readdir(join(broker.dataDir, 'broker', 'data'))).filter(f => /^__tran/.test(f))
      const states = await Promise.all(
        folders.map(folder => dump(folder, /\.log$/, '--transaction-log-decoder')),
      )
      const text = states.flatMap(({ lines }) => lines).join('\n')
      expect(text).toMatch(/"transactionalId":"mixer".*"clientTransactionVersion":2/)
    })

    it('are listed, described, found hanging and aborted by kafka-transactions', async () => {
      await create('hung')
      await transactions('hung', 'hanger')
      const listed = await transactionsTool('list', '--transactional-id-pattern', 'hang.*')
      expect(listed[1]).toMatch(/^hanger\s+1\s+\d+\s+Ongoing/)
      const described = await transactionsTool('describe', '--transactional-id', 'hanger')
      expect(described[1]).toMatch(/^1\s+hanger\s+\d+\s+2\s+Ongoing\s+60000\s+\d+\s+\d+\s+hung-0/)
      const partition = ['--topic', 'hung', '--partition', '0']
      const producers = await transactionsTool('describe-producers', ...partition)
      expect(producers[1]).toMatch(/^\d+\s+2\s+0\s+0\s+\d+\s+4/)
      // what the coordinator knows of does not hang
      expect(
        await transactionsTool('find-hanging', '--max-transaction-timeout', '0', ...partition),
      ).toHaveLength(1)
      await transactionsTool('abort', '--start-offset', '4', ...partition)
      const ended = await transactionsTool('describe-producers', ...partition)
      expect(ended[1]).toMatch(/None\s*$/)
      await transactionsTool('forceTerminateTransaction', '--transactionalId', 'hanger')
      const after = await transactionsTool('describe', '--transactional-id', 'hanger')
      expect(after[1]).toMatch(/CompleteAbort|Empty/)
    })

    it('are many, of the performance tool', async () => {
      await create('fast')
      const args = ['--topic', 'fast', '--num-records', '2000', '--record-size', '100', '--throughput', '-1']
      const { status, lines } = await kafkaTool(`${tools}.ProducerPerformance`, [
        ...bootstrap(),
        ...args,
        ...['--transactional-id', 'perf', '--transaction-duration-ms', '20'],
      ])
      expect(status).toBe(0)
      expect(lines.at(-1)).toMatch(/^2000 records sent/)
      expect(await consume('fast', 2000)).toHaveLength(2000)
    })
  },
)
