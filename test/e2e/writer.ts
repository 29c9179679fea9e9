import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes numbered JSON lines into several log files and rotates them as logrotate does: some by rename, some by copy and
 * truncate. Every line says its number, so that each can be found again exactly once.
 */
export class LogWriter {
  readonly #folder: string
  readonly #files: readonly string[]
  #written = 0

  constructor(folder: string, files: readonly string[]) {
    this.#folder = folder
    this.#files = files
  }

  get written(): number {
    return this.#written
  }

  /** Appends lines round robin, in one write a file. */
  write(count: number): void {
    const texts = this.#files.map(() => '')
    for (let i = 0; i < count; i++) {
      const seq = this.#written++
      const file = seq % this.#files.length
      texts[file] +=
        `${JSON.stringify({ time: new Date().toISOString(), level: 'info', msg: `line ${seq}`, seq })}\n`
    }
    for (const [i, text] of texts.entries()) appendFileSync(this.#path(i), text)
  }

  renameRotate(file: number): void {
    for (let n = 8; n >= 1; n--)
      if (existsSync(this.#path(file, n))) renameSync(this.#path(file, n), this.#path(file, n + 1))
    renameSync(this.#path(file), this.#path(file, 1))
  }

  copyTruncate(file: number): void {
    for (let n = 8; n >= 1; n--)
      if (existsSync(this.#path(file, n))) renameSync(this.#path(file, n), this.#path(file, n + 1))
    copyFileSync(this.#path(file), this.#path(file, 1))
    truncateSync(this.#path(file), 0)
  }

  #path(file: number, rotation?: number): string {
    const name = `${this.#files[file]}.log`
    return join(this.#folder, rotation === undefined ? name : `${name}.${rotation}`)
  }
}
