import { constants } from 'node:fs'
import { access, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { freemem, release, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { codeOf, listen, messageOf } from '../../../lib/base/index.ts'
import type { Config } from '../../config.ts'
import { formatBytes } from '../../human.ts'
import { diskFinding } from './disks.ts'
import type { Finding } from './finding.ts'

const leastMemoryBytes = 1_000_000_000
const leastFiles = 4_096
const leastWatches = 8_192
const slowSyncMs = 50

/** What a machine has to have before Millrace runs on it. */
export async function machineFindings(config: Config): Promise<Finding[]> {
  const dataDir = resolve(config.dataDir)
  return [
    system(),
    memory(),
    await openFiles(),
    await watches(),
    await clock(),
    await diskFinding('disk of dataDir', dataDir, config.store.minFreeBytes),
    await writable(dataDir),
    ...(await readable(config)),
    await native(),
  ]
}

function system(): Finding {
  const detail = `Node ${process.versions.node}, ${process.platform} ${release()}, ${process.arch}`
  if (process.platform === 'linux') return { what: 'system', verdict: 'ok', detail }
  return {
    what: 'system',
    verdict: 'note',
    detail,
    remedy: 'Linux is what it is made for: elsewhere it goes without its native parts',
  }
}

function memory(): Finding {
  const detail = `${formatBytes(freemem())} free of ${formatBytes(totalmem())}`
  if (totalmem() >= leastMemoryBytes) return { what: 'memory', verdict: 'ok', detail }
  return {
    what: 'memory',
    verdict: 'note',
    detail,
    remedy: 'all roles together want 1 GB: run the store elsewhere (clickhouse.url)',
  }
}

async function openFiles(): Promise<Finding> {
  const what = 'open files'
  const limits = await textOf('/proc/self/limits')
  const found = /^Max open files\s+(\S+)/m.exec(limits ?? '')?.[1]
  if (found === undefined) return { what, verdict: 'note', detail: 'the limit cannot be read here' }
  if (found === 'unlimited' || Number(found) >= leastFiles)
    return { what, verdict: 'ok', detail: `at most ${found}` }
  return {
    what,
    verdict: 'note',
    detail: `at most ${found}`,
    remedy: `allow ${leastFiles}: ulimit -n, or LimitNOFILE= of the unit`,
  }
}

async function watches(): Promise<Finding> {
  const what = 'file watches'
  const found = Number((await textOf('/proc/sys/fs/inotify/max_user_watches')) ?? Number.NaN)
  if (Number.isNaN(found)) return { what, verdict: 'note', detail: 'the limit cannot be read here' }
  if (found >= leastWatches) return { what, verdict: 'ok', detail: `at most ${found}` }
  return {
    what,
    verdict: 'note',
    detail: `at most ${found}`,
    remedy: `sysctl fs.inotify.max_user_watches=${leastWatches}`,
  }
}

/** Whether somebody keeps the clock: answers are about times. */
async function clock(): Promise<Finding> {
  const what = 'clock'
  const isKept =
    (await exists('/run/systemd/timesync/synchronized')) ||
    (await exists('/run/chrony')) ||
    (await exists('/var/lib/ntp'))
  const detail = isKept ? 'is kept by a time service' : 'no time service was found'
  if (isKept) return { what, verdict: 'ok', detail }
  return {
    what,
    verdict: 'note',
    detail,
    remedy: 'run chrony or systemd-timesyncd, unless the host keeps the clock',
  }
}

/** Makes a file, syncs it as an acknowledged record is, and removes it. */
async function writable(dataDir: string): Promise<Finding> {
  const what = 'writing'
  const root = (await exists(dataDir)) ? dataDir : resolve(dataDir, '..')
  try {
    const folder = await mkdtemp(join(root, '.doctor-'))
    const file = await open(join(folder, 'probe'), 'w')
    await file.write(Buffer.alloc(4096))
    const startedMs = performance.now()
    await file.datasync()
    const ms = performance.now() - startedMs
    await file.close()
    await rm(folder, { recursive: true })
    const detail = `${root}: synced in ${ms.toFixed(1)} ms`
    if (ms < slowSyncMs) return { what, verdict: 'ok', detail }
    return {
      what,
      verdict: 'note',
      detail,
      remedy: 'every acknowledgement waits for the disk: take a faster one, or broker.flush: os',
    }
  } catch (error) {
    const remedy = `let this user write there, or set dataDir (${codeOf(error) ?? 'error'})`
    return { what, verdict: 'wrong', detail: messageOf(error), remedy }
  }
}

/** Folders of the file sources. */
async function readable(config: Config): Promise<Finding[]> {
  const patterns = config.agent.sources.flatMap(source => (source.type === 'file' ? source.include : []))
  const folders = [
    ...new Set(patterns.map(pattern => pattern.replace(/\/[^/]*[*?[{].*$|\/[^/]*$/, '') || '/')),
  ]
  return await Promise.all(
    folders.map(async (folder): Promise<Finding> => {
      const what = 'reading'
      try {
        await access(folder, constants.R_OK | constants.X_OK)
        return { what, verdict: 'ok', detail: folder }
      } catch (error) {
        const remedy = 'let the agent read it: group adm for /var/log, or another folder in agent.sources'
        return { what, verdict: 'note', detail: messageOf(error), remedy }
      }
    }),
  )
}

async function native(): Promise<Finding> {
  const what = 'native part'
  const { native: loaded } = await import('../../../lib/native/index.ts')
  if (loaded !== undefined) return { what, verdict: 'ok', detail: 'is loaded: files go to sockets uncopied' }
  const remedy = 'npm run build:native makes it; without it all goes on, somewhat slower'
  return { what, verdict: 'note', detail: 'is not there', remedy }
}

/** Who listens where we would. `running` says that it is we. */
export async function portFindings(
  wanted: readonly (readonly [key: string, address: string])[],
  running: boolean,
): Promise<Finding[]> {
  return await Promise.all(
    wanted.map(async ([key, address]): Promise<Finding> => {
      const server = createServer()
      try {
        await listen(server, address, key)
        if (!running) return { what: 'port', verdict: 'ok', detail: `${address} is free for ${key}` }
        return { what: 'port', verdict: 'note', detail: `nobody listens at ${address} (${key})` }
      } catch (error) {
        if (running)
          return {
            what: 'port',
            verdict: 'ok',
            detail: `${address} is taken, by Millrace as it seems (${key})`,
          }
        return { what: 'port', verdict: 'wrong', detail: messageOf(error) }
      } finally {
        await new Promise(done => server.close(done))
      }
    }),
  )
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return false
  }
}
