import { messageOf, OperatingError } from '../../lib/base/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'

/** Attempts to reach an agent that never answered before the demo gives up: one starts within a second. */
const maxAttempts = 6
/** To reach one that did: it may be started again, which takes a while on a machine that has much to do. */
const maxAttemptsAgain = 120
const usualRetryMs = 500

/** Sends OTLP requests to an agent, again while it says that it is full. */
export class Outbox {
  readonly #endpoint: string
  readonly #signal: AbortSignal
  readonly #retryMs: number
  #maxAttempts = maxAttempts

  constructor(endpoint: string, signal: AbortSignal, retryMs = usualRetryMs) {
    this.#endpoint = endpoint.replace(/\/$/, '')
    this.#signal = signal
    this.#retryMs = retryMs
  }

  /** Errors: DEMO_NO_AGENT, DEMO_REFUSED. */
  async send(kind: Signal, body: Buffer): Promise<void> {
    for (let attempt = 1; !this.#signal.aborted; attempt++) {
      const answer = await this.#post(kind, body).catch((error: unknown) => error as Error)
      if (answer instanceof Response) {
        this.#maxAttempts = maxAttemptsAgain
        if (answer.ok) return
        if (answer.status !== 429 && answer.status !== 503)
          throw new OperatingError(
            'DEMO_REFUSED',
            `the agent refused ${kind}: ${answer.status} ${await answer.text()}`,
          )
      } else if (attempt >= this.#maxAttempts) {
        const why = messageOf(answer.cause ?? answer)
        const message = `no agent answers at ${this.#endpoint} (${why}): start one with millrace up`
        throw new OperatingError('DEMO_NO_AGENT', message, { cause: answer })
      }
      await new Promise(resolve => setTimeout(resolve, this.#retryMs))
    }
  }

  #post(kind: Signal, body: Buffer): Promise<Response> {
    return fetch(`${this.#endpoint}/v1/${kind}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(body),
    })
  }
}
