import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, messageOf } from '../../lib/base/index.ts'
import type { SavedRules } from './saved.ts'

const lookEveryMs = 5_000

/** Takes up what another node has saved or deleted in a folder that they share. */
export class SavedRulesFollower {
  readonly #saved: SavedRules
  readonly #reload: () => Promise<void>
  readonly #logger: Logger
  readonly #everyMs: number
  readonly #stopped = new AbortController()
  #loop: Promise<void> | undefined

  constructor(saved: SavedRules, reload: () => Promise<void>, logger: Logger, everyMs = lookEveryMs) {
    this.#saved = saved
    this.#reload = reload
    this.#logger = logger
    this.#everyMs = everyMs
  }

  /** `known`: the stamp of the rules that are in force. */
  start(known: string): void {
    this.#loop = this.#follow(known)
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#loop
  }

  async #follow(first: string): Promise<void> {
    const { signal } = this.#stopped
    let known = first
    while (!signal.aborted) {
      await sleep(this.#everyMs, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) known = await this.#look(known)
    }
  }

  async #look(known: string): Promise<string> {
    try {
      const stamp = await this.#saved.stamp()
      if (stamp !== known) await this.#reload()
      return stamp
    } catch (error) {
      this.#logger.warn('saved rules cannot be looked at, those that are known stay', {
        error: messageOf(error),
      })
      return known
    }
  }
}
