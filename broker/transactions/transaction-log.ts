import { type Logger, messageOf } from '../../lib/base/index.ts'
import type { RecordInput } from '../../lib/kafka/index.ts'
import type { GroupLog } from '../groups/group-log.ts'
import { StateTopic } from '../groups/state-topic.ts'
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
  readonly #topic: StateTopic

  constructor(options: TransactionLogOptions) {
    this.#options = options
    const { openTopic, onEvent, onLoaded } = options
    const load = (log: GroupLog) =>
      log.load(record => {
        const event = readTransactionEvent(record)
        if (event !== undefined) onEvent(event)
      })
    this.#topic = new StateTopic({ openTopic, load, onLoaded })
  }

  get isReady(): boolean {
    return this.#topic.isReady
  }

  ready(): Promise<void> {
    return this.#topic.ready()
  }

  /** True when the record is durable. */
  async append(transactionalId: string, record: RecordInput): Promise<boolean> {
    try {
      return await (await this.#topic.logOf(transactionalId)).append([record])
    } catch (error) {
      this.#options.logger.error('the transactions topic cannot be written', { error: messageOf(error) })
      return false
    }
  }
}
