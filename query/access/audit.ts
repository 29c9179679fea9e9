import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder, type Logger, messageOf, rotateFiles, sizeOfFile } from '../../lib/base/index.ts'
import { auditFile, queryFolder } from './file-names.ts'

/** One request: who asked what, and what came of it. */
export interface AuditEntry {
  time: string
  /** '' where no token was asked for or none was right. */
  tokenId: string
  token: string
  tenant: string
  address: string
  method: string
  path: string
  /** As asked, cut where it is long. */
  parameters: string
  status: number
  ms: number
  /** Read by the store up to the head of the answer. */
  rows: number
  bytes: number
}

export interface AuditOptions {
  maxBytes: number
  /** Files that were full are kept, this many. */
  keptFiles: number
}

const usual: AuditOptions = { maxBytes: 10_000_000, keptFiles: 5 }
const maxWaiting = 1_000
const ownerOnly = 0o600

/** JSON lines in `dataDir/query/audit.log`; a full file becomes `audit.log.1`, and the oldest goes. A request never waits for it. */
export class AuditLog {
  readonly #folder: string
  readonly #path: string
  readonly #options: AuditOptions
  readonly #logger: Logger
  #waiting: string[] = []
  #lost = 0
  #bytes: number | undefined
  #writing: Promise<void> | undefined

  constructor(dataDir: string, logger: Logger, options: AuditOptions = usual) {
    this.#folder = queryFolder(dataDir)
    this.#path = join(this.#folder, auditFile)
    this.#logger = logger
    this.#options = options
  }

  write(entry: AuditEntry): void {
    if (this.#waiting.length >= maxWaiting) this.#lost++
    else this.#waiting.push(`${JSON.stringify(entry)}\n`)
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined
    })
  }

  /** Resolves when everything is written, or given up. */
  async close(): Promise<void> {
    await this.#writing
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting
      this.#waiting = []
      if (this.#lost > 0) lines.push(`${JSON.stringify({ lost: this.#lost })}\n`)
      this.#lost = 0
      try {
        await this.#append(lines.join(''))
      } catch (error) {
        this.#lost += lines.length
        this.#logger.warn('cannot write the audit log', { file: this.#path, error: messageOf(error) })
        return
      }
    }
  }

  async #append(text: string): Promise<void> {
    if (this.#bytes === undefined) {
      await ensureFolder(this.#folder)
      this.#bytes = await sizeOfFile(this.#path)
    }
    if (this.#bytes >= this.#options.maxBytes) {
      await rotateFiles(this.#path, this.#options.keptFiles)
      this.#bytes = 0
    }
    await appendFile(this.#path, text, { mode: ownerOnly })
    this.#bytes += Buffer.byteLength(text)
  }
}
