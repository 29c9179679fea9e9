import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, OperatingError } from '../lib/base/index.ts'
import type { Config } from './config.ts'
import { isLoopback } from './loopback.ts'

/** The part of the configuration that says where the store is. */
export type StoreConfig = Pick<Config, 'dataDir' | 'clickhouse' | 'store'>

/** Where the embedded server keeps what it generated. */
export function passwordFile(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'store', 'password')
}

/**
 * The password clients of the store use: the configured one, or the one the embedded server generated; '' before it has,
 * and for servers elsewhere. Errors: PASSWORD_UNREADABLE.
 */
export async function storePassword(config: StoreConfig): Promise<string> {
  if (config.clickhouse.password !== null) return config.clickhouse.password
  // the embedded server's password is no other server's business
  return isEmbedded(config) ? await readGenerated(config) : ''
}

async function readGenerated(config: StoreConfig): Promise<string> {
  const path = passwordFile(config)
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return ''
    const message = `cannot read ${path} (${codeOf(cause)}): run as the user that runs the store, or set clickhouse.password`
    throw new OperatingError('PASSWORD_UNREADABLE', message, { cause })
  }
}

/** The same for the server itself, which makes one on its first start. */
export async function ensureStorePassword(config: StoreConfig): Promise<string> {
  if (config.clickhouse.password !== null) return config.clickhouse.password
  const present = await readGenerated(config)
  if (present !== '') return present
  const generated = randomBytes(24).toString('base64url')
  await writeFile(passwordFile(config), `${generated}\n`, { mode: 0o600 })
  return generated
}

function isEmbedded({ clickhouse, store }: StoreConfig): boolean {
  return isLoopback(clickhouse.url) || clickhouse.url === `http://${store.listen}`
}
