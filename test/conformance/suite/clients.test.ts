import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message, SuiteClient } from './clients/client.ts'
import { confluent } from './clients/confluent.ts'
import { java } from './clients/java.ts'
import { kafkajs } from './clients/kafkajs.ts'
import { kcat } from './clients/kcat.ts'
import { platformatic } from './clients/platformatic.ts'
import { openTarget, type Target } from './target.ts'

const timeout = 90_000
/** One more is a file in `clients` and a name in this list. */
const clients: readonly SuiteClient[] = [kafkajs, platformatic, kcat, confluent, java]
const available = clients.filter(client => client.problem === undefined)

const unique = (prefix: string) => `${prefix}-${randomBytes(5).toString('hex')}`
const numbered = (from: number, to: number, prefix = 'v'): Message[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ key: `k${from + i}`, value: `${prefix}${from + i}` }))

/** The same cases for every client, against our broker and against Apache Kafka. */
describe.each(clients)('$name', { timeout }, client => {
  let target: Target
  beforeAll(async () => {
    target = await openTarget()
  }, timeout)
  afterAll(() => target.close(), timeout)

  const { problem } = client
  const why = problem === undefined ? '' : ` (skipped: ${problem})`
  const makesTopics = client !== kcat
  const newTopic = async (partitions = 1) => {
    const topic = unique('suite')
    await (makesTopics ? client : kafkajs).createTopic(target.address, topic, partitions)
    return topic
  }

  describe.skipIf(problem !== undefined)(`cases${why}`, () => {
    it('sees as many partitions as a topic was made with', async () => {
      expect(await client.partitionsOf(target.address, await newTopic(3))).toBe(3)
    })

    it.each(client.codecs)('writes and reads in order with codec %s', async codec => {
      const topic = await newTopic()
      const sent = numbered(1, 300)
      await client.produce(target.address, topic, sent, { codec })
      expect(await client.consume(target.address, topic, { count: 300 })).toEqual(sent)
    })

    it('goes on in a group where the group left off', async () => {
      const topic = await newTopic()
      const group = unique('group')
      await client.produce(target.address, topic, numbered(1, 20))
      expect(await client.consume(target.address, topic, { count: 20, group })).toEqual(numbered(1, 20))
      await client.produce(target.address, topic, numbered(21, 30))
      expect(await client.consume(target.address, topic, { count: 10, group })).toEqual(numbered(21, 30))
    })

    it.skipIf(!client.hasConsumerProtocol)(
      `goes on in a group of the consumer protocol${client.hasConsumerProtocol ? '' : ' (skipped: it does not speak it)'}`,
      async () => {
        const topic = await newTopic()
        const asked = { group: unique('group'), isConsumerProtocol: true }
        await client.produce(target.address, topic, numbered(1, 20))
        expect(await client.consume(target.address, topic, { count: 20, ...asked })).toEqual(numbered(1, 20))
        await client.produce(target.address, topic, numbered(21, 30))
        expect(await client.consume(target.address, topic, { count: 10, ...asked })).toEqual(numbered(21, 30))
      },
    )

    it.skipIf(client === platformatic)(
      `reads what was committed and nothing that was aborted${client === platformatic ? ' (skipped: it hands out aborted records)' : ''}`,
      async () => {
        const topic = await newTopic()
        const writer = client.hasTransactions ? client : kafkajs
        const id = unique('tx')
        for (const [messages, outcome] of [
          [numbered(1, 5), 'commit'],
          [numbered(1, 5, 'aborted'), 'abort'],
          [numbered(6, 10), 'commit'],
        ] as const)
          await writer.produce(target.address, topic, messages, { transaction: { id, outcome } })
        const read = await client.consume(target.address, topic, { count: 10, isCommittedOnly: true })
        expect(read).toEqual(numbered(1, 10))
      },
    )

    it('is read by every other client', async () => {
      const topic = await newTopic()
      const sent = numbered(1, 10)
      await client.produce(target.address, topic, sent, { codec: 'gzip' })
      for (const other of available)
        if (other !== client)
          expect(await other.consume(target.address, topic, { count: 10 }), other.name).toEqual(sent)
    })
  })
})
