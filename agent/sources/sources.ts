import { Intake } from './intake.ts'
import { kindOf } from './kinds.ts'
import type { Source, SourceHost, SourceLag } from './source.ts'

export type SharedHost = Omit<SourceHost, 'configKey' | 'name' | 'intake' | 'finished'>

/** All sources of an agent. Started one after the other, so that a failure half-way leaves none behind. */
export class Sources {
  readonly #all: Source[] = []
  readonly #onAllFinished: () => void
  #unfinished = 0
  #hasBegun = false

  constructor(onAllFinished: () => void) {
    this.#onAllFinished = onAllFinished
  }

  /** Starts every configured source. Errors: those of the sources. */
  async start(configs: readonly { type: string }[], host: SharedHost): Promise<void> {
    const names = new Map<string, number>()
    this.#unfinished = configs.length
    const finished = (): void => {
      if (--this.#unfinished === 0) this.#onAllFinished()
    }
    for (const [i, config] of configs.entries()) {
      const count = (names.get(config.type) ?? 0) + 1
      names.set(config.type, count)
      const name = count === 1 ? config.type : `${config.type}-${count}`
      const intake = new Intake({ ...host, source: name })
      const logger = host.logger.child(config.type)
      const own = { ...host, configKey: `agent.sources[${i}]`, name, intake, logger, finished }
      this.#all.push(await kindOf(config).start(config, own))
    }
    // the listeners stand: only now anything is read
    for (const source of this.#all) source.begin?.()
    this.#hasBegun = true
  }

  /** What they listen on; where two have an address of one name, that of the first. */
  get addresses(): Record<string, string> {
    return Object.assign({}, ...this.#all.map(source => source.addresses).toReversed())
  }

  /** The most to read first. */
  lag(): SourceLag[] {
    return this.#all.flatMap(source => source.lag()).sort((a, b) => b.lagBytes - a.lagBytes)
  }

  /** A time such that everything all sources had before it is durable in the spool; 0 while not all have begun. */
  completeBeforeMs(nowMs: number): number {
    if (!this.#hasBegun) return 0
    // what comes within this millisecond may still be before it
    return Math.min(nowMs - 1, ...this.#all.map(source => source.completeBeforeMs(nowMs)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(source => source.close()))
  }
}
