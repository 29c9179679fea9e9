import { execFile, execFileSync, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { Metrics, systemClock } from '../../../lib/base/index.ts'
import { makeCertificate } from '../../testing/certificate.ts'
import { type Item, itemsOf, readSpool } from '../../testing/read-spool.ts'
import { withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { syslogConfig } from './config.ts'
import { startSyslog } from './source.ts'

const run = promisify(execFile)
const hasLogger = has('logger')

function has(program: string): boolean {
  try {
    execFileSync('which', [program])
    return true
  } catch {
    return false
  }
}

interface Receiver {
  addresses: Readonly<Record<string, string>>
  portOf(name: string): string
  items(): Promise<Item[]>
}

function receiving(extra: object, work: (receiver: Receiver) => Promise<void>): Promise<void> {
  return withSpool(async spooled => {
    const config = syslogConfig.parse({ type: 'syslog', udp: '127.0.0.1:0', tcp: '127.0.0.1:0', ...extra })
    const options = {
      configKey: 'agent.sources[0]',
      clock: systemClock,
      metrics: new Metrics(),
      hostName: 'box',
    }
    const source = await startSyslog({ ...options, ...spooled, config })
    try {
      await work({
        addresses: source.addresses,
        portOf: name => source.addresses[name]?.split(':')[1] ?? '',
        items: async () =>
          (await readSpool(spooled.spool.lane('logs').log)).flatMap(({ value }) => itemsOf('logs', value)),
      })
    } finally {
      await source.close()
    }
  })
}

const bodies = async ({ items }: Receiver): Promise<string[]> => (await items()).map(({ body }) => body)

describe('syslog', () => {
  test.skipIf(!hasLogger)(
    'is taken from util-linux logger over UDP, TCP and a Unix socket, 3164 and 5424',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-syslog-'))
      const socket = join(folder, 'log')
      await receiving({ unix: socket }, async receiver => {
        const udp = ['--server', '127.0.0.1', '--udp', '--port', receiver.portOf('syslogUdp')]
        const tcp = ['--server', '127.0.0.1', '--tcp', '--port', receiver.portOf('syslogTcp')]
        await run('logger', [...udp, '--rfc3164', '-p', 'user.err', '-t', 'app', 'over udp 3164'])
        await run('logger', [...udp, '--rfc5424', '-p', 'user.err', '-t', 'app', 'over udp 5424'])
        await run('logger', [...tcp, '--rfc5424', '-p', 'user.warning', '-t', 'app', 'over tcp'])
        await run('logger', [...tcp, '--octet-count', '--rfc5424', '-t', 'app', 'counted'])
        await run('logger', ['--socket', socket, '-t', 'app', 'over a socket'])
        await until('five messages', async () => (await receiver.items()).length === 5)
        const all = await bodies(receiver)
        for (const text of ['over udp 3164', 'over udp 5424', 'over tcp', 'counted', 'over a socket'])
          expect(all.filter(body => body.endsWith(text))).toHaveLength(1)
      })
      rmSync(folder, { recursive: true })
    },
  )

  test.skipIf(!has('syslog-ng'))(
    'is taken from syslog-ng: RFC 5424 with octet counting, RFC 3164 by lines (needs syslog-ng)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-syslog-ng-'))
      const input = join(folder, 'in.log')
      writeFileSync(input, '')
      await receiving({}, async receiver => {
        const port = receiver.portOf('syslogTcp')
        writeFileSync(
          join(folder, 'syslog-ng.conf'),
          `@version: 3.38
options { flush-lines(1); };
source s { file("${input}" follow-freq(0.1) flags(no-parse) program-override("shop")); };
destination d { syslog("127.0.0.1" port(${port}) transport("tcp")); network("127.0.0.1" port(${port}) transport("tcp") persist-name("lines")); };
log { source(s); destination(d); };
`,
        )
        const files = ['persist-file', 'pidfile', 'control'].map(name => `--${name}=${join(folder, name)}`)
        const sender = spawn(
          'syslog-ng',
          ['-F', '--no-caps', '-f', join(folder, 'syslog-ng.conf'), ...files],
          { stdio: 'ignore' },
        )
        try {
          await new Promise(resolve => setTimeout(resolve, 500))
          appendFileSync(input, 'first line\nsecond line\n')
          await until(
            'both lines by both protocols',
            async () => (await receiver.items()).length === 4,
            15_000,
          )
          const items = await receiver.items()
          expect(items.filter(({ service }) => service === 'shop')).toHaveLength(4)
          const all = items.map(({ body }) => body)
          expect(all.filter(body => /^<13>1 \d{4}-.*first line$/.test(body))).toHaveLength(1)
          expect(all.filter(body => /^<13>[A-Z][a-z]{2} .*second line$/.test(body))).toHaveLength(1)
        } finally {
          sender.kill('SIGKILL')
        }
      })
      rmSync(folder, { recursive: true })
    },
    30_000,
  )

  test('is taken over TLS from who has the right certificate', async () => {
    const { folder, cert, key, remove } = makeCertificate()
    await receiving({ secure: '127.0.0.1:0', tls: { cert, key } }, async receiver => {
      const socket = connectTls({
        host: '127.0.0.1',
        port: Number(receiver.portOf('syslogTls')),
        rejectUnauthorized: false,
      })
      socket.end('<34>1 2026-01-02T03:04:05Z h app 7 - - secret\n')
      await until('one message', async () => (await receiver.items()).length === 1)
      expect(await bodies(receiver)).toEqual(['<34>1 2026-01-02T03:04:05Z h app 7 - - secret'])
    })
    expect(folder).not.toBe('')
    remove()
  })

  test('of a flood over TCP nothing is lost', async () => {
    await receiving({}, async receiver => {
      const socket = connect(Number(receiver.portOf('syslogTcp')), '127.0.0.1')
      for (let i = 0; i < 20_000; i++) socket.write(`<13>Jan  2 03:04:05 h app: message ${i}\n`)
      socket.end()
      await until('all messages', async () => (await receiver.items()).length === 20_000, 10_000)
      const numbers = (await bodies(receiver)).map(body => Number(body.split(' ').at(-1)))
      expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, i) => i))
    })
  }, 20_000)
})
