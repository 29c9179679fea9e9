import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Of most file systems, with room for what is written beside it. */
const maxFolderName = 200

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

/** Where what one tenant saved stands: the configured tenant's is the folder itself, others have one each below it. */
export function savedFolderOf(
  config: { dataDir: string; tenant: string; query: { saved: string | null } },
  tenant: string,
): string {
  const folder = savedFolder(config)
  return tenant === config.tenant ? folder : join(folder, 'tenants', folderName(tenant))
}

/** A tenant's name may hold any character; two names never make one folder, not even where letters have no case. */
function folderName(tenant: string): string {
  const escaped = encodeURIComponent(tenant).replaceAll(
    /[A-Z.*~!'()]/g,
    character => `%${character.charCodeAt(0).toString(16)}`,
  )
  return escaped.length <= maxFolderName ? escaped : createHash('sha256').update(tenant).digest('hex')
}

export const tokensFile = 'tokens.json'
/** When each token was last used: the running role writes it, so that it never meets who makes and revokes tokens. */
export const tokenUseFile = 'tokens-used.json'
export const auditFile = 'audit.log'
