import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUser, allow, type Right } from '../../broker/testing/administer.ts'
import { Authority, type Certificate } from '../../broker/testing/certificates.ts'
import { startTestBroker } from '../../broker/testing/start-broker.ts'
import type { LogsAnswer } from '../../query/index.ts'
import { type RunningRole, run, type Stack, searchLogs, startRole, startStack, until } from './stack.ts'

const timeout = 120_000
const signals = ['otlp_logs', 'otlp_metrics', 'otlp_spans']
const heartbeats = 'millrace_heartbeats'
const group = { type: 'GROUP', name: 'millrace-aggregator' } as const

const topics = (names: string[], ...operations: Right['operation'][]): Right[] =>
  names.flatMap(name => operations.map(operation => ({ type: 'TOPIC' as const, name, operation })))

/** What docs/broker.md says that each role needs. */
const rights: Readonly<Record<'agent' | 'aggregator' | 'query', Right[]>> = {
  agent: [...topics(signals, 'READ', 'WRITE', 'CREATE'), ...topics([heartbeats], 'WRITE', 'CREATE')],
  aggregator: [
    ...topics(signals, 'READ', 'CREATE'),
    ...topics(['millrace_dead_letters'], 'WRITE', 'CREATE'),
    { ...group, operation: 'READ' },
  ],
  query: [
    ...topics(['otlp_logs', heartbeats], 'READ'),
    ...topics(['otlp_metrics', 'otlp_spans'], 'DESCRIBE'),
    { ...group, operation: 'DESCRIBE' },
  ],
}

let folder: string
let authority: Authority
let server: Certificate

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-secured-'))
  authority = new Authority(folder)
  server = authority.sign('server', '/CN=broker')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the broker starts with: one listener, by TLS and SASL, and access rules. */
const brokerSettings = () => [
  `broker.tls={ cert: ${server.cert}, key: ${server.key} }`,
  'broker.sasl=[SCRAM-SHA-512]',
  'broker.authorization.enabled=true',
]
const clientSettings = (username: string, passwordFile: string) => [
  `kafka.tls={ ca: ${authority.ca} }`,
  `kafka.sasl={ mechanism: SCRAM-SHA-512, username: ${username}, passwordFile: ${passwordFile} }`,
]
const sourcesOf = (lines: string) => [
  `agent.sources=[{ type: file, include: [${lines}], service: secured }]`,
  'telemetry.enabled=false',
]

/** As docs/broker.md says: the broker alone, plain and for this machine only, until the first users are there. */
async function makeUsers(
  dataDir: string,
  users: Readonly<Record<string, readonly Right[]>>,
): Promise<Record<string, string>> {
  const open = 'broker.authorization={ enabled: true, superUsers: ["User:ANONYMOUS"] }'
  const broker = await startTestBroker([`dataDir=${dataDir}`, open])
  const files: Record<string, string> = {}
  try {
    for (const [name, allowed] of Object.entries(users)) {
      files[name] = join(folder, `${name}.password`)
      writeFileSync(files[name], `secret of ${name}\n`)
      await addUser(broker.address, name, `secret of ${name}`)
      await allow(broker.address, name, allowed)
    }
  } finally {
    await broker.close()
  }
  return files
}

const asArguments = (settings: readonly string[]) => settings.flatMap(setting => ['--set', setting])

describe('millrace up with nothing but a secured listener', { timeout }, () => {
  let stack: Stack
  let lines: string
  let client: string[]

  beforeAll(async () => {
    lines = join(folder, 'up.log')
    client = clientSettings('millrace', join(folder, 'millrace.password'))
    writeFileSync(lines, '{"level":"info","msg":"over a secured listener"}\n')
    stack = await startStack([...brokerSettings(), ...client, ...sourcesOf(lines)], async dataDir => {
      await makeUsers(dataDir, { millrace: Object.values(rights).flat() })
    })
  }, timeout)
  afterAll(async () => {
    await stack?.stop()
  }, timeout)

  const find = async (query: string) => {
    const isThere = async () => (await searchLogs(stack, { query, start: 'now-1h' })).logs.length > 0
    await until(isThere, 30_000, () => stack.output())
  }

  it('ships lines and finds them', async () => {
    await find('over a secured listener')
    expect(stack.output()).not.toContain('secret of')
  })

  it('lets commands in, and says to those with a wrong password what to check', async () => {
    const found = await run(['topics', ...stack.arguments, ...asArguments(client)])
    expect(found.stdout).toContain('otlp_logs')
    const groups = await run(['groups', ...stack.arguments, ...asArguments(client)])
    expect(groups.stdout).toContain('millrace-aggregator')
    // rows can be found a moment before their offsets are committed
    let verified = { stdout: '', stderr: '' }
    const proven = async () => {
      verified = await run(['verify', ...stack.arguments, ...asArguments(client)])
      return verified.stdout.includes('every byte range is there exactly once')
    }
    await until(proven, 30_000, () => `${verified.stdout}${verified.stderr}`)
    const wrong = [...client, 'kafka.sasl={ mechanism: SCRAM-SHA-512, username: eve, password: hush }']
    const refused = await run(['topics', ...stack.arguments, ...asArguments(wrong)])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/does not let in eve by SCRAM-SHA-512: .*; check kafka\.sasl\.username/)
    expect(refused.stderr).not.toContain('hush')
  })

  it('takes what an agent spooled while it was not let in', async () => {
    const other = join(folder, 'other.log')
    const passwordFile = join(folder, 'late.password')
    writeFileSync(passwordFile, 'wrong\n')
    const agent = await startRole('agent', [
      `dataDir=${join(folder, 'agent')}`,
      `kafka.brokers=["${stack.address('broker', 'kafka')}"]`,
      ...clientSettings('millrace', passwordFile),
      ...sourcesOf(other),
      'agent.id=late',
    ])
    try {
      writeFileSync(other, 'spooled meanwhile\n')
      const isRefused = () => agent.output().includes('cannot ship, trying on')
      await until(isRefused, 20_000, agent.output)
      expect(agent.output()).toContain('does not let in millrace by SCRAM-SHA-512')
      writeFileSync(passwordFile, 'secret of millrace\n')
      appendFileSync(other, 'and one more\n')
      await find('spooled meanwhile')
    } finally {
      expect(await agent.stop()).toBe(0)
    }
  })
})

describe('roles that each have a user with the rights they need and no others', { timeout }, () => {
  const running: RunningRole[] = []
  afterAll(async () => {
    for (const role of running.reverse()) await role.stop()
  }, timeout)

  it('ship lines and find them', async () => {
    const dataDir = join(folder, 'roles')
    const lines = join(folder, 'roles.log')
    const files = await makeUsers(dataDir, rights)
    const start = async (role: string, ...settings: string[]) => {
      const started = await startRole(role, [`dataDir=${dataDir}`, 'telemetry.enabled=false', ...settings])
      running.push(started)
      return started.address
    }
    writeFileSync(lines, 'each by its own name\n')
    const kafka = await start('broker', 'broker.listen=127.0.0.1:0', ...brokerSettings())
    const store = await start('store', 'store.listen=127.0.0.1:0')
    const as = (user: string) => [
      `kafka.brokers=["${kafka}"]`,
      `clickhouse.url=http://${store}`,
      ...clientSettings(user, files[user] ?? ''),
    ]
    await start('aggregator', ...as('aggregator'))
    const query = await start('query', 'query.listen=127.0.0.1:0', ...as('query'))
    await start('agent', ...sourcesOf(lines), ...as('agent'))
    const output = () => running.map(role => role.output()).join('')
    let answer: LogsAnswer | undefined
    const isThere = async () => {
      const found = await fetch(`http://${query}/api/logs?query=own&start=now-1h`)
      answer = (await found.json()) as LogsAnswer
      return found.ok && answer.logs.length > 0
    }
    await until(isThere, 30_000, output)
    const ready = await fetch(`http://${query}/readyz`)
    expect(await ready.text()).toBe('ready\n')
    expect(output()).not.toMatch(/AUTHORIZATION_FAILED/)
  })
})
