import { join } from 'node:path'

/** The query role's folder in `dataDir`, and what stands in it. */
export function queryFolder(dataDir: string): string {
  return join(dataDir, 'query')
}

/** Where what was saved on the page stands: its own, or one that several query nodes share. */
export function savedFolder({
  dataDir,
  query,
}: {
  dataDir: string
  query: { saved: string | null }
}): string {
  return query.saved ?? queryFolder(dataDir)
}

export const tokensFile = 'tokens.json'
/** When each token was last used: the running role writes it, so that it never meets who makes and revokes tokens. */
export const tokenUseFile = 'tokens-used.json'
export const auditFile = 'audit.log'
