import { afterAll, beforeAll } from 'vitest'
import { startTestBroker, type TestBroker } from '../../../../broker/testing/start-broker.ts'
import { createKafkaClient, type KafkaAdminClient } from '../../client/index.ts'
import { produceMessage, type ReadOptions, readMessages } from '../index.ts'

/**
 * A broker with access rules, in which everyone is a super user, and a client of it; or, with MILLRACE_ADMIN_AGAINST=HOST:PORT, an
 * empty one that is there already, as Apache Kafka's.
 */
export class AdminScene {
  #broker: TestBroker | undefined
  #client: KafkaAdminClient | undefined
  #address = ''

  /** One for all tests of a file. */
  static forFile(): AdminScene {
    const scene = new AdminScene()
    beforeAll(async () => {
      const given = process.env['MILLRACE_ADMIN_AGAINST']
      const rules = 'broker.authorization.enabled=true'
      if (given === undefined)
        scene.#broker = await startTestBroker([rules, 'broker.authorization.superUsers=[User:ANONYMOUS]'])
      const address = given ?? scene.#broker?.address ?? ''
      scene.#address = address
      scene.#client = createKafkaClient({ brokers: [address], clientId: 'admin-test' })
    }, 30_000)
    afterAll(async () => {
      await scene.#client?.close()
      await scene.#broker?.close()
    }, 30_000)
    return scene
  }

  /** HOST:PORT, for other clients. */
  get address(): string {
    return this.#address
  }

  get client(): KafkaAdminClient {
    if (this.#client === undefined) throw new Error('outside of a test')
    return this.#client
  }

  /** Writes values one second after the other. */
  async fill(topic: string, partition: number, values: readonly string[], fromMs: number): Promise<void> {
    for (const [i, text] of values.entries())
      await produceMessage(this.client, {
        topic,
        partition,
        key: Buffer.from(`k${i}`),
        value: Buffer.from(text),
        timestampMs: fromMs + i * 1000,
      })
  }

  /** As `PARTITION/OFFSET VALUE`. */
  async read(options: ReadOptions): Promise<string[]> {
    const found: string[] = []
    for await (const { partition, offset, value } of readMessages(this.client, options))
      found.push(`${partition}/${offset} ${value?.toString()}`)
    return found
  }
}
