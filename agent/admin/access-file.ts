import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { codeOf, OperatingError } from '../../lib/base/index.ts'
import { adminFile } from '../file-names.ts'

/** How the commands of this machine reach a running agent; readable by its user alone. */
export interface AdminAccess {
  address: string
  token: string
  pid: number
}

export async function writeAdminAccess(agentFolder: string, access: AdminAccess): Promise<void> {
  const path = adminFile(agentFolder)
  await writeFile(path, JSON.stringify(access), { mode: 0o600 })
  // the mode of a file that was there is not changed by writing it
  await chmod(path, 0o600)
}

export function removeAdminAccess(agentFolder: string): Promise<void> {
  return rm(adminFile(agentFolder), { force: true })
}

/** Errors: AGENT_NOT_RUNNING. */
export async function readAdminAccess(agentFolder: string): Promise<AdminAccess> {
  const path = adminFile(agentFolder)
  try {
    return JSON.parse(await readFile(path, 'utf8')) as AdminAccess
  } catch (cause) {
    const why =
      codeOf(cause) === 'EACCES'
        ? `${path} may not be read: run this as the agent's user`
        : `there is no ${path}: is the agent running, with this dataDir?`
    throw new OperatingError('AGENT_NOT_RUNNING', why, { cause })
  }
}
