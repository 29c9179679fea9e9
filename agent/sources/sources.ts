import { isDeepStrictEqual } from 'node:util'
import { OperatingError, within } from '../../lib/base/index.ts'
import type { Rules } from '../rules.ts'
import { unnamedFiles } from './file/config.ts'
import { Intake } from './intake.ts'
import { kindOf } from './kinds.ts'
import type { Repeats } from './repeats.ts'
import type { Lag, Source, SourceHost } from './source.ts'

/** How long sources may take to hand over what they have, where others take their place. */
const replaceDeadlineMs = 10_000

export type SharedHost = Omit<SourceHost, 'configKey' | 'name' | 'intake' | 'filter' | 'finished'> & {
  rules: Pick<Rules, 'filter'>
  /** What was taken and not answered, of all sources. */
  repeats: Repeats
}
type SourceConfig = { type: string; name?: string }

/** A source that runs, with what it was made from. */
export interface RunningSource {
  /** The ledger's: it stays where somebody calls the source otherwise. */
  name: string
  /** What its configuration calls it, else `name`. */
  title: string
  config: SourceConfig
  source: Source
  intake: Intake
}

/** All sources of an agent. Started one after the other, so that a failure half-way leaves none behind. */
export class Sources {
  #all: RunningSource[] = []
  readonly #onAllFinished: () => void
  #unfinished = 0
  #hasBegun = false

  constructor(onAllFinished: () => void) {
    this.#onAllFinished = onAllFinished
  }

  get running(): readonly RunningSource[] {
    return this.#all
  }

  /** Starts every configured source. Errors: those of the sources. */
  async start(configs: readonly SourceConfig[], host: SharedHost): Promise<void> {
    this.#unfinished = configs.length
    for (const [i, config] of configs.entries()) this.#all.push(await this.#make(config, i, host))
    // the listeners stand: only now anything is read
    for (const { source } of this.#all) source.begin?.()
    this.#hasBegun = true
  }

  /**
   * Goes over to other sources: those whose configuration is the same run on, others end and new ones begin. Where a new
   * one cannot start, the old ones come back, and the error says why. Errors: those of the sources, RELOAD_TOO_SLOW.
   */
  async replace(configs: readonly SourceConfig[], host: SharedHost): Promise<void> {
    const before = this.#all
    const kept = before.filter(({ config }) => configs.some(other => isDeepStrictEqual(config, other)))
    const gone = before.filter(running => !kept.includes(running))
    await within(replaceDeadlineMs, Promise.all(gone.map(({ source }) => source.close())), tooSlow)
    this.#all = kept
    try {
      await this.#startMissing(configs, host)
    } catch (error) {
      await Promise.all(this.#all.filter(one => !kept.includes(one)).map(({ source }) => source.close()))
      this.#all = kept
      await this.#startMissing(
        before.map(({ config }) => config),
        host,
      )
      throw error
    }
  }

  async #startMissing(configs: readonly SourceConfig[], host: SharedHost): Promise<void> {
    const added: RunningSource[] = []
    for (const [i, config] of configs.entries()) {
      if (this.#all.some(running => isDeepStrictEqual(running.config, config))) continue
      const made = await this.#make(config, i, host)
      this.#all.push(made)
      added.push(made)
    }
    for (const { source } of added) source.begin?.()
  }

  async #make(config: SourceConfig, index: number, host: SharedHost): Promise<RunningSource> {
    const name = this.#freeName(config.type)
    const filter = host.rules.filter()
    const intake = new Intake({ ...host, source: name, filter })
    const logger = host.logger.child(name)
    const configKey = `agent.sources[${index}]`
    const finished = (): void => {
      if (--this.#unfinished === 0) this.#onAllFinished()
    }
    const source = await kindOf(config).start(config, {
      ...host,
      configKey,
      name,
      intake,
      filter,
      logger,
      finished,
    })
    return { name, title: titleOf(config) ?? name, config, source, intake }
  }

  /** `otlp` for the first of its type, `otlp-2` for the next: the ledger keeps them apart. */
  #freeName(type: string): string {
    const taken = new Set(this.#all.map(({ name }) => name))
    for (let number = 1; ; number++) {
      const name = number === 1 ? type : `${type}-${number}`
      if (!taken.has(name)) return name
    }
  }

  /** What they listen on; where two have an address of one name, that of the first. */
  get addresses(): Record<string, string> {
    return Object.assign({}, ...this.#all.map(({ source }) => source.addresses).toReversed())
  }

  lag(): Lag {
    const all = this.#all.map(({ source, config }) => ({ title: titleOf(config), ...source.lag() }))
    const most = all
      .flatMap(({ title, most }) => (title === undefined ? most : most.map(one => ({ ...one, title }))))
      .sort((a, b) => b.lagBytes - a.lagBytes)
    return { bytes: all.reduce((sum, { bytes }) => sum + bytes, 0), most }
  }

  /** A time such that everything all sources had before it is durable in the spool; 0 while not all have begun. */
  completeBeforeMs(nowMs: number): number {
    if (!this.#hasBegun) return 0
    // what comes within this millisecond may still be before it
    return Math.min(nowMs - 1, ...this.#all.map(({ source }) => source.completeBeforeMs(nowMs)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ source }) => source.close()))
  }
}

/** Undefined where nobody gave it a name. */
function titleOf({ name }: SourceConfig): string | undefined {
  return name === unnamedFiles ? undefined : name
}

function tooSlow(): OperatingError {
  return new OperatingError(
    'RELOAD_TOO_SLOW',
    `sources did not end within ${replaceDeadlineMs / 1000} s: restart the agent`,
  )
}
