import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogsAnswer } from '../../query/index.ts'
import { freePort } from '../free-ports.ts'
import { run, type Stack, startRole, startStack, until } from './stack.ts'

const patienceMs = 30_000

interface Timed {
  status: number
  text: string
  tookMs: number
}

async function ask(url: string): Promise<Timed> {
  const startedMs = performance.now()
  const answer = await fetch(url)
  return { status: answer.status, text: await answer.text(), tookMs: performance.now() - startedMs }
}

describe('a partner that is frozen', () => {
  let stack: Stack

  beforeAll(async () => {
    stack = await startStack(['agent.sources=[]', 'agent.heartbeatMs=500', 'telemetry.enabled=false'])
    await until(async () => (await completeTo(stack)) !== null, patienceMs)
  }, 60_000)

  afterAll(async () => {
    await stack?.stop()
  }, 60_000)

  it('is named within two seconds when it is the broker, and nothing is said to be complete beyond', async () => {
    const pid = stack.rolePid('broker') as number
    process.kill(pid, 'SIGSTOP')
    const stoppedMs = Date.now()
    try {
      await sleep(3_000)
      const ready = await ask(`${stack.url}/readyz`)
      expect(ready.status).toBe(503)
      expect(ready.text).toMatch(/^broker: no answer from 127\.0\.0\.1:\d+ within 1\.2 s: it is frozen/)
      expect(ready.tookMs).toBeLessThan(2_000)
      expect((await ask(`${stack.url}/healthz`)).status).toBe(200)
      const status = await ask(`${stack.url}/api/status`)
      expect(status.tookMs).toBeLessThan(2_000)
      expect(JSON.parse(status.text).roles.find((r: { role: string }) => r.role === 'broker').ok).toBe(false)
      const logs = await ask(`${stack.url}/api/logs?query={}`)
      expect([logs.status, logs.tookMs < 2_000]).toEqual([200, true])
      const complete = Number(BigInt((JSON.parse(logs.text) as LogsAnswer).completeTo ?? '0') / 1_000_000n)
      expect(complete).toBeLessThanOrEqual(stoppedMs)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await until(async () => (await ask(`${stack.url}/readyz`)).status === 200, patienceMs)
    await until(async () => ((await completeTo(stack)) ?? 0) > stoppedMs, patienceMs)
  }, 60_000)

  it.each(['agent', 'query'])(
    'is named when it is the %s, and the status of all ends',
    async role => {
      const pid = stack.rolePid(role) as number
      process.kill(pid, 'SIGSTOP')
      try {
        const startedMs = performance.now()
        const { code, stdout } = await run(['status', '--json', ...stack.arguments])
        expect(code).toBe(1)
        expect(stdout).toContain(
          `{"what":"${role === 'agent' ? 'agent here' : role}","verdict":"wrong","detail":"no answer within 4 s: it is frozen`,
        )
        expect(performance.now() - startedMs).toBeLessThan(20_000)
      } finally {
        process.kill(pid, 'SIGCONT')
      }
    },
    60_000,
  )

  it('is named when it is the store, and asking it ends', async () => {
    const pid = stack.rolePid('store') as number
    process.kill(pid, 'SIGSTOP')
    try {
      const ready = await ask(`${stack.url}/readyz`)
      expect([ready.status, ready.tookMs < 2_000]).toEqual([503, true])
      expect(ready.text).toMatch(/^store: no answer/)
      const logs = await ask(`${stack.url}/api/logs?query={}`)
      expect(logs.status).toBe(503)
      expect(logs.tookMs).toBeLessThan(10_000)
      expect(JSON.parse(logs.text).detail).toMatch(/^the store http:\/\/127\.0\.0\.1:\d+ does not answer: /)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await until(async () => (await ask(`${stack.url}/api/logs?query={}`)).status === 200, patienceMs)
  }, 60_000)
})

async function completeTo(stack: Stack): Promise<number | null> {
  const answer = JSON.parse((await ask(`${stack.url}/api/logs?query={}`)).text) as LogsAnswer
  return answer.completeTo === null ? null : Number(BigInt(answer.completeTo) / 1_000_000n)
}

describe('roles', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-roles-'))
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('that cannot start end with one line, and `up` with them', async () => {
    const startedMs = performance.now()
    const set = ['broker', 'store', 'query'].map(role => `${role}.listen=127.0.0.1:0`)
    const { code, stderr } = await run([
      'up',
      ...['dataDir=/proc/nowhere', ...set].flatMap(a => ['--set', a]),
    ])
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^millrace: (store|broker): cannot write the folder \/proc\/nowhere\/\S+ \(ENOENT\): give/,
    )
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(performance.now() - startedMs).toBeLessThan(15_000)
  }, 60_000)

  it('stop at once where something listens in the broker’s place that never answers', async () => {
    const sockets = new Set<Socket>()
    const mute = createServer(socket => {
      sockets.add(socket)
      socket.on('error', () => sockets.delete(socket))
    })
    await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as { port: number }
    const set = [
      `dataDir=${join(folder, 'mute')}`,
      `kafka.brokers=[127.0.0.1:${port}]`,
      'query.listen=127.0.0.1:0',
    ]
    try {
      const query = await startRole('query', set)
      await sleep(500)
      expect(await query.stop()).toBe(0)
      const agent = await startRole('agent', [...set, 'agent.sources=[]', 'agent.listen=127.0.0.1:0'])
      await sleep(500)
      expect(await agent.stop()).toBe(0)
    } finally {
      mute.close()
      for (const socket of sockets) socket.destroy()
    }
  }, 60_000)

  it('of the store may come up after the query API did, on a new folder', async () => {
    const port = await freePort()
    const set = [
      `dataDir=${join(folder, 'late')}`,
      `store.listen=127.0.0.1:${port}`,
      `clickhouse.url=http://127.0.0.1:${port}`,
      'query.listen=127.0.0.1:0',
    ]
    const query = await startRole('query', set)
    expect((await ask(`http://${query.address}/api/logs?query={}`)).status).toBe(503)
    const store = await startRole('store', set)
    try {
      expect(store.output()).not.toContain('UV_THREADPOOL_SIZE')
      expect((await ask(`http://${query.address}/api/logs?query={}`)).status).toBe(200)
    } finally {
      await query.stop()
      await store.stop()
    }
  }, 60_000)
})
