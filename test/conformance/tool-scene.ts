import { afterAll, beforeAll } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { type KafkaProgram, kafkaTool, type Output, startKafkaProgram } from './tools.ts'

const tools = 'org.apache.kafka.tools'

/** A broker with a topic `t`, and Kafka's own programs at work on it. */
export class ToolScene {
  readonly #running: KafkaProgram[] = []
  #broker: TestBroker | undefined

  /** One for all tests of a suite; what still runs at its end is killed. */
  static forSuite(partitions: number, timeout: number): ToolScene {
    const scene = new ToolScene()
    beforeAll(async () => {
      scene.#broker = await startTestBroker()
      await scene.tool('TopicCommand', ['--create', '--topic', 't', '--partitions', String(partitions)])
    }, timeout)
    afterAll(async () => {
      await Promise.all(scene.#running.map(program => program.kill()))
      await scene.broker.close()
    }, timeout)
    return scene
  }

  get broker(): TestBroker {
    if (this.#broker === undefined) throw new Error('outside of a test')
    return this.#broker
  }

  /** Runs a class of Kafka's tools, by its name below `org.apache.kafka.tools`. */
  tool(name: string, args: readonly string[], input = ''): Promise<Output> {
    return kafkaTool(`${tools}.${name}`, this.#atBroker(args), input)
  }

  /** Starts one that runs until it is told to end. */
  start(name: string, args: readonly string[]): KafkaProgram {
    const program = startKafkaProgram(`${tools}.${name}`, this.#atBroker(args))
    this.#running.push(program)
    return program
  }

  /** How many of so many records were taken. */
  async produce(count: number): Promise<number> {
    const { lines } = await this.tool('VerifiableProducer', ['--topic', 't', '--max-messages', String(count)])
    return lines.filter(line => line.includes('producer_send_success')).length
  }

  #atBroker(args: readonly string[]): string[] {
    return ['--bootstrap-server', this.broker.address, ...args]
  }
}
