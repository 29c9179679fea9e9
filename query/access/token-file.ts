import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import {
  codeOf,
  ensureFolder,
  lockFolder,
  messageOf,
  OperatingError,
  replaceFile,
} from '../../lib/base/index.ts'
import { queryFolder, tokensFile } from './file-names.ts'
import { hashOf, type Token, tokenRecord } from './token.ts'

/** Each is looked at when the file is read. */
const maxTokens = 10_000
const ownerOnly = 0o600
const content = z.strictObject({ version: z.literal(1), tokens: z.array(tokenRecord).max(maxTokens) })

/** The tokens in `dataDir`, read again when the file has changed: what is revoked is refused from the next request on. */
export class TokenFile {
  readonly #path: string
  #stamp = ''
  #byHash: ReadonlyMap<string, Token> = new Map()

  constructor(dataDir: string) {
    this.#path = join(queryFolder(dataDir), tokensFile)
  }

  /** The token with this secret. Errors: TOKENS_UNREADABLE. */
  async find(secret: string): Promise<Token | undefined> {
    await this.#refresh()
    return this.#byHash.get(hashOf(secret))
  }

  /** Errors: TOKENS_UNREADABLE. */
  async all(): Promise<Token[]> {
    await this.#refresh()
    return [...this.#byHash.values()]
  }

  async #refresh(): Promise<void> {
    const stamp = await stampOf(this.#path)
    if (stamp === this.#stamp) return
    const tokens = stamp === '' ? [] : await readTokens(this.#path)
    this.#byHash = new Map(tokens.map(token => [token.hash, token]))
    this.#stamp = stamp
  }
}

/** '' where there is no file. A replaced file is another inode, so that a change within one tick of the clock is seen. */
async function stampOf(path: string): Promise<string> {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true })
    return `${ino} ${mtimeNs} ${size}`
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return ''
    throw unreadable(path, cause)
  }
}

async function readTokens(path: string): Promise<Token[]> {
  try {
    return content.parse(JSON.parse(await readFile(path, 'utf8'))).tokens
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): OperatingError {
  const why = cause instanceof z.ZodError ? 'it is not as millrace writes it' : messageOf(cause)
  const message = `cannot read the tokens in ${path}: ${why}; give the right to it, or put a backup in its place`
  return new OperatingError('TOKENS_UNREADABLE', message, { cause })
}

/**
 * Changes the tokens, one process at a time: the file is the old one or the new one, never half of either, and its owner's
 * alone. Errors: FOLDER_UNWRITABLE, FOLDER_LOCKED, TOKENS_UNREADABLE, TOO_MANY_TOKENS.
 */
export async function changeTokens(
  dataDir: string,
  change: (tokens: readonly Token[]) => readonly Token[],
): Promise<void> {
  const folder = queryFolder(dataDir)
  await ensureFolder(folder)
  const unlock = await lockFolder(folder)
  try {
    const path = join(folder, tokensFile)
    const tokens = change((await stampOf(path)) === '' ? [] : await readTokens(path))
    if (tokens.length > maxTokens)
      throw new OperatingError('TOO_MANY_TOKENS', `there are ${maxTokens} tokens already: revoke some`)
    await replaceFile(path, `${JSON.stringify({ version: 1, tokens }, undefined, 2)}\n`, true, ownerOnly)
  } finally {
    await unlock()
  }
}
