import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, type ConfigInput, parseConfig } from '../../cli/config.ts'

/** Why tests of the embedded store cannot run here; undefined where they can. */
export function storeUnavailable(): string | undefined {
  const installed = existsSync(new URL('../../node_modules/chdb/package.json', import.meta.url))
  return installed ? undefined : 'chdb is not installed'
}

/** A store as a child process on a temporary folder. */
export interface TestStore {
  /** The configuration with which clients reach it. */
  config: Config
  url: string
  pid: number
  /** kill -9, where it has not ended by itself, then the same folder and port again. */
  crash(between?: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

export async function startTestStore(input: ConfigInput = {}, folder?: string): Promise<TestStore> {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'millrace-store-')))
  const listen = '127.0.0.1:0'
  let child = await startChild({ ...input, dataDir, store: { ...input.store, listen } })
  const url = `http://${child.address}`
  const config = parseConfig(
    JSON.stringify({ ...input, dataDir, clickhouse: { ...input.clickhouse, url } }),
    {},
  )
  return {
    config,
    url,
    get pid() {
      return child.process.pid ?? 0
    },
    async crash(between) {
      if (child.process.kill('SIGKILL')) await once(child.process, 'exit')
      await between?.()
      child = await startChild({ ...input, dataDir, store: { ...input.store, listen: child.address } })
    },
    async close() {
      await stop(child.process)
      if (folder === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function startChild(input: ConfigInput): Promise<{ process: ChildProcess; address: string }> {
  const file = new URL('./child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [file, JSON.stringify(input)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '32' },
  })
  const [message] = (await once(child, 'message')) as [
    { ready?: Record<string, string>; failed?: { code: string; message: string } },
  ]
  if (message.failed !== undefined) throw Object.assign(new Error(message.failed.message), message.failed)
  return { process: child, address: message.ready?.['clickhouse'] ?? '' }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
