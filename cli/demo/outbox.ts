import { messageOf, OperatingError } from '../../lib/base/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'

/** Attempts to reach the agent before the demo gives up: it starts within a second. */
const maxAttempts = 6
const retryMs = 500

/** Sends OTLP requests to an agent, again while it says that it is full. */
export class Outbox {
  readonly #endpoint: string
  readonly #signal: AbortSignal

  constructor(endpoint: string, signal: AbortSignal) {
    this.#endpoint = endpoint.replace(/\/$/, '')
    this.#signal = signal
  }

  /** Errors: DEMO_NO_AGENT, DEMO_REFUSED. */
  async send(kind: Signal, body: Buffer): Promise<void> {
    for (let attempt = 1; !this.#signal.aborted; attempt++) {
      const answer = await this.#post(kind, body).catch((error: unknown) => error as Error)
      if (answer instanceof Response) {
        if (answer.ok) return
        if (answer.status !== 429 && answer.status !== 503)
          throw new OperatingError(
            'DEMO_REFUSED',
            `the agent refused ${kind}: ${answer.status} ${await answer.text()}`,
          )
      } else if (attempt >= maxAttempts) {
        const why = messageOf(answer.cause ?? answer)
        const message = `no agent answers at ${this.#endpoint} (${why}): start one with millrace up`
        throw new OperatingError('DEMO_NO_AGENT', message, { cause: answer })
      }
      await new Promise(resolve => setTimeout(resolve, retryMs))
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
