import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { AgentStatus } from '../../agent/index.ts'
import { until } from '../../agent/testing/temporary-folder.ts'
import { program, run } from './stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-agent-commands-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface RunningAgent {
  process: ChildProcess
  config: string
  logs: string
  stderr: () => string
  status(): Promise<AgentStatus>
  stop(): Promise<number | null>
}

/** An agent of a configuration file, as systemd would run it; its brokers are away. */
async function startAgent(name: string, agent: object): Promise<RunningAgent> {
  const own = join(folder, name)
  const logs = join(own, 'logs')
  mkdirSync(logs, { recursive: true })
  const config = join(own, 'millrace.yaml')
  const write = (section: object) =>
    writeFileSync(
      config,
      JSON.stringify({
        dataDir: join(own, 'data'),
        kafka: { brokers: ['127.0.0.1:1'] },
        telemetry: { enabled: false },
        agent: {
          id: name,
          listen: '127.0.0.1:0',
          sources: [{ type: 'file', include: [join(logs, '*.log')] }],
          ...section,
        },
      }),
    )
  write(agent)
  const child = spawn(process.execPath, [program, 'agent', '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += String(chunk)
  })
  child.stderr.on('data', chunk => {
    stderr += String(chunk)
  })
  await until('the agent is ready', () => stdout.includes('ready'))
  const exited = once(child, 'exit')
  return {
    process: child,
    config,
    logs,
    stderr: () => stderr,
    async status() {
      const { stdout: text } = await run(['agent', 'status', '--json', '--config', config])
      return JSON.parse(text) as AgentStatus
    },
    async stop() {
      child.kill('SIGTERM')
      const [code] = (await exited) as [number | null]
      return code
    },
  }
}

describe('a running agent', () => {
  it('says how it is: sources, lag, spool, what it waits for; over HTTP too', async () => {
    const agent = await startAgent('status', {})
    appendFileSync(join(agent.logs, 'shop.log'), 'one\ntwo\n')
    await until('both lines', async () => (await agent.status()).sources[0]?.lines === 2)
    const status = await agent.status()
    expect(status).toMatchObject({
      id: 'status',
      waitsFor: 'the brokers of kafka.brokers do not answer',
      dropped: {},
    })
    expect(status.sources[0]).toMatchObject({ name: 'file', bytes: 8, lagBytes: 0 })
    expect(status.spool.lanes.find(({ name }) => name === 'logs')).toMatchObject({
      endOffset: 1,
      ackedOffset: 0,
    })
    const shown = await run(['agent', 'status', '--config', agent.config])
    expect(shown.code).toBe(1)
    expect(shown.stdout).toContain('waits: the brokers of kafka.brokers do not answer')
    expect(shown.stdout).toMatch(/file +2 +8 B +0 B +1/)
    const top = await run(['agent', 'top', '--count', '1', '--interval', '0.2', '--config', agent.config])
    expect(top.stdout).toContain('records/s')
    const { address } = JSON.parse(
      readFileSync(join(folder, 'status', 'data', 'agent', 'admin.json'), 'utf8'),
    ) as { address: string }
    expect((await fetch(`http://${address}/healthz`)).status).toBe(200)
    expect((await fetch(`http://${address}/readyz`)).status).toBe(503)
    const counted = await (await fetch(`http://${address}/metrics`)).text()
    expect(counted.match(/^millrace_agent_lines_total.*/gm)).toEqual([
      'millrace_agent_lines_total{source="files"} 2',
    ])
    expect((await fetch(`http://${address}/api/status`)).status).toBe(401)
    expect(await agent.stop()).toBe(0)
    const gone = await run(['agent', 'status', '--config', agent.config])
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('is the agent running')])
  }, 30_000)

  it('takes up changes of its file and SIGHUP, and stays with the last good configuration where the new one is wrong', async () => {
    const agent = await startAgent('reload', {})
    const write = (text: (config: { agent: Record<string, unknown> }) => unknown) => {
      const config = JSON.parse(readFileSync(agent.config, 'utf8')) as { agent: Record<string, unknown> }
      writeFileSync(agent.config, JSON.stringify(text(config)))
    }
    appendFileSync(join(agent.logs, 'a.log'), 'before\n')
    await until('a line', async () => (await agent.status()).sources[0]?.lines === 1)
    const rule = { name: 'no-noise', type: 'drop', where: '|= "noise"' }
    write(config => ({ ...config, agent: { ...config.agent, transforms: [rule], heartbeatMs: 777 } }))
    await until('the rule', async () => (await agent.status()).rules.length === 1, 10_000)
    await until('what needs a restart', () => agent.stderr().includes('keys=agent.heartbeatMs'))
    appendFileSync(join(agent.logs, 'a.log'), 'noise\nsignal\n')
    await until('a drop', async () => (await agent.status()).dropped['no-noise'] === 1)
    expect((await agent.status()).sources[0]?.lines).toBe(2)
    write(config => ({ ...config, agent: { ...config.agent, transforms: [{ type: 'nonsense' }] } }))
    agent.process.kill('SIGHUP')
    await until('a complaint', () => agent.stderr().includes('going on with the last good one'))
    const taken = { type: 'otlp', http: '192.0.2.1:1', grpc: null }
    write(config => ({
      ...config,
      agent: { ...config.agent, transforms: [], sources: [...(config.agent['sources'] as object[]), taken] },
    }))
    await until('a second complaint', () => agent.stderr().includes('cannot listen on 192.0.2.1:1'), 10_000)
    expect((await agent.status()).rules).toHaveLength(1)
    appendFileSync(join(agent.logs, 'a.log'), 'after\n')
    await until('it goes on', async () => (await agent.status()).sources[0]?.lines === 3)
    const other = { type: 'file', name: 'other', include: [join(agent.logs, '*.log')], service: 'other' }
    write(config => ({ ...config, agent: { ...config.agent, sources: [other] } }))
    await until(
      'the other source',
      async () => (await agent.status()).reloadedMs !== null && agent.stderr().split('took up').length > 2,
      10_000,
    )
    appendFileSync(join(agent.logs, 'a.log'), 'last\n')
    await until(
      'its line, and no line again',
      async () => (await agent.status()).sources[0]?.lines === 1,
      10_000,
    )
    expect(await agent.stop()).toBe(0)
    const { stdout } = await run(['agent', 'spool', 'show', 'logs', '--config', agent.config])
    const bodies = [...stdout.matchAll(/^ {4}\S+ (\S+) (.*)$/gm)].map(
      ([, service, body]) => `${service} ${body}`,
    )
    expect(bodies).toEqual(['a before', 'a signal', 'a after', 'other last'])
  }, 60_000)

  it('shows what flows before and after its rules', async () => {
    const transforms = [
      { name: 'mask', type: 'redact', kinds: ['email'] },
      { name: 'quiet', type: 'drop', where: '|= "debug"' },
    ]
    const agent = await startAgent('tap', { transforms })
    const tapping = run(['agent', 'tap', '--limit', '2', '--config', agent.config, '|~ "mail|debug"'])
    await new Promise(resolve => setTimeout(resolve, 1_500))
    appendFileSync(join(agent.logs, 'a.log'), 'unseen\nmail to ada@example.com\ndebug thing\n')
    const { stdout } = await tapping
    const lines = stdout.trim().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^< .* a mail to ada@example\.com/)
    expect(lines[1]).toMatch(/^> .* a mail to (?!ada@)/)
    expect(lines[2]).toMatch(/^- .* a debug thing/)
    const wrong = await run(['agent', 'tap', '--config', agent.config, '{service='])
    expect(wrong.code).toBe(2)
    await agent.stop()
  }, 30_000)

  it('ends when its standard input does, and has all of it in the spool', async () => {
    const own = join(folder, 'stdin')
    const set = [
      `dataDir=${own}`,
      'kafka.brokers=[127.0.0.1:1]',
      'telemetry.enabled=false',
      'agent.listen=127.0.0.1:0',
    ]
    const child = spawn(process.execPath, [
      program,
      'agent',
      '--stdin',
      '--service',
      'job',
      ...set.flatMap(one => ['--set', one]),
    ])
    child.stdin.end('one\ntwo\nno end')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(0)
    const { stdout } = await run([
      'agent',
      'spool',
      'show',
      'logs',
      ...set.slice(0, 2).flatMap(one => ['--set', one]),
    ])
    expect(stdout.match(/ job .*/g)?.map(text => text.trim())).toEqual(['job one', 'job two', 'job no end'])
  }, 30_000)
})

describe('agent install', () => {
  it('says with --dry-run what it would do, and below --root does it; uninstall undoes it', async () => {
    const dry = await run(['agent', 'install', '--dry-run'])
    expect(dry.code).toBe(0)
    for (const text of [
      'would write  /etc/systemd/system/millrace-agent.service',
      'ProtectSystem=strict',
      'User=millrace',
      'systemctl enable --now',
    ])
      expect(dry.stdout).toContain(text)
    const own = join(folder, 'own.yaml')
    writeFileSync(own, `# of my own\ndataDir: ${folder}/spool\nagent: { sources: [{ type: journald }] }\n`)
    const withOwn = await run(['agent', 'install', '--dry-run', '--config', own])
    expect(withOwn.stdout).toContain('# of my own')
    expect(withOwn.stdout).toContain(`ReadWritePaths=${folder}/spool`)
    expect(withOwn.stdout).toContain('SupplementaryGroups=systemd-journal')
    expect(withOwn.stdout).toContain('CapabilityBoundingSet=\n')
    const root = join(folder, 'image')
    const done = await run(['agent', 'install', '--root', root])
    expect([done.code, done.stderr]).toEqual([0, ''])
    const unit = readFileSync(join(root, 'etc/systemd/system/millrace-agent.service'), 'utf8')
    expect(unit).toContain('ExecReload=/bin/kill -HUP $MAINPID')
    const config = join(root, 'etc/millrace/millrace.yaml')
    expect((await run(['config', 'check', config])).code).toBe(0)
    writeFileSync(config, `${readFileSync(config, 'utf8')}# mine\n`)
    expect((await run(['agent', 'install', '--root', root])).stdout).toContain('it is there already')
    expect(readFileSync(config, 'utf8')).toContain('# mine')
    expect((await run(['agent', 'uninstall', '--root', root])).code).toBe(0)
    expect(readdirSync(join(root, 'etc/systemd/system'))).toEqual([])
    expect(readFileSync(config, 'utf8')).toContain('# mine')
    const state = join(root, 'var/lib/millrace')
    mkdirSync(join(state, 'agent/spool'), { recursive: true })
    mkdirSync(join(state, 'store'))
    await run(['agent', 'uninstall', '--purge', '--root', root])
    expect(readdirSync(join(root, 'etc/millrace'))).toEqual([])
    // of a store beside the agent
    expect(readdirSync(state)).toEqual(['store'])
    rmSync(join(state, 'store'), { recursive: true })
    await run(['agent', 'uninstall', '--purge', '--root', root])
    expect(existsSync(state)).toBe(false)
  }, 30_000)

  it('gives the unit what the configuration needs: low ports, sockets, output files, /tmp, keys', async () => {
    const [own, key] = [join(folder, 'needs.yaml'), join(folder, 'key.pem')]
    writeFileSync(key, 'secret', { mode: 0o600 })
    const configuration = [
      `dataDir: ${folder}/spool`,
      'agent:',
      '  sources:',
      `    - { type: syslog, udp: 0.0.0.0:514, tcp: null, secure: 0.0.0.0:6514, unix: /run/millrace/log, tls: { cert: ${key}, key: ${key} } }`,
      '  outputs: [{ type: kafka }, { type: file, path: /var/log/millrace-copy/all.jsonl }]',
    ]
    writeFileSync(own, `${configuration.join('\n')}\n`)
    const { stdout } = await run(['agent', 'install', '--dry-run', '--config', own])
    for (const line of [
      'AmbientCapabilities=CAP_NET_BIND_SERVICE',
      'RuntimeDirectory=millrace',
      `ReadWritePaths=${folder}/spool /var/log/millrace-copy`,
      'PrivateTmp=no',
      'would make  /var/log/millrace-copy  (mode 750, owned by millrace)',
      `see to it  that millrace can read ${key}: chgrp millrace ${key} && chmod g+r ${key}`,
      'would run  chgrp millrace /etc/millrace/millrace.yaml',
    ])
      expect(stdout).toContain(line)
    // an installed configuration goes before one that is named
    const root = join(folder, 'kept')
    expect((await run(['agent', 'install', '--root', root, '--config', own])).code).toBe(0)
    expect(statSync(join(root, 'etc/millrace/millrace.yaml')).mode & 0o777).toBe(0o640)
    expect((await run(['agent', 'install', '--root', root])).stdout).toContain('millrace-copy  (it is there')
    const unit = join(root, 'etc/systemd/system/millrace-agent.service')
    expect(readFileSync(unit, 'utf8')).toContain('RuntimeDirectory=millrace\n')
    const { error, stderr, status } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
    if (error === undefined) expect([status, stderr]).toEqual([0, ''])
  }, 30_000)
})
