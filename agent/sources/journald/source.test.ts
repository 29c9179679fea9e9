import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memoryLogger, systemClock } from '../../../lib/base/index.ts'
import { itemsOf, readSpool } from '../../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { Positions } from '../file/positions.ts'
import { journaldConfig } from './config.ts'
import { JournalReader } from './export-format.ts'
import { startJournald } from './source.ts'

/** Debian's systemd-journal-remote writes journal files from the export format. */
const writer = '/lib/systemd/systemd-journal-remote'
const isThere = existsSync(writer) && existsSync('/usr/bin/journalctl')

let written = 0
function write(journal: string, ...messages: string[]): void {
  const id = '0123456789abcdef0123456789abcdef'
  const entries = messages.map(message => {
    const time = 1_700_000_000_000_000 + written++ * 1_000_000
    const names = `_BOOT_ID=${id}\n_MACHINE_ID=${id}\n_HOSTNAME=h7\n_SYSTEMD_UNIT=web@2.service\nSYSLOG_IDENTIFIER=nginx\n`
    return `__REALTIME_TIMESTAMP=${time}\n__MONOTONIC_TIMESTAMP=${1000 + written}\n${names}PRIORITY=3\nMESSAGE=${message}\n\n`
  })
  const input = `${journal}.export`
  writeFileSync(input, entries.join(''))
  execFileSync(writer, [`--output=${journal}`, input], { stdio: 'ignore' })
  rmSync(input)
}

const itemsIn = async ({ spool }: TestSpool) =>
  (await readSpool(spool.lane('logs').log)).flatMap(({ value }) => itemsOf('logs', value))

describe.skipIf(!isThere)('the journal (needs journalctl and systemd-journal-remote)', () => {
  test('is followed, and after a restart gone on with right behind what is in the spool', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-journal-'))
    const journal = join(folder, 'system.journal')
    write(journal, 'one', 'two')
    await withSpool(async spooled => {
      const config = journaldConfig.parse({ type: 'journald', directory: folder, startAt: 'beginning' })
      const start = async () => {
        // what a new process knows: the spool alone
        const positions = await Positions.load(folder, spooled.spool.lanes, memoryLogger().logger)
        const options = { ...spooled, positions, clock: systemClock, hostName: 'box' }
        const source = await startJournald({ ...options, config })
        source.begin?.()
        return source
      }
      const first = await start()
      await until('two entries', async () => (await itemsIn(spooled)).length === 2, 8_000)
      await first.close()
      write(journal, 'three')
      const second = await start()
      await until('three entries', async () => (await itemsIn(spooled)).length >= 3, 8_000)
      write(journal, 'four')
      await until('four entries', async () => (await itemsIn(spooled)).length >= 4, 8_000)
      await second.close()
      const items = await itemsIn(spooled)
      expect(items.map(({ body }) => body)).toEqual(['one', 'two', 'three', 'four'])
      expect(items[0]).toMatchObject({
        service: 'web',
        attributes: { _SYSTEMD_UNIT: 'web@2.service', SYSLOG_IDENTIFIER: 'nginx' },
        json: { severityNumber: 17, timeUnixNano: '1700000000000000000' },
      })
    })
    rmSync(folder, { recursive: true })
  }, 30_000)
})

test('a journalctl that is not there is said, and tried again', async () => {
  await withSpool(async spooled => {
    const config = journaldConfig.parse({ type: 'journald', journalctl: '/nowhere/journalctl' })
    const positions = await Positions.load('/nowhere', [], spooled.logger)
    const options = { ...spooled, positions, clock: systemClock, hostName: 'box' }
    const source = await startJournald({ ...options, config })
    source.begin?.()
    await until('a warning', () => spooled.entries.length > 0)
    await source.close()
    expect(String(spooled.entries[0]?.attributes['error'])).toContain('cannot run /nowhere/journalctl')
  })
})

test('the export format is read with binary values, however it is cut', () => {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(5n)
  const stream = Buffer.concat([
    Buffer.from('__CURSOR=a\nMESSAGE\n'),
    length,
    Buffer.from('a\n\nb\n\nPRIORITY=1\n\n__CURSOR=b\nMESSAGE=x=y\n\n'),
  ])
  for (let size = 1; size <= stream.length; size++) {
    const reader = new JournalReader()
    const entries = []
    for (let at = 0; at < stream.length; at += size)
      entries.push(...reader.push(stream.subarray(at, at + size)))
    expect(
      entries.map(entry => Object.fromEntries([...entry].map(([key, value]) => [key, String(value)]))),
    ).toEqual([
      { __CURSOR: 'a', MESSAGE: 'a\n\nb\n', PRIORITY: '1' },
      { __CURSOR: 'b', MESSAGE: 'x=y' },
    ])
  }
})
