import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { decode, encode } from '@msgpack/msgpack'
import { Kafka, logLevel } from 'kafkajs'
import '../tools/kafkajs-queue.ts'
import { messageOf, within } from '../../lib/base/index.ts'
import { writeLogsRequest } from '../../lib/otlp/index.ts'

/** Something that sends numbered records from outside, each batch until it is acknowledged. */
export interface Sender {
  /** Stands in each record as `NAME=N;`. */
  name: string
  send(numbers: readonly number[]): Promise<void>
  close(): Promise<void>
}

const answerMs = 10_000
const retryMs = 200
/** All is well again by then. */
const lastAnswerMs = 120_000

/** Sends batches until it is stopped; counts what was acknowledged and what had to be sent again. */
export class Sending {
  acknowledged = 0
  repeated = 0
  readonly sender: Sender
  readonly #perBatch: number
  #isStopping = false
  #lastRefusal = ''
  readonly #running: Promise<void>

  constructor(sender: Sender, perBatch: number, pauseMs: number) {
    this.sender = sender
    this.#perBatch = perBatch
    this.#running = this.#run(pauseMs)
  }

  /** Resolves when the last batch is acknowledged. Rejects with the last refusal where that takes too long. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const refused = () =>
      new Error(`${this.sender.name}: the last batch is not acknowledged: ${this.#lastRefusal}`)
    await within(lastAnswerMs, this.#running, refused)
    await this.sender.close()
  }

  async #run(pauseMs: number): Promise<void> {
    while (!this.#isStopping) {
      const numbers = Array.from({ length: this.#perBatch }, (_, i) => this.acknowledged + i)
      await this.#untilAcknowledged(numbers)
      this.acknowledged += numbers.length
      await sleep(pauseMs)
    }
  }

  async #untilAcknowledged(numbers: readonly number[]): Promise<void> {
    for (;;) {
      try {
        await this.sender.send(numbers)
        return
      } catch (error) {
        this.#lastRefusal = messageOf(error)
        this.repeated++
        await sleep(retryMs)
      }
    }
  }
}

function requestOf(name: string, numbers: readonly number[]): Buffer {
  const seconds = Math.floor(Date.now() / 1000)
  const records = numbers.map(n => ({
    time: { seconds, nanos: n },
    observed: { seconds, nanos: 0 },
    severityNumber: 9,
    severityText: 'INFO',
    body: `${name}=${n};`,
    attributes: {},
  }))
  return writeLogsRequest({ resource: { 'service.name': name }, scope: 'faults' }, records)
}

/** An OTLP exporter: the same request until it is answered 200. */
export function otlpSender(address: string): Sender {
  const name = 'otlp'
  let last: { first: number; body: Buffer } | undefined
  return {
    name,
    async send(numbers) {
      const first = numbers[0] ?? 0
      if (last?.first !== first) last = { first, body: requestOf(name, numbers) }
      const answer = await fetch(`http://${address}/v1/logs`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-protobuf' },
        body: new Uint8Array(last.body),
        signal: AbortSignal.timeout(answerMs),
      })
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`)
    },
    close: () => Promise.resolve(),
  }
}

/** Forward with acknowledgement, each chunk repeated under its name, as Fluent Bit does. Source: Forward protocol v1.5. */
export function forwardSender(address: string): Sender {
  const name = 'forward'
  const [host = '', port = '0'] = address.split(':')
  return {
    name,
    async send(numbers) {
      const chunk = Buffer.from(`chunk-${numbers[0]}`).toString('base64')
      const entries = numbers.map(n => [1_790_000_000 + n, { log: `${name}=${n};` }])
      const socket = createConnection({ host, port: Number(port) })
      try {
        const answered = new Promise<Buffer>((resolve, reject) => {
          socket.once('data', resolve)
          socket.once('error', reject)
          socket.once('close', () => reject(new Error('hung up')))
          setTimeout(() => reject(new Error('no answer')), answerMs).unref()
        })
        socket.write(encode([name, entries, { chunk }]))
        const answer = decode(await answered) as { ack?: string }
        if (answer.ack !== chunk) throw new Error('another answer')
      } finally {
        socket.destroy()
      }
    },
    close: () => Promise.resolve(),
  }
}

/**
 * An idempotent producer that writes OTLP into the topic itself. It is told the partition: kafkajs chooses another for each
 * attempt, and takes the number that an attempt without an answer had for the next batch to the first one.
 */
export async function kafkaSender(address: string, topic: string): Promise<Sender> {
  const name = 'kafka'
  const kafka = new Kafka({ clientId: 'faults', brokers: [address], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { retries: 1_000, maxRetryTime: 2_000 },
  })
  await producer.connect()
  return {
    name,
    async send(numbers) {
      await producer.send({ topic, messages: [{ value: requestOf(name, numbers), partition: 0 }] })
    },
    close: () => producer.disconnect(),
  }
}
