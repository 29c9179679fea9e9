import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Makes the package look as it does where npm left it out. */
const hideChdb = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'chdb') throw Object.assign(new Error("Cannot find package 'chdb'"), { code: 'ERR_MODULE_NOT_FOUND' })
    return next(specifier, context)
  },
})`)}`

describe('the embedded store without chdb', () => {
  it('says in one line what to do', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'millrace-store-'))
    const file = new URL('./testing/child.ts', import.meta.url).pathname
    const config = JSON.stringify({ dataDir, store: { listen: '127.0.0.1:0' } })
    const child = spawn(process.execPath, ['--import', hideChdb, file, config], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const [message] = (await once(child, 'message')) as [{ failed?: { code: string; message: string } }]
    if (child.exitCode === null) await once(child, 'exit')
    await rm(dataDir, { recursive: true, force: true })
    expect(message.failed?.code).toBe('CHDB_MISSING')
    expect(message.failed?.message).toMatch(/^chdb is not installed .*clickhouse\.url/)
    expect(message.failed?.message).not.toContain('\n')
  }, 30_000)
})
