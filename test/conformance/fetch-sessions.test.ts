import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { hasKafkaTools, type KafkaProgram, kafkaTool, startKafkaProgram } from './tools.ts'

const timeout = 120_000
const tools = 'org.apache.kafka.tools'
const partitions = 50

describe.skipIf(!hasKafkaTools)(
  "Kafka's own consumer in a fetch session (skipped where it or Java are absent)",
  { timeout },
  () => {
    let broker: TestBroker
    const running: KafkaProgram[] = []
    beforeAll(async () => {
      broker = await startTestBroker()
      await tool('TopicCommand', ['--create', '--topic', 't', '--partitions', String(partitions)])
    }, timeout)
    afterAll(async () => {
      await Promise.all(running.map(program => program.kill()))
      await broker.close()
    }, timeout)

    const tool = (name: string, args: readonly string[], input = '') =>
      kafkaTool(`${tools}.${name}`, ['--bootstrap-server', broker.address, ...args], input)

    /** Sessions there are, and partitions in them. */
    const sessions = async () => {
      const text = await (await fetch(`http://${broker.addresses['metrics']}/metrics`)).text()
      return ['sessions', 'partitions'].map(what =>
        Number(new RegExp(`^millrace_broker_incremental_fetch_${what} (\\S+)$`, 'm').exec(text)?.[1]),
      )
    }

    it.each(['classic', 'consumer'])('reads all there is, by the %s protocol', async protocol => {
      const consumer = startKafkaProgram(`${tools}.consumer.ConsoleConsumer`, [
        ...['--bootstrap-server', broker.address, '--topic', 't', '--group', protocol, '--from-beginning'],
        ...['--command-property', `group.protocol=${protocol}`],
      ])
      running.push(consumer)
      const before = protocol === 'classic' ? 0 : 300
      const sent = Array.from({ length: 300 }, (_, i) => String(before + i))
      for (let from = 0; from < sent.length; from += 100) {
        // keyed, so that many partitions have some
        const keyed = sent.slice(from, from + 100).map(value => `${value}:${value}`)
        const keys = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:']
        await tool('ConsoleProducer', ['--topic', 't', ...keys], keyed.join('\n'))
      }
      await expect.poll(() => consumer.lines.length, { timeout: 60_000 }).toBe(before + 300)
      expect(new Set(consumer.lines).size).toBe(before + 300)
      expect(await sessions()).toEqual([1, partitions])
      await consumer.stop()
      await expect.poll(sessions, { timeout: 10_000 }).toEqual([0, 0])
    })
  },
)
