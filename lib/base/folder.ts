import { constants } from 'node:fs'
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { codeOf, OperatingError } from './errors.ts'

/** Makes a folder and its parents and checks that it can be written. Errors: FOLDER_UNWRITABLE. */
export async function ensureFolder(path: string, configKey = 'dataDir'): Promise<void> {
  try {
    await makeFolders(resolve(path))
    await access(path, constants.W_OK | constants.R_OK | constants.X_OK)
  } catch (cause) {
    const why = codeOf(cause) ?? String(cause)
    const message = `cannot write the folder ${path} (${why}): give this user the right to it, or set ${configKey} to another folder`
    throw new OperatingError('FOLDER_UNWRITABLE', message, { cause })
  }
}

/** Names in a folder; none where it is not there. Errors: those of the file system but ENOENT. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Step by step: Node's own recursive mkdir never returns below folders that refuse with ENOENT, such as /proc. */
async function makeFolders(path: string): Promise<void> {
  try {
    await access(path)
  } catch {
    if (dirname(path) !== path) await makeFolders(dirname(path))
    await mkdir(path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
  }
}

/**
 * Takes a data folder for this process alone. The lock names the process and when it started, so one left by a
 * crash, or by a process id that something else has since been given, is seen through and taken over.
 * Errors: FOLDER_LOCKED.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock')
  const mine = `${process.pid} ${await startedAt(process.pid)}`
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await writeFile(path, mine, { flag: 'wx' })
      return () => rm(path, { force: true })
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    await removeIfStale(folder, path)
  }
  throw locked(folder, 'another process')
}

async function removeIfStale(folder: string, path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const [pid, started] = text.split(' ')
  const alive = pid !== undefined && pid !== '' && (await startedAt(Number(pid))) === started
  if (alive) throw locked(folder, `process ${pid}`)
  await rm(path, { force: true })
}

function locked(folder: string, by: string): OperatingError {
  const message = `the folder ${folder} is in use by ${by}: stop it, or set dataDir to another folder`
  return new OperatingError('FOLDER_LOCKED', message)
}

/** Start time of a process, in clock ticks since boot (proc(5), field 22); '' where there is none such. */
async function startedAt(pid: number): Promise<string> {
  if (process.platform !== 'linux') return isAlive(pid) ? 'alive' : ''
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? '' : (fields[19] ?? '')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
