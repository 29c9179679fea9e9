import type { MetadataStore } from '../topics/metadata-store.ts'

/** Ids taken at once, so that not every producer costs a sync. */
const blockSize = 1_000

/** Gives every producer an id that nobody had before, also after a restart. */
export class ProducerIds {
  readonly #store: MetadataStore
  #next = 0
  #end = 0
  #taking: Promise<void> | undefined

  constructor(store: MetadataStore) {
    this.#store = store
  }

  async next(): Promise<number> {
    while (this.#next === this.#end) {
      this.#taking ??= this.#takeBlock().finally(() => {
        this.#taking = undefined
      })
      await this.#taking
    }
    return this.#next++
  }

  async #takeBlock(): Promise<void> {
    this.#next = await this.#store.takeProducerIds(blockSize)
    this.#end = this.#next + blockSize
  }
}
