import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Clock,
  codeOf,
  ensureFolder,
  type Logger,
  messageOf,
  replaceFile,
} from '../../lib/base/index.ts'
import { queryFolder, tokenUseFile } from './file-names.ts'

const writeEveryMs = 60_000
const ownerOnly = 0o600

/** When each token was last used, kept to the minute: what is not written yet when the process dies is lost. */
export class TokenUse {
  readonly #dataDir: string
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #used = new Map<string, number>()
  #writtenMs = Number.NEGATIVE_INFINITY
  #writing: Promise<void> = Promise.resolve()

  constructor(dataDir: string, clock: Clock, logger: Logger) {
    this.#dataDir = dataDir
    this.#clock = clock
    this.#logger = logger
  }

  note(id: string): void {
    this.#used.set(id, this.#clock.nowMs())
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#writtenMs < writeEveryMs) return
    this.#writtenMs = nowMs
    this.#writing = this.#writing.then(() => this.#write())
  }

  async close(): Promise<void> {
    if (this.#used.size > 0) this.#writing = this.#writing.then(() => this.#write())
    await this.#writing
  }

  async #write(): Promise<void> {
    const folder = queryFolder(this.#dataDir)
    try {
      await ensureFolder(folder)
      const before = await readTokenUse(this.#dataDir)
      const used = Object.fromEntries([...before, ...this.#used])
      await replaceFile(join(folder, tokenUseFile), `${JSON.stringify(used)}\n`, false, ownerOnly)
    } catch (error) {
      // a request is not refused for this
      this.#logger.warn('cannot note when tokens were used', { error: messageOf(error) })
    }
  }
}

/** Milliseconds since 1970 by the id of the token; nothing where none was ever used. */
export async function readTokenUse(dataDir: string): Promise<Map<string, number>> {
  try {
    const text = await readFile(join(queryFolder(dataDir), tokenUseFile), 'utf8')
    return new Map(Object.entries(JSON.parse(text) as Record<string, number>))
  } catch (error) {
    // after a loss of power it may be empty: it says nothing then
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return new Map()
    throw error
  }
}
