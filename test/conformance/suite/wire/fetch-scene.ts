import { WireClient } from '../../../../broker/testing/wire-client.ts'
import {
  apis,
  BatchCursor,
  type RequestInput,
  type ResponseOf,
  writeBatch,
} from '../../../../lib/kafka/index.ts'
import { name, recordOf, type WireScene } from './wire-case.ts'

type Fetch = RequestInput<typeof apis.fetch>
type Partition = ResponseOf<typeof apis.fetch>['responses'][number]['partitions'][number]
type AskedPartition = Partial<Fetch['topics'][number]['partitions'][number]>

/** What one consumer says in a fetch session over a topic of its own, and what it is answered. */
export class FetchScene {
  readonly client: WireClient
  readonly topic: string
  readonly topicId: string
  sessionId = 0
  epoch = 0
  version = 13
  readonly address: string

  private constructor(
    of: Pick<FetchScene, 'topic' | 'topicId' | 'sessionId' | 'address'>,
    client: WireClient,
  ) {
    this.topic = of.topic
    this.topicId = of.topicId
    this.sessionId = of.sessionId
    this.address = of.address
    this.client = client
  }

  static async open(scene: WireScene, partitions: number): Promise<FetchScene> {
    const topic = scene.unique('wire')
    const topicId = await scene.createTopic(topic, partitions)
    return new FetchScene({ topic, topicId, sessionId: 0, address: scene.address }, scene.client)
  }

  /**
   * Goes on with the session, or begins one. `NONE, 0: 3 from 0 +2`: the error; by partition the high watermark, where
   * its log begins, and how many records came.
   */
  async fetch(partitions: AskedPartition[] = [], more: Partial<Fetch> = {}): Promise<string> {
    const response = await this.send(partitions, more)
    if (response.errorCode === 0) {
      this.epoch = response.sessionId === 0 ? 0 : (more.sessionEpoch ?? this.epoch) + 1
      this.sessionId = response.sessionId
    }
    const answered = response.responses.flatMap(topic => topic.partitions.map(says))
    return [name(response.errorCode), ...answered].join(', ')
  }

  /** With `at once` or `at last`: whether it has taken as long as it may wait. */
  async fetchTimed(maxWaitMs: number, partitions: AskedPartition[] = []): Promise<string> {
    const startedMs = performance.now()
    const answer = await this.fetch(partitions, { maxWaitMs })
    // a timer may be early by a millisecond or two
    return `${answer}, ${performance.now() - startedMs < maxWaitMs - 10 ? 'at once' : 'at last'}`
  }

  async send(partitions: AskedPartition[], more: Partial<Fetch> = {}) {
    const asked = partitions.map(one => ({
      partition: 0,
      fetchOffset: 0,
      partitionMaxBytes: 1_000_000,
      ...one,
    }))
    return await this.client.send(apis.fetch, this.version, {
      maxWaitMs: 0,
      minBytes: 1,
      sessionId: this.sessionId,
      sessionEpoch: this.epoch,
      topics: asked.length === 0 ? [] : [{ ...this.reference, partitions: asked }],
      ...more,
    })
  }

  /** What happens meanwhile, by another connection. */
  async elsewhere<T>(tell: (other: FetchScene) => Promise<T>): Promise<T> {
    const client = await WireClient.open(this.address)
    try {
      return await tell(new FetchScene(this, client))
    } finally {
      client.close()
    }
  }

  get reference(): { topic: string } | { topicId: string } {
    return this.version >= 13 ? { topicId: this.topicId } : { topic: this.topic }
  }

  get hasSession(): boolean {
    return this.sessionId > 0
  }

  forget(...partitions: number[]): Pick<Fetch, 'forgottenTopicsData'> {
    return { forgottenTopicsData: [{ ...this.reference, partitions }] }
  }

  async produce(index: number, ...values: string[]): Promise<void> {
    const records = writeBatch(values.map(value => recordOf(value)))
    const topicData = [{ name: this.topic, partitionData: [{ index, records }] }]
    await this.client.send(apis.produce, 9, { acks: -1, timeoutMs: 5000, topicData })
  }

  async deleteBefore(partitionIndex: number, offset: number): Promise<void> {
    const topics = [{ name: this.topic, partitions: [{ partitionIndex, offset }] }]
    await this.client.send(apis.deleteRecords, 2, { topics, timeoutMs: 1000 })
  }
}

function says({ partitionIndex, errorCode, highWatermark, logStartOffset, records }: Partition): string {
  if (errorCode !== 0) return `${partitionIndex}: ${name(errorCode)}`
  let count = 0
  const cursor = new BatchCursor(records ?? Buffer.alloc(0))
  while (cursor.next()) count += cursor.count
  return `${partitionIndex}: ${highWatermark} from ${logStartOffset} +${count}`
}
