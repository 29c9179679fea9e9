import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../../agent/testing/temporary-folder.ts'
import { beside, has, receiving } from './receiving.ts'

const program = '/usr/sbin/rsyslogd'
const waitMs = 30_000

describe.skipIf(!has(program))('rsyslog (needs it installed)', () => {
  test.each([
    ['UDP in RFC 3164', 'syslogUdp', 'protocol="udp" template="RSYSLOG_TraditionalForwardFormat"'],
    ['TCP by lines in its own format', 'syslogTcp', 'protocol="tcp" template="RSYSLOG_ForwardFormat"'],
    [
      'TCP with octet counting in RFC 5424',
      'syslogTcp',
      'protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"',
    ],
  ])(
    'forwards over %s',
    async (_, name, settings) => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-rsyslog-'))
      const input = join(folder, 'in.log')
      writeFileSync(input, '')
      await receiving({ type: 'syslog', udp: '127.0.0.1:0', tcp: '127.0.0.1:0' }, async receiver => {
        const config = join(folder, 'rsyslog.conf')
        writeFileSync(
          config,
          `global(workDirectory="${folder}")
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" file="${input}" tag="shop:" severity="warning" facility="local3")
action(type="omfwd" target="127.0.0.1" port="${receiver.portOf(name)}" ${settings})
`,
        )
        await beside(program, ['-n', '-i', join(folder, 'pid'), '-f', config], {}, async () => {
          appendFileSync(input, 'first line\nsecond line: zwölf\n')
          await until('both lines', async () => (await receiver.items()).length === 2, waitMs)
          const items = await receiver.items()
          expect(items.map(({ service }) => service)).toEqual(['shop', 'shop'])
          expect(items.map(({ json }) => json['severityNumber'])).toEqual([13, 13])
          expect(items.map(({ body }) => body.replace(/^.*shop:? (- - - )?/, ''))).toEqual([
            expect.stringMatching(/first line$/),
            expect.stringMatching(/second line: zwölf$/),
          ])
        })
      })
      rmSync(folder, { recursive: true })
    },
    60_000,
  )
})
