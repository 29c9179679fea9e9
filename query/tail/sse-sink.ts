import type { SSEStreamingApi } from 'hono/streaming'
import type { TailSink } from './sink.ts'

/** Sends the events of a tail as server-sent events. Source: HTML, server-sent events. */
export class SseSink implements TailSink {
  readonly #stream: SSEStreamingApi

  constructor(stream: SSEStreamingApi) {
    this.#stream = stream
  }

  async send(event: string, data: object, id: string): Promise<void> {
    await this.#stream.writeSSE({ event, data: JSON.stringify(data), ...(id === '' ? {} : { id }) })
  }

  get isGone(): boolean {
    return this.#stream.aborted || this.#stream.closed
  }

  onGone(listener: () => void): void {
    this.#stream.onAbort(listener)
  }
}
