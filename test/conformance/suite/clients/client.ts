/** A record as all clients can carry it. */
export interface Message {
  key: string
  value: string
}

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface ProduceOptions {
  codec?: Codec
  /** Writes all within a transaction of this id, and ends it so. */
  transaction?: { id: string; outcome: 'commit' | 'abort' }
}

export interface ConsumeOptions {
  /** How many to wait for. */
  count: number
  /** Joins the group and commits what it reads; without one all is read from the beginning. */
  group?: string
  /** KIP-848: the group is of the consumer protocol. */
  isConsumerProtocol?: boolean
  isCommittedOnly?: boolean
}

/** What every case is run with: a real client library or tool, driven from outside. */
export interface SuiteClient {
  readonly name: string
  /** Why it cannot run here; undefined where it can. */
  readonly problem: string | undefined
  readonly codecs: readonly Codec[]
  readonly hasTransactions: boolean
  readonly hasConsumerProtocol: boolean
  createTopic(address: string, topic: string, partitions: number): Promise<void>
  partitionsOf(address: string, topic: string): Promise<number>
  /** To partition 0, in order. */
  produce(
    address: string,
    topic: string,
    messages: readonly Message[],
    options?: ProduceOptions,
  ): Promise<void>
  consume(address: string, topic: string, options: ConsumeOptions): Promise<Message[]>
}

export const allCodecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
