import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'
import { WireClient } from '../../broker/testing/wire-client.ts'
import { type RunningRole, startRole } from '../e2e/stack.ts'

export const timeout = 120_000

/** A broker in a process of its own, killed and started again over the same folder, and a client of it. */
export class KilledBroker {
  readonly #settings: readonly string[]
  #dataDir = ''
  #role: RunningRole | undefined
  #client: WireClient | undefined

  private constructor(settings: readonly string[]) {
    this.#settings = settings
  }

  /** One for all tests of a suite; `settings` as in `--set broker.flush=os`. */
  static forSuite(settings: readonly string[] = []): KilledBroker {
    const killed = new KilledBroker(settings)
    beforeAll(async () => {
      killed.#dataDir = await mkdtemp(join(tmpdir(), 'millrace-killed-'))
      await killed.start()
    }, timeout)
    afterAll(async () => {
      killed.client.close()
      await killed.#role?.stop()
      await rm(killed.#dataDir, { recursive: true, force: true })
    }, timeout)
    return killed
  }

  get client(): WireClient {
    if (this.#client === undefined) throw new Error('outside of a test')
    return this.#client
  }
  get dataDir(): string {
    return this.#dataDir
  }

  /** What it has printed since it was last started. */
  output(): string {
    return this.#role?.output() ?? ''
  }

  async start(): Promise<void> {
    const fixed = [`dataDir=${this.#dataDir}`, 'broker.listen=127.0.0.1:0', 'telemetry.enabled=false']
    this.#role = await startRole('broker', [...fixed, ...this.#settings])
    this.#client = await WireClient.open(this.#role.address)
  }

  /** Resolves when it is dead. */
  async killAfter(ms: number): Promise<void> {
    await sleep(ms)
    await this.#role?.stop('SIGKILL')
  }
}
