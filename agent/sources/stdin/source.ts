import type { Readable } from 'node:stream'
import { messageOf } from '../../../lib/base/index.ts'
import { originOf } from '../../records/origin.ts'
import type { Source, SourceHost } from '../source.ts'
import { LineFeed } from '../stream/line-feed.ts'
import type { StdinConfig } from './config.ts'

export type StdinOptions = Pick<SourceHost, 'intake' | 'clock' | 'logger' | 'hostName'> & {
  config: StdinConfig
  input: Readable
  /** Called when the input has ended and all of it is durable. */
  onEnd: () => void
}

/** What is written to the agent's standard input, a line a record: `my-service | millrace agent --stdin`. */
export class StdinSource implements Source {
  readonly addresses = {}
  readonly #options: StdinOptions
  #running: Promise<void> | undefined
  #closing = false

  constructor(options: StdinOptions) {
    this.#options = options
  }

  begin(): void {
    this.#running = this.#run()
  }

  lag(): [] {
    return []
  }

  completeBeforeMs(nowMs: number): number {
    return this.#options.intake.completeBeforeMs(nowMs)
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#options.input.destroy()
    await this.#running
  }

  async #run(): Promise<void> {
    const { config, intake, clock, logger, hostName, input, onEnd } = this.#options
    const origin = originOf({ service: config.service, host: hostName, scope: 'millrace.stdin' })
    const feed = new LineFeed({ ...config, intake, origin, nowMs: () => clock.nowMs() })
    try {
      for await (const chunk of input as AsyncIterable<Buffer>) await feed.push(chunk)
      await feed.end()
      if (!this.#closing) onEnd()
    } catch (error) {
      if (!this.#closing) logger.error('standard input could not be read', { error: messageOf(error) })
    }
  }
}
