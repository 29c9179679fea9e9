import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { memoryLogger } from '../lib/base/index.ts'
import { parseConfig } from './config.ts'
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
  const running = parseConfig('')
  const load = () => Promise.resolve({ ...running, toString: () => readFileSync(file, 'utf8') })
  const { logger, entries } = memoryLogger()
  const following = followConfig({ name: 'agent', role, running }, { file, load }, logger)
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

test('a role that can take up nothing says once which of its keys need a restart, and nothing of the others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-follow-'))
  const file = join(folder, 'millrace.yaml')
  writeFileSync(file, 'tenant: a')
  const { logger, entries } = memoryLogger()
  const role = { addresses: {}, close: () => Promise.resolve() }
  const load = () => Promise.resolve(parseConfig(readFileSync(file, 'utf8')))
  const running = await load()
  const following = followConfig({ name: 'aggregator', role, running }, { file, load }, logger)
  let size = 0
  const change = async (text: string) => {
    // each is of another size, so that it is a change whatever the clock of the file system
    writeFileSync(file, `${text}\n${'#'.repeat(++size)}`)
    await sleep(1_500)
  }
  await change('{ tenant: a, agent: { spool: { maxBytes: 100000000 } }, query: { listen: 127.0.0.1:1 } }')
  expect(entries).toEqual([])
  const both = '{ tenant: a, aggregator: { group: other }, rollups: [] }'
  await change(both)
  await change(both)
  await change('{ tenant: a, aggregator: { group: yet } }')
  await change('tenant: [')
  following.close()
  expect(entries.map(({ level, attributes }) => [level, attributes['keys']])).toEqual([
    ['warn', 'aggregator.group'],
    ['error', undefined],
  ])
  rmSync(folder, { recursive: true })
}, 20_000)
