import { randomBytes } from 'node:crypto'
import { WireClient } from '../../../../broker/testing/wire-client.ts'
import {
  type Api,
  apis,
  type BatchOptions,
  errorName,
  type RecordInput,
  type RequestInput,
  type ResponseOf,
  writeBatch,
} from '../../../../lib/kafka/index.ts'

/** What Kafka answers to a request, word for word where the protocol has words for it. */
export interface WireCase {
  title: string
  answer: (scene: WireScene) => Promise<unknown>
  expected: unknown
}

/** One request of one answer. `versions` are several where the answer must be the same in all. */
export function asks<A extends Api>(
  title: string,
  api: A,
  versions: number | readonly number[],
  body: (scene: WireScene) => RequestInput<A> | Promise<RequestInput<A>>,
  says: (response: ResponseOf<A>) => unknown,
  expected: unknown,
): WireCase {
  const answer = async (scene: WireScene) => {
    const answers: unknown[] = []
    for (const version of [versions].flat())
      answers.push(says(await scene.client.send(api, version, await body(scene))))
    const [first] = answers
    return answers.every(other => JSON.stringify(other) === JSON.stringify(first)) ? first : answers
  }
  return { title: `${api.name}: ${title}`, answer, expected }
}

/** Several requests, one answer. */
export function tells(
  title: string,
  answer: (scene: WireScene) => Promise<unknown>,
  expected: unknown,
): WireCase {
  return { title, answer, expected }
}

const maxTries = 100

/** A connection and a topic to ask about; other topics and groups are made under names of their own. */
export class WireScene {
  readonly address: string
  readonly client: WireClient
  /** One partition, three records with timestamps 1000, 2000, 3000. */
  readonly topic = this.unique('wire')
  topicId = ''

  private constructor(address: string, client: WireClient) {
    this.address = address
    this.client = client
  }

  static async open(address: string): Promise<WireScene> {
    const scene = new WireScene(address, await WireClient.open(address))
    // Kafka makes the topics of its coordinators when someone asks for one
    for (const keyType of [0, 1]) await scene.#untilCoordinated(keyType)
    scene.topicId = await scene.createTopic(scene.topic)
    for (const at of [1000, 2000, 3000]) await scene.produce(scene.topic, [recordOf(`v${at}`, at)])
    return scene
  }

  close(): void {
    this.client.close()
  }

  unique(prefix: string): string {
    return `${prefix}-${randomBytes(5).toString('hex')}`
  }

  /** The topic's id, once its partitions have a leader. */
  async createTopic(name: string, partitions = 1, configs: Record<string, string> = {}): Promise<string> {
    const { topics } = await this.client.send(apis.createTopics, 7, {
      topics: [
        {
          name,
          numPartitions: partitions,
          replicationFactor: -1,
          assignments: [],
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        },
      ],
    })
    if (topics[0]?.errorCode !== 0) throw new Error(`${topics[0]?.errorMessage}`)
    await this.#untilLed(name, partitions)
    return topics[0].topicId
  }

  async newTopic(partitions = 1, configs: Record<string, string> = {}): Promise<string> {
    const name = this.unique('wire')
    await this.createTopic(name, partitions, configs)
    return name
  }

  /** For an idempotent producer, asked for until the broker has some to give. */
  async newProducerId(): Promise<bigint> {
    for (;;) {
      const request = { transactionalId: null, transactionTimeoutMs: 1000 }
      const { errorCode, producerId } = await this.client.send(apis.initProducerId, 4, request)
      if (errorCode === 0) return producerId
    }
  }

  /** To partition 0; the answer as `NONE 0`: the error and the offset. */
  async produce(
    name: string,
    records: RecordInput[] | Buffer,
    options: BatchOptions & { version?: number; acks?: number; transactionalId?: string } = {},
  ): Promise<string> {
    const { version = 9, acks = -1, transactionalId = null, ...batch } = options
    const bytes = Buffer.isBuffer(records) ? records : writeBatch(records, batch)
    const { responses } = await this.client.send(apis.produce, version, {
      transactionalId,
      acks,
      timeoutMs: 5000,
      topicData: [{ name, partitionData: [{ index: 0, records: bytes }] }],
    })
    return saysProduced({ responses })
  }

  async #untilCoordinated(keyType: number): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const request = { keyType, coordinatorKeys: ['any'] }
      const { coordinators } = await this.client.send(apis.findCoordinator, 4, request)
      if (coordinators?.[0]?.errorCode === 0) return
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    throw new Error('there is no coordinator')
  }

  async #untilLed(name: string, partitions: number): Promise<void> {
    for (;;) {
      // Metadata may know a leader before that one knows itself
      const asked = Array.from({ length: partitions }, (_, i) => ({ partitionIndex: i, timestamp: -1 }))
      const request = { replicaId: -1, topics: [{ name, partitions: asked }] }
      const { topics } = await this.client.send(apis.listOffsets, 7, request)
      if (topics[0]?.partitions.every(({ errorCode }) => errorCode === 0)) return
    }
  }
}

export function recordOf(value: string | null, timestampMs = 1000, key: string | null = null): RecordInput {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text))
  return { key: bytes(key), value: bytes(value), timestampMs, headers: [] }
}

export function name(code: number | undefined): string {
  return code === undefined ? 'no answer' : errorName(code)
}

/** `NONE 3` or an error's name. */
export function saysProduced(response: Pick<ResponseOf<typeof apis.produce>, 'responses'>): string {
  const partition = response.responses[0]?.partitionResponses[0]
  return partition?.errorCode === 0 ? `NONE ${partition.baseOffset}` : name(partition?.errorCode)
}
