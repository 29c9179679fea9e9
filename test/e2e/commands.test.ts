import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childPids, program, run, type Stack, startStack, until } from './stack.ts'

const quiet = ['agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]', 'telemetry.enabled=false']

describe('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    'up',
    'agent',
    'agent status',
    'agent top',
    'agent tap',
    'agent preview',
    'agent spool',
    'agent install',
    'agent uninstall',
    'broker',
    'store',
    'store delete',
    'store backup',
    'store restore',
    'store check',
    'store migrate',
    'aggregator',
    'aggregator backfill',
    'aggregator dead-letters',
    'query',
    'logs',
    'metrics',
    'traces',
    'topics',
    'groups',
    'verify',
    'cat',
    'config check',
    'demo',
  ])('%s --help explains itself with examples', async name => {
    const { code, stdout } = await run([...name.split(' '), '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`usage: millrace ${name}`)
    expect(stdout).toContain(`examples:\n  millrace ${name}`)
  })

  it.each([
    [['lgs'], "unknown command 'lgs', did you mean logs?"],
    [['logs', '--sinc', '5m'], 'unknown option --sinc, did you mean --since?'],
    [['metrics'], 'PROMQL... is missing'],
    [
      ['logs', '--limit', 'many', '--set', 'query.listen=127.0.0.1:1'],
      "--limit: found 'many', expected a number",
    ],
    [['logs', '--set', 'query.listen=127.0.0.1:1'], 'no query API at 127.0.0.1:1'],
    [['topics', '--set', 'kafka.brokers=[127.0.0.1:1]'], 'no answer from the broker 127.0.0.1:1'],
    [['up', '--set', 'brokr.listen=x'], 'brokr: found an unknown key, did you mean broker?'],
    [['query', '--config', '/nowhere.yaml'], 'cannot read the configuration'],
  ])('%j ends with 2 and one line', async (args, message) => {
    const { code, stderr } = await run(args)
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })

  it('config check shows every error and ends with 1', async () => {
    const file = join(folder, 'millrace.yaml')
    writeFileSync(file, 'query:\n  listen: 7\nagnt: {}\n')
    const bad = await run(['config', 'check', file])
    expect(bad.code).toBe(1)
    expect(bad.stderr).toBe(
      `${file}:2:11: query.listen: found 7, expected a string\n${file}:3:1: agnt: found an unknown key, did you mean agent?\n`,
    )
    writeFileSync(file, 'query: { listen: 127.0.0.1:0 }\n')
    expect((await run(['config', 'check', file])).code).toBe(0)
  })

  it('a port in use is named with the key to change, before anything starts', async () => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const { code, stderr } = await run([
      'up',
      '--set',
      `query.listen=127.0.0.1:${port}`,
      '--set',
      `dataDir=${folder}/none`,
    ])
    taken.close()
    expect(code).toBe(2)
    expect(stderr).toContain(
      `127.0.0.1:${port} is already in use: stop the other program or set query.listen`,
    )
  })

  it('an unwritable folder is named', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const { code, stderr } = await run([
      'broker',
      '--set',
      `dataDir=${file}/data`,
      '--set',
      'broker.listen=127.0.0.1:0',
    ])
    expect(code).toBe(2)
    expect(stderr).toContain('cannot write the folder')
  })

  it('is stopped at once while it still waits for others', async () => {
    const nowhere = ['kafka.brokers=["127.0.0.1:1"]', 'clickhouse.url=http://127.0.0.1:1']
    const set = [...nowhere, `dataDir=${join(folder, 'waiting')}`]
    const child = spawn(process.execPath, [program, 'aggregator', ...set.flatMap(one => ['--set', one])], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = once(child, 'exit')
    // its first line says what it waits for
    await once(child.stderr, 'data')
    const startedMs = performance.now()
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  }, 30_000)
})

describe('millrace up', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await startStack(quiet)
  }, 60_000)
  afterAll(async () => {
    await stack?.stop()
  }, 60_000)

  it('refuses a second process on the same folder', async () => {
    const set = ['--set', 'broker.listen=127.0.0.1:0']
    const { code, stderr } = await run(['broker', '--set', `dataDir=${stack.dataDir}`, ...set])
    expect(code).toBe(2)
    expect(stderr).toMatch(/is in use by process \d+: stop it, or set dataDir/)
  })

  it('topics and groups show what is there', async () => {
    const topics = await run(['topics', '--json', ...stack.arguments])
    const names = topics.stdout
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { topic: string }).topic)
    expect(names).toContain('otlp_logs')
    const groups = await run(['groups', '--json', ...stack.arguments])
    expect(JSON.parse(groups.stdout.trim().split('\n')[0] ?? '')).toMatchObject({
      group: 'millrace-aggregator',
      members: 1,
    })
    expect((await run(['topics', 'nope', ...stack.arguments])).code).toBe(1)
  }, 20_000)

  it('starts a crashed role again, on the same port', async () => {
    const before = stack.rolePid('query')
    process.kill(before ?? 0, 'SIGKILL')
    await until(() => stack.rolePid('query') !== undefined && stack.rolePid('query') !== before, 10_000)
    await until(async () => (await fetch(`${stack.url}/healthz`).catch(() => undefined))?.ok === true, 20_000)
  }, 30_000)

  it('leaves nothing running when it is itself killed', async () => {
    const pids = childPids(stack.pid)
    expect(pids).toHaveLength(5)
    process.kill(stack.pid, 'SIGKILL')
    await until(() => pids.every(pid => !isAlive(pid)), 20_000)
  }, 30_000)

  it('starts again on the same data, and SIGTERM ends it with 0', async () => {
    const again = await startStack([...quiet, `dataDir=${stack.dataDir}`])
    expect(await again.stop()).toBe(0)
  }, 60_000)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
