import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { memoryLogger } from '../lib/base/index.ts'
import type { Config } from './config.ts'
import { followConfig } from './follow-config.ts'

test('a file that was emptied to be written anew is taken up when it is written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-follow-'))
  const file = join(folder, 'millrace.yaml')
  writeFileSync(file, '')
  const taken: string[] = []
  const role = {
    addresses: {},
    reload: (config: unknown) => {
      taken.push(String(config))
      return Promise.resolve([])
    },
    close: () => Promise.resolve(),
  }
  const load = () => Promise.resolve(readFileSync(file, 'utf8') as unknown as Config)
  const { logger, entries } = memoryLogger()
  const following = followConfig(role, { file, load }, logger)
  process.emit('SIGHUP', 'SIGHUP')
  await sleep(150)
  writeFileSync(file, 'agent: {')
  await sleep(50)
  writeFileSync(file, 'agent: { sources: [] }')
  while (entries.length === 0) await sleep(20)
  following.close()
  expect(taken).toEqual(['agent: { sources: [] }'])
  rmSync(folder, { recursive: true })
})
