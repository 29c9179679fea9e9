import type { Api, RequestInput, ResponseOf } from '../index.ts'

/** Who shall answer: any broker, one by its node id, the leader of a partition, or the coordinator of a group or of a transactional id. */
export type Target =
  | 'any'
  | { node: number }
  | { topic: string; partition: number }
  | { group: string }
  | { transactionalId: string }

/**
 * What Millrace's roles need of a Kafka cluster: ours or Apache Kafka, over the same protocol. Offsets are numbers. Whatever
 * asks a broker may fail with KAFKA_UNREACHABLE, KAFKA_TLS_FAILED, KAFKA_AUTHENTICATION_FAILED or KAFKA_FILE_UNREADABLE; all
 * of them may pass, so that it is worth asking again.
 */
export interface KafkaClient {
  /** Topics with their partition count and leaders; topics that do not exist are absent. All topics when none is named. */
  metadata(topics?: readonly string[]): Promise<Map<string, TopicMetadata>>
  /** Makes the topic unless it is there; resolves to it as it is, whatever its partition count. */
  ensureTopic(
    name: string,
    partitions: number,
    configs?: Readonly<Record<string, string>>,
  ): Promise<TopicMetadata>
  /**
   * Sends one finished record batch. Kafka's error code is a result, not an exception; what throws is the connection
   * (see above), after which it is not known whether the batch was written.
   */
  produce(topic: string, partition: number, batch: Buffer, timeoutMs?: number): Promise<ProduceResult>
  initProducerId(): Promise<{ producerId: bigint; producerEpoch: number }>
  /** The broker's memory of one producer on one partition (DescribeProducers); undefined where it has none. */
  describeProducer(
    topic: string,
    partition: number,
    producerId: bigint,
  ): Promise<{ producerEpoch: number; lastSequence: number } | undefined>
  /** Offset of the first record at or after the time in ms; 'earliest' and 'latest' as in ListOffsets. */
  listOffset(topic: string, partition: number, at: number | 'earliest' | 'latest'): Promise<number>
  /** A connection of its own for long polls, so that waiting for data holds up nothing else. */
  openFetcher(): Fetcher
  /** Committed offsets of a group with their metadata; -1 where there is none. */
  committed(group: string, topics: Readonly<Record<string, readonly number[]>>): Promise<CommittedOffset[]>
  listGroups(): Promise<{ group: string; state: string; protocolType: string }[]>
  describeGroup(group: string): Promise<GroupDescription>
  /** Joins a group; the range assignor over the topics' partitions. Resolves after the first assignment. */
  joinGroup(options: GroupOptions): Promise<GroupMember>
  close(): Promise<void>
}

/** A client that may be asked anything the protocol knows: for administration, see lib/kafka/admin. */
export interface KafkaAdminClient extends KafkaClient {
  /** Error codes inside the answer are the caller's to judge. Errors: KAFKA_UNSUPPORTED where the broker lacks the API. */
  request<A extends Api>(api: A, body: RequestInput<A>, target?: Target): Promise<ResponseOf<A>>
  /** Drops what is remembered about who answers, so that the next question finds out. */
  forget(target: Target): void
  /** Node ids of all brokers. */
  nodes(): Promise<number[]>
}

export interface TopicMetadata {
  name: string
  topicId: string
  /** Index is the partition; value is the leader's node id. */
  leaders: number[]
}

export interface ProduceResult {
  /** Kafka's error code, 0 for none. */
  errorCode: number
  baseOffset: number
  message: string | null
}

export interface FetchRequest {
  topic: string
  partition: number
  offset: number
  maxBytes: number
}

export interface FetchResult {
  topic: string
  partition: number
  errorCode: number
  highWatermark: number
  logStartOffset: number
  /** Asked for with `read_committed`: whose records, from which offset on, belong to a transaction that was aborted. */
  aborted?: readonly { producerId: bigint; firstOffset: number }[]
  /** Whole record batches, the first of which may begin below the offset asked for; a cut one at the end is left out. */
  records: Buffer
}

export interface FetchOptions {
  maxWaitMs: number
  minBytes?: number
  maxBytes?: number
  /** Default: `read_uncommitted`. */
  isolation?: 'read_uncommitted' | 'read_committed'
}

export interface Fetcher {
  /** One long poll over any number of partitions; resolves when `minBytes` are there or `maxWaitMs` have passed. */
  fetch(partitions: readonly FetchRequest[], options: FetchOptions): Promise<FetchResult[]>
  close(): Promise<void>
}

export interface CommittedOffset {
  topic: string
  partition: number
  offset: number
  metadata: string
}

export interface GroupDescription {
  group: string
  state: string
  protocol: string
  members: {
    memberId: string
    clientId: string
    host: string
    assignments: { topic: string; partitions: number[] }[]
  }[]
}

export interface GroupOptions {
  group: string
  topics: readonly string[]
  clientId: string
  sessionTimeoutMs?: number
  rebalanceTimeoutMs?: number
  /**
   * Makes the member static (KIP-345): started again under the same id it takes its old place at once, where a new
   * member would wait until the session of the old one has timed out. At most one process may use an id.
   */
  instanceId?: string | undefined
}

export interface GroupMember {
  readonly assignment: readonly { topic: string; partition: number }[]
  /**
   * Called when a rebalance takes the present assignment away. The group waits (up to the rebalance timeout) until the
   * returned promise settles; then the member joins again and `onAssigned` is called with what it now has.
   */
  onRevoked: (() => Promise<void>) | undefined
  onAssigned: ((assignment: readonly { topic: string; partition: number }[]) => Promise<void>) | undefined
  /** Called when membership is lost for good; the member is then closed. */
  onLost: ((error: unknown) => void) | undefined
  /** Commits with the member's generation; resolves to Kafka's error code (ILLEGAL_GENERATION after a rebalance). */
  commit(offsets: readonly CommittedOffset[]): Promise<number>
  /** Leaves the group. */
  close(): Promise<void>
}
