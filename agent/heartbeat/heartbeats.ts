import { type Clock, type Logger, messageOf, OnceAMinute } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { errorCodes, errorName, writeBatch } from '../../lib/kafka/index.ts'
import type { Heartbeat } from '../../lib/ledger/index.ts'
import { partitionOf } from '../ship/partition.ts'
import { TimeShift } from '../ship/time-shift.ts'

/** A heartbeat is worth nothing when late. */
const sendTimeoutMs = 3_000

export interface HeartbeatOptions {
  topic: string
  partitions: number
  intervalMs: number
  client: KafkaClient
  clock: Clock
  logger: Logger
  /** What there is to say now. */
  describe: (stopped: boolean) => Heartbeat
}

/**
 * Sends the agent's heartbeat every few seconds, straight to the topic and not through the spool: one that cannot be
 * sent now is replaced by the next. Not idempotent: one too many does no harm.
 */
export class Heartbeats {
  readonly #options: HeartbeatOptions
  readonly #troubles: OnceAMinute
  readonly #timer: NodeJS.Timeout
  readonly #timeShift = new TimeShift()
  #partition: number | undefined
  #sending: Promise<void> | undefined

  constructor(options: HeartbeatOptions) {
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, options.clock)
    this.#timer = setInterval(() => this.#beat(), options.intervalMs)
    this.#beat()
  }

  /** The last one says that the agent stopped on purpose. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#sending
    await this.#send(true)
  }

  #beat(): void {
    this.#sending ??= this.#send(false).finally(() => {
      this.#sending = undefined
    })
  }

  async #send(stopped: boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, sendTimeoutMs)
    })
    await Promise.race([this.#trySend(stopped), late])
    clearTimeout(timer)
  }

  async #trySend(stopped: boolean): Promise<void> {
    const { client, topic, partitions, describe } = this.#options
    try {
      if (this.#partition === undefined) {
        const { leaders } = await client.ensureTopic(topic, partitions)
        this.#partition = partitionOf(describe(stopped).agent, 'heartbeats', leaders.length)
      }
      const heartbeat = describe(stopped)
      const record = {
        key: Buffer.from(heartbeat.agent),
        value: Buffer.from(JSON.stringify(heartbeat)),
        timestampMs: heartbeat.sentMs + this.#timeShift.ms,
        headers: [],
      }
      const { errorCode } = await client.produce(topic, this.#partition, writeBatch([record]), sendTimeoutMs)
      if (errorCode === 0) return
      if (errorCode === errorCodes.INVALID_TIMESTAMP) this.#timeShift.widen()
      this.#partition = undefined
      this.#troubles.warn('a heartbeat was refused', { topic, error: errorName(errorCode) })
    } catch (error) {
      this.#partition = undefined
      this.#troubles.warn('cannot send heartbeats', { topic, error: messageOf(error) })
    }
  }
}
