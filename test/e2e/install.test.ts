import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../house/sources.ts'
import { type RunningRole, startProgram } from './stack.ts'

const installTimeoutMs = 180_000
const nodeFolder = dirname(process.execPath)
/** Node as `npm ci --omit=dev` needs it: at hand, of no package. */
const env = { ...process.env, PATH: `${nodeFolder}:${process.env['PATH']}`, NODE_ENV: '' }

let folder: string
let isThere: boolean

/** A clone as it would be if everything here were committed. */
function clone(name: string): string {
  const files = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16_777_216,
  })
  const place = join(folder, name)
  for (const file of files.stdout.split('\0'))
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(place, file))
  return place
}

/** False where the registry cannot be asked and npm's cache does not have all. */
function install(place: string, ...omit: string[]): boolean {
  const args = ['ci', '--prefer-offline', '--fetch-retries=0', ...omit.map(kind => `--omit=${kind}`)]
  const { status, stderr } = spawnSync('npm', args, {
    cwd: place,
    encoding: 'utf8',
    env,
    timeout: installTimeoutMs,
  })
  if (status === 0) return true
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(stderr)) return false
  throw new Error(`npm ci failed:\n${stderr}`)
}

async function start(place: string, role: string, set: readonly string[]): Promise<RunningRole> {
  const args = [`dataDir=${join(place, 'data')}`, 'kafka.brokers=["127.0.0.1:1"]', ...set]
  return await startProgram(process.execPath, [
    join(place, 'bin/millrace.js'),
    role,
    ...args.flatMap(assignment => ['--set', assignment]),
  ])
}

describe('an install', { timeout: installTimeoutMs + 60_000 }, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-install-'))
    isThere = spawnSync('npm', ['--version'], { env }).status === 0
  })
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  it('without dev and optional dependencies runs the agent', async ({ skip }) => {
    skip(!isThere, 'npm is not on PATH')
    const place = clone('agent')
    skip(!install(place, 'dev', 'optional'), 'the registry cannot be reached')
    mkdirSync(join(place, 'watched'))
    writeFileSync(join(place, 'watched/app.log'), 'a line for the spool\n')
    const sources = `[{type: file, include: ["${place}/watched/*.log"]}]`
    const agent = await start(place, 'agent', [`agent={listen: "127.0.0.1:0", sources: ${sources}}`])
    try {
      const health = await fetch(`http://${agent.address}/healthz`)
      expect([health.status, await health.text()]).toEqual([200, 'ok\n'])
      await expect
        .poll(async () => await (await fetch(`http://${agent.address}/metrics`)).text())
        .toMatch(/^\w*lines\w*\{[^}]*\} 1$/m)
    } finally {
      expect(await agent.stop()).toBe(0)
    }
    const args = ['agent', 'spool', 'show', 'logs', '--set', `dataDir=${join(place, 'data')}`]
    const shown = spawnSync(process.execPath, [join(place, 'bin/millrace.js'), ...args], { encoding: 'utf8' })
    expect(shown.stderr).toBe('')
    expect(shown.stdout).toContain('a line for the spool')
  })

  it('without dev dependencies has the page', async ({ skip }) => {
    skip(!isThere, 'npm is not on PATH')
    const place = clone('whole')
    skip(!install(place, 'dev'), 'the registry cannot be reached')
    const query = await start(place, 'query', [
      'query.listen=127.0.0.1:0',
      'clickhouse.url=http://127.0.0.1:1',
    ])
    try {
      const page = await fetch(`http://${query.address}/`)
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(await page.text()).toContain('<div id="root">')
    } finally {
      expect(await query.stop()).toBe(0)
    }
  })
})
