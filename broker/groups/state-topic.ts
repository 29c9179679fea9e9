import type { Topic } from '../topics/topic.ts'
import { GroupLog } from './group-log.ts'
import { partitionOf } from './partition-of.ts'

export interface StateTopicOptions {
  /** Made where it is not there yet. */
  openTopic: () => Promise<Topic>
  /** Reads one partition's log, before any is ready. */
  load: (log: GroupLog, index: number, partitions: number) => Promise<void>
  onLoaded?: () => void
}

/** One of the broker's own topics: read whole when first needed, again after a failure; written by key. */
export class StateTopic {
  readonly #options: StateTopicOptions
  #logs: Promise<GroupLog[]> | undefined
  #isReady = false

  constructor(options: StateTopicOptions) {
    this.#options = options
  }

  /** Everything has been read. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** False where nobody has needed it yet. */
  get isOpen(): boolean {
    return this.#logs !== undefined
  }

  async ready(): Promise<void> {
    await this.#open()
  }

  async partitionCount(): Promise<number> {
    return (await this.#open()).length
  }

  /** The log of the partition that Kafka's hash of the key names. */
  async logOf(key: string): Promise<GroupLog> {
    const logs = await this.#open()
    return logs[partitionOf(key, logs.length)] as GroupLog
  }

  #open(): Promise<GroupLog[]> {
    this.#logs ??= this.#load().catch(error => {
      this.#logs = undefined
      throw error
    })
    return this.#logs
  }

  async #load(): Promise<GroupLog[]> {
    const { openTopic, load, onLoaded } = this.#options
    const topic = await openTopic()
    const logs: GroupLog[] = []
    for (let index = 0; index < topic.partitionCount; index++) {
      const log = new GroupLog(await topic.partition(index))
      await load(log, index, topic.partitionCount)
      logs.push(log)
    }
    this.#isReady = true
    onLoaded?.()
    return logs
  }
}
