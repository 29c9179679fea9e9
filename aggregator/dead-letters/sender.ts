import { type Logger, messageOf, type OnceAMinute } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { errorCodes, errorName, writeBatch } from '../../lib/kafka/index.ts'
import { pause } from '../insert/pause.ts'
import { type DeadLetter, letterRecord } from './letter.ts'

const retryMs = 500
/** Letters that are larger than what the topic takes go without their value. */
const tooLarge: ReadonlySet<number> = new Set([
  errorCodes.MESSAGE_TOO_LARGE,
  errorCodes.RECORD_LIST_TOO_LARGE,
])
/** Made with room for what any topic of ours takes, a header's worth more, and kept for a quarter. */
export const letterTopicConfigs = {
  'max.message.bytes': String(104_857_600),
  'retention.ms': String(90 * 86_400_000),
}

export interface LetterSenderOptions {
  topic: string
  client: Pick<KafkaClient, 'produce' | 'ensureTopic'>
  logger: Logger
  troubles: OnceAMinute
}

/**
 * Puts records that cannot be stored into the dead-letter topic, each before its range is noted as done, and does not give
 * up: so none is lost. After a crash one may stand there twice, under the same place.
 */
export class LetterSender {
  readonly #options: LetterSenderOptions

  constructor(options: LetterSenderOptions) {
    this.#options = options
  }

  /** Rejects only when the signal is aborted. */
  async send(letters: readonly DeadLetter[], signal: AbortSignal): Promise<void> {
    for (const letter of letters) await this.#sendOne(letter, signal)
  }

  async #sendOne(letter: DeadLetter, signal: AbortSignal): Promise<void> {
    const { troubles, topic } = this.#options
    let sent = letter
    for (;;) {
      signal.throwIfAborted()
      const failure = await this.#trySend(sent)
      if (failure === undefined) return
      if (failure.isTooLarge && !sent.isCut) {
        sent = this.#withoutValue(sent)
        continue
      }
      troubles.warn('a dead letter cannot be sent: trying again', { topic, error: failure.message })
      await pause(retryMs, signal)
    }
  }

  async #trySend(letter: DeadLetter): Promise<{ message: string; isTooLarge: boolean } | undefined> {
    const { client, topic } = this.#options
    try {
      const { errorCode } = await client.produce(topic, 0, writeBatch([letterRecord(letter)]))
      if (errorCode === errorCodes.NONE) return undefined
      if (errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
        await client.ensureTopic(topic, 1, letterTopicConfigs)
      return { message: errorName(errorCode), isTooLarge: tooLarge.has(errorCode) }
    } catch (error) {
      return { message: messageOf(error), isTooLarge: false }
    }
  }

  #withoutValue(letter: DeadLetter): DeadLetter {
    const { topic, partition, offset, value } = letter
    const bytes = value?.length ?? 0
    this.#options.logger.error('a dead letter is too large for its topic: it goes without its value', {
      topic,
      partition,
      offset,
      bytes,
    })
    return { ...letter, isCut: true }
  }
}
