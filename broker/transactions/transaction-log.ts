import { type Logger, messageOf } from '../../lib/base/index.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import { GroupLog } from '../groups/group-log.ts'
import { partitionOf } from '../groups/partition-of.ts'
import type { Topic } from '../topics/topic.ts'
import { readTransactionEvent, type TransactionEvent } from './transaction-records.ts'

export interface TransactionLogOptions {
  logger: Logger
  /** `__transaction_state`, made when the first transactional producer needs it. */
  openTopic: () => Promise<Topic>
  /** Told of everything there is, oldest first, before the log is ready. */
  onEvent: (event: TransactionEvent) => void
  onLoaded: () => void
}

/** Where transactions are written down: in the partition that Kafka's hash of the transactional id names. */
export class TransactionLog {
  readonly #options: TransactionLogOptions
  #logs: Promise<GroupLog[]> | undefined
  #isReady = false

  constructor(options: TransactionLogOptions) {
    this.#options = options
  }

  get isReady(): boolean {
    return this.#isReady
  }

  async ready(): Promise<void> {
    await this.#ready()
  }

  /** True when the record is durable. */
  async append(transactionalId: string, record: RecordInput): Promise<boolean> {
    try {
      const logs = await this.#ready()
      return await (logs[partitionOf(transactionalId, logs.length)] as GroupLog).append([record])
    } catch (error) {
      this.#options.logger.error('the transactions topic cannot be written', { error: messageOf(error) })
      return false
    }
  }

  #ready(): Promise<GroupLog[]> {
    this.#logs ??= this.#load().catch(error => {
      this.#logs = undefined
      throw error
    })
    return this.#logs
  }

  async #load(): Promise<GroupLog[]> {
    const topic = await this.#options.openTopic()
    const logs: GroupLog[] = []
    for (let index = 0; index < topic.partitionCount; index++) {
      const log = new GroupLog(await topic.partition(index))
      await log.load(record => {
        const event = readTransactionEvent(record)
        if (event !== undefined) this.#options.onEvent(event)
      })
      logs.push(log)
    }
    this.#isReady = true
    this.#options.onLoaded()
    return logs
  }
}
