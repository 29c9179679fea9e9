import type { Readable } from 'node:stream'
import { messageOf } from '../../../lib/base/index.ts'
import { originOf } from '../../records/origin.ts'
import type { SourceHost } from '../source.ts'
import { FollowingSource } from '../stream/following-source.ts'
import { LineFeed } from '../stream/line-feed.ts'
import type { StdinConfig } from './config.ts'

export type StdinOptions = Pick<SourceHost, 'intake' | 'clock' | 'logger' | 'hostName'> & {
  config: StdinConfig
  input: Readable
  /** Called when the input has ended and all of it is durable. */
  onEnd: () => void
}

/** What is written to the agent's standard input, a line a record: `my-service | millrace agent --stdin`. */
export class StdinSource extends FollowingSource {
  readonly #options: StdinOptions

  constructor(options: StdinOptions) {
    super(options.intake)
    this.#options = options
  }

  protected stop(): void {
    this.#options.input.destroy()
  }

  protected async run(): Promise<void> {
    const { config, intake, clock, logger, hostName, input, onEnd } = this.#options
    const origin = originOf({ service: config.service ?? 'stdin', host: hostName, scope: 'millrace.stdin' })
    const feed = new LineFeed({
      ...config,
      namesService: config.service === null,
      intake,
      origin,
      nowMs: () => clock.nowMs(),
    })
    try {
      await feed.read(input)
      if (!this.isClosing) onEnd()
    } catch (error) {
      if (!this.isClosing) logger.error('standard input could not be read', { error: messageOf(error) })
    }
  }
}
