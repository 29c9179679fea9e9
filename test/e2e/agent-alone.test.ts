import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTopic } from '../../agent/testing/read-topic.ts'
import { createKafkaClient } from '../../lib/kafka/client/index.ts'
import { decodeLogs } from '../../lib/otlp/index.ts'
import { root } from '../house/sources.ts'
import { type RunningRole, startProgram, startRole, until } from './stack.ts'

const maxUnpackedBytes = 10_000_000

let folder: string
let unpacked: string
let broker: RunningRole

/** As `npm run build:agent` makes it and a host unpacks it: nothing of this repository is within its reach. */
describe('the package of the agent alone', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-alone-'))
    const built = spawnSync(process.execPath, [join(root, 'bin/build-agent.js')], { encoding: 'utf8' })
    expect(built.stderr).toBe('')
    const archive = built.stdout.trim()
    expect(archive).toMatch(/dist\/millrace-agent-\d+\.\d+\.\d+\.tar\.gz$/)
    expect(spawnSync('tar', ['-xzf', archive, '-C', folder]).status).toBe(0)
    unpacked = join(folder, readdirSync(folder)[0] ?? '')
    broker = await startRole('broker', [`dataDir=${join(folder, 'broker')}`, 'broker.listen=127.0.0.1:0'])
  }, 60_000)
  afterAll(async () => {
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is small', () => {
    const files = readdirSync(unpacked, { recursive: true }).map(name =>
      statSync(join(unpacked, String(name))),
    )
    expect(files.reduce((sum, file) => sum + file.size, 0)).toBeLessThan(maxUnpackedBytes)
  })

  it('ships a line', async () => {
    const watched = join(folder, 'watched')
    mkdirSync(watched)
    writeFileSync(join(watched, 'app.log'), '{"level":"warn","msg":"disk nearly full"}\n')
    const set = [
      `dataDir=${join(folder, 'agent')}`,
      `kafka.brokers=["${broker.address}"]`,
      `agent={listen: "127.0.0.1:0", sources: [{type: file, include: ["${watched}/*.log"]}]}`,
    ]
    const args = set.flatMap(assignment => ['--set', assignment])
    const agent = await startProgram(join(unpacked, 'bin/millrace-agent'), args)
    const client = createKafkaClient({ brokers: [broker.address], clientId: 'test' })
    try {
      await until(async () => (await readTopic(client, 'otlp_logs')).length === 1, 20_000, agent.output)
      const [record] = await readTopic(client, 'otlp_logs')
      const [line] = decodeLogs(record?.value ?? Buffer.alloc(0), 0)
      expect(line).toMatchObject({ body: '{"level":"warn","msg":"disk nearly full"}', severityNumber: 13 })
    } finally {
      await client.close()
    }
    expect(await agent.stop()).toBe(0)
  })

  it('knows the commands of a host, and says its version', () => {
    const run = (...args: string[]) => {
      const env = { ...process.env, NODE: process.execPath }
      return spawnSync(join(unpacked, 'bin/millrace-agent'), args, { encoding: 'utf8', env })
    }
    expect(run('--version').stdout).toMatch(/^millrace \d+\.\d+\.\d+\n$/)
    const plan = run('install', '--dry-run').stdout
    expect(plan).toContain('/etc/systemd/system/millrace-agent.service')
    expect(run('--help').stdout).not.toContain('broker')
  })
})
