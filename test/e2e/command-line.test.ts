import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../cli/main.ts'
import { shellWords } from '../../cli/reference/testing/shell-words.ts'
import { program, run, type Stack, startStack, until } from './stack.ts'

/** Commands whose examples can be run against any installation: they only ask. */
const asking = new Set([
  'logs',
  'metrics',
  'traces',
  'patterns',
  'labels',
  'series',
  'stats',
  'status',
  'doctor',
  'topics',
  'topics read',
  'groups',
  'acls',
  'users',
  'quotas',
  'transactions',
])
/** Where an example names what is not there, that is the answer. */
const notThere =
  /there is no (?:topic|group) (?:orders|billing)|there is no trace|cannot read the configuration/
const examples = commands
  .filter(({ name }) => asking.has(name))
  .flatMap(({ examples: all }) => all.map(([line]) => line))
  .filter(line => !/ -f\b|--follow/.test(line))

let stack: Stack
const ask = (...args: string[]) => run([...args, ...stack.arguments])
const names = (text: string) => [...text.matchAll(/"message":"(n\d+)/g)].map(([, name]) => name)

async function send(from: number, to: number): Promise<void> {
  const logRecords = Array.from({ length: to - from }, (_, i) => ({
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n + BigInt(i)),
    body: { stringValue: `n${from + i} \u001b[2J\u009b` },
  }))
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] }
  const body = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
  const url = `http://${stack.address('agent', 'otlpHttp')}/v1/logs`
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(answer.status).toBe(200)
}

async function count(query: string): Promise<number> {
  const { stdout } = await ask('logs', query, '--limit', '0', '--json', '--fields', 'message')
  return names(stdout).length
}

describe('the command line beside a running stack', () => {
  beforeAll(async () => {
    stack = await startStack([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}, {type: hostmetrics, intervalMs: 1000}]',
      'broker.authorization={enabled: true, superUsers: ["User:ANONYMOUS"]}',
      'telemetry.enabled=false',
    ])
    await send(0, 6_000)
    await until(
      async () => (await count('{service="web"}')) >= 6_000,
      60_000,
      () => stack.output(),
    )
  }, 180_000)
  afterAll(async () => {
    await stack?.stop()
  }, 60_000)

  it.each(examples)(
    'does what its help says: %s',
    async line => {
      const { code, stdout, stderr } = await ask(...shellWords(line).slice(1))
      expect(stderr).not.toMatch(/see millrace .* --help|Error:/)
      expect(code === 0 || notThere.test(stdout + stderr), `exit code ${code}: ${stderr}`).toBe(true)
    },
    60_000,
  )

  it('pages beyond what the API gives at once', async () => {
    const { stdout } = await ask('logs', '{service="web"}', '--limit', '5500', '--json')
    const found = names(stdout)
    expect(found.length).toBe(5_500)
    expect(new Set(found).size).toBe(5_500)
    expect([found[0], found.at(-1)]).toEqual(['n500', 'n5999'])
  }, 60_000)

  it('lets no control character of a line through, unless asked', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/
    for (const form of ['text', 'json', 'logfmt'])
      expect((await ask('logs', '--limit', '3', '-o', form)).stdout).not.toMatch(control)
    expect((await ask('logs', '--limit', '1', '--raw')).stdout).toBe('n5999 \u001b[2J\u009b\n')
  }, 60_000)

  it('says when there last was something', async () => {
    const { stdout, stderr, code } = await ask(
      'logs',
      '{service="web"}',
      '--start',
      '2020-01-01',
      '--end',
      '2020-01-02',
    )
    expect([stdout, code]).toEqual(['', 0])
    expect(stderr).toMatch(/nothing matches in 2020-01-01 .*, newest is from \d{4}-\d\d-\d\d/)
  }, 60_000)

  it('ends well when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [program, 'logs', '--limit', '0', ...stack.arguments], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let complaints = ''
    child.stderr.on('data', chunk => {
      complaints += String(chunk)
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const code = await new Promise(resolve => child.once('exit', resolve))
    expect([code, complaints]).toEqual([0, ''])
  }, 60_000)

  it('follows through the death of the query API: nothing is lost, nothing comes twice', async () => {
    const child = spawn(
      process.execPath,
      [program, 'logs', '-f', '--limit', '0', '--json', '{service="web"}', ...stack.arguments],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [text, complaints] = ['', '']
    child.stdout.on('data', chunk => {
      text += String(chunk)
    })
    child.stderr.on('data', chunk => {
      complaints += String(chunk)
    })
    const shown = () => `${names(text).length} lines, ${complaints}`
    try {
      await until(
        async () => {
          await send(6_000, 6_001)
          return names(text).length > 0
        },
        30_000,
        shown,
      )
      const pid = stack.rolePid('query')
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
      await send(7_000, 7_050)
      await until(() => names(text).includes('n7049'), 60_000, shown)
      await send(7_050, 7_100)
      await until(() => names(text).includes('n7099'), 60_000, shown)
    } finally {
      child.kill('SIGINT')
    }
    const found = names(text).filter(name => Number(name?.slice(1)) >= 7_000)
    expect(found).toEqual(Array.from({ length: 100 }, (_, i) => `n${7_000 + i}`))
    expect(complaints).toContain('connected again')
    expect(stack.output()).not.toContain('request failed')
  }, 180_000)

  it('makes, reads and deletes a topic, and resets a group over it', async () => {
    expect((await ask('topics', 'create', 'orders', '--partitions', '2')).code).toBe(0)
    expect((await ask('topics', 'write', 'orders', '{"id":1}', '--key', '1')).stdout).toMatch(
      /^orders \d\/0\n$/,
    )
    const read = JSON.parse((await ask('topics', 'read', 'orders', '--json')).stdout)
    expect(read).toMatchObject({ key: '1', format: 'json', value: { id: 1 } })
    const none = await ask('topics', 'read', 'orders', '--grep', 'nothing-such')
    expect([none.code, none.stderr]).toEqual([
      0,
      'millrace: there are no such records among the last 20 of orders: --from earliest looks through all\n',
    ])
    const preview = await ask('groups', 'reset', 'billing', '--topic', 'orders', '--to', 'latest')
    expect([preview.code, preview.stderr]).toEqual([1, 'millrace: nothing was changed: add --yes to do it\n'])
    expect(
      (await ask('groups', 'reset', 'billing', '--topic', 'orders', '--to', 'latest', '--yes')).code,
    ).toBe(0)
    const own = ['groups', 'reset', 'millrace-aggregator', '--topic', 'otlp_logs', '--to', 'earliest']
    expect((await ask(...own)).stderr).toContain('rows of theirs that the store has will be there twice')
    expect((await ask('groups', 'billing')).stdout).toContain('orders')
    expect((await ask('topics', 'delete', 'orders')).code).toBe(1)
    expect((await ask('topics', 'delete', 'orders', '--yes')).code).toBe(0)
    expect((await ask('topics', 'orders')).code).toBe(1)
  }, 120_000)
})
