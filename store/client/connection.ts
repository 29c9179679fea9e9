import type { ClickHouseClient } from '@clickhouse/client'
import type { StoreConfig } from '../password.ts'
import { createStoreClient, type StoreClientOptions } from './client.ts'

/**
 * A client of the store that is made when it is first needed, and anew where the store refused it: the embedded server makes
 * its password at its first start, which may come after ours.
 */
export class StoreConnection {
  readonly #config: StoreConfig
  readonly #options: StoreClientOptions
  #client: Promise<ClickHouseClient> | undefined

  constructor(config: StoreConfig, options: StoreClientOptions) {
    this.#config = config
    this.#options = options
  }

  get url(): string {
    return this.#config.clickhouse.url
  }

  /** Errors: PASSWORD_UNREADABLE. */
  async client(): Promise<ClickHouseClient> {
    const made = this.#client ?? createStoreClient(this.#config, this.#options)
    this.#client = made
    try {
      return await made
    } catch (error) {
      if (this.#client === made) this.#client = undefined
      throw error
    }
  }

  /** Has the next request read the password again, where this failure says that it is not the right one; true then. */
  refused(error: unknown): boolean {
    if ((error as { type?: unknown }).type !== 'AUTHENTICATION_FAILED') return false
    const refused = this.#client
    this.#client = undefined
    // requests under way on it end in their own time
    refused?.then(client => client.close()).catch(() => undefined)
    return true
  }

  async close(): Promise<void> {
    const client = await this.#client
    this.#client = undefined
    await client?.close()
  }
}
