import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-descriptors-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Many logs that share a pool of more files than the process may open, each rolled again and again. */
const program = (path: string) => `
  import { createLogResources, openLog } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
  import { writeBatch } from ${JSON.stringify(join(import.meta.dirname, '../kafka/index.ts'))}
  const resources = createLogResources()
  const logs = []
  let failures = 0
  const append = log => log
    .append(writeBatch([{ key: null, value: Buffer.alloc(200), timestampMs: 1, headers: [] }]))
    .catch(error => {
      if (!/EMFILE/.test(error.message)) throw error
      failures++
    })
  for (let i = 0; i < 60; i++)
    logs.push(await openLog({ folder: ${JSON.stringify(path)} + i, segmentBytes: 600, flush: 'os' }, { resources }))
  for (let round = 0; round < 20; round++) for (const log of logs) await append(log)
  for (const log of logs) await append(log)
  const written = logs.reduce((sum, log) => sum + log.endOffset, 0)
  console.log(JSON.stringify({ all: written + failures, failures }))
`

describe('a process that may open few files', () => {
  it('gives back those it does not use, and goes on', () => {
    const command = `ulimit -n 64; exec "$0" --input-type=module --disable-warning=ExperimentalWarning -e "$1"`
    const args = ['-c', command, process.execPath, program(join(folder, 'log-'))]
    const { stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8', timeout: 60_000 })
    expect(stderr).toBe('')
    const { all, failures } = JSON.parse(stdout)
    expect(all).toBe(60 * 21)
    // a few rolls may meet the limit before anything is given back
    expect(failures).toBeLessThan(all / 10)
  }, 60_000)
})
