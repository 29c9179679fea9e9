import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { program } from './stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-agent-pipe-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('stands in a pipe: of its output on stdout every line is a record, and it ends with its input', () => {
  const set = [`dataDir=${folder}`, 'telemetry.enabled=false', 'agent.outputs=[{type: stdout}]']
  const child = spawnSync(
    process.execPath,
    [program, 'agent', '--stdin', '--service', 'shop', ...set.flatMap(assignment => ['--set', assignment])],
    { input: 'one\n{"level":"error","msg":"two"}\n', encoding: 'utf8', timeout: 30_000 },
  )
  const records = child.stdout.trimEnd().split('\n')
  expect(records.map(record => JSON.parse(record) as unknown)).toMatchObject([
    { body: 'one', service: 'shop' },
    { body: '{"level":"error","msg":"two"}', level: 'error', service: 'shop', attributes: { msg: 'two' } },
  ])
  expect(child.stderr).toContain('ready  agent')
  expect(child.status).toBe(0)
}, 40_000)
