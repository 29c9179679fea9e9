import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memoryLogger, systemClock } from '../../../lib/base/index.ts'
import { itemsOf, readSpool } from '../../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { Positions } from '../file/positions.ts'
import type { Source } from '../source.ts'
import { journaldConfig } from './config.ts'
import { JournalReader } from './export-format.ts'
import { startJournald } from './source.ts'

/** Debian's systemd-journal-remote writes journal files from the export format. */
const writer = '/lib/systemd/systemd-journal-remote'
const isThere = existsSync(writer) && existsSync('/usr/bin/journalctl')

const id = '0123456789abcdef0123456789abcdef'
let written = 0
function write(journal: string, ...messages: string[]): void {
  writeOfBoot(id, journal, ...messages)
}

function writeOfBoot(boot: string, journal: string, ...messages: string[]): void {
  const entries = messages.map(message => {
    const time = 1_700_000_000_000_000 + written++ * 1_000_000
    const names = `_BOOT_ID=${boot}\n_MACHINE_ID=${id}\n_HOSTNAME=h7\n_SYSTEMD_UNIT=web@2.service\nSYSLOG_IDENTIFIER=nginx\n`
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
    await withJournal(async ({ journal, start, bodies, spooled }) => {
      write(journal, 'one', 'two')
      const first = await start({ startAt: 'beginning' })
      await until('two entries', async () => (await bodies()).length === 2, 8_000)
      await first.close()
      write(journal, 'three')
      const second = await start({ startAt: 'beginning' })
      await until('three entries', async () => (await bodies()).length >= 3, 8_000)
      write(journal, 'four')
      await until('four entries', async () => (await bodies()).length >= 4, 8_000)
      await second.close()
      expect(await bodies()).toEqual(['one', 'two', 'three', 'four'])
      expect((await itemsIn(spooled))[0]).toMatchObject({
        service: 'web',
        attributes: { _SYSTEMD_UNIT: 'web@2.service', SYSLOG_IDENTIFIER: 'nginx' },
        json: { severityNumber: 17 },
      })
    })
  }, 30_000)

  test('is read over boots: what an earlier one wrote last comes before the first of this one', async () => {
    await withJournal(async ({ journal, start, bodies }) => {
      writeOfBoot(boots[0], journal, 'first boot')
      writeOfBoot(boots[1], journal, 'second boot')
      const first = await start({ startAt: 'beginning' })
      await until('two entries', async () => (await bodies()).length === 2, 8_000)
      await first.close()
      writeOfBoot(boots[1], journal, 'while nobody read', 'journal stopped')
      writeOfBoot(boots[2], journal, 'first of the third boot', 'then')
      const second = await start({ startAt: 'boot', watchdogMs: 300 })
      await until('six entries', async () => (await bodies()).length >= 6, 8_000)
      // as where another machine's journal is read
      writeOfBoot(boots[3], journal, 'a boot that came meanwhile')
      await until('seven entries', async () => (await bodies()).length >= 7, 8_000)
      await second.close()
      expect(await bodies()).toEqual([
        'first boot',
        'second boot',
        'while nobody read',
        'journal stopped',
        'first of the third boot',
        'then',
        'a boot that came meanwhile',
      ])
    })
  }, 30_000)

  test.each([
    ['boot', ['of this boot', 'new']],
    ['end', ['new']],
  ] as const)(
    'begins at the %s',
    async (startAt, expected) => {
      await withJournal(async ({ journal, start, bodies }) => {
        writeOfBoot(boots[0], journal, 'of an earlier boot')
        writeOfBoot(boots[1], journal, 'of this boot')
        const source = await start({ startAt })
        await until('it follows', () => followsOf(journal) > 0, 8_000)
        writeOfBoot(boots[1], journal, 'new')
        await until('the new entry', async () => (await bodies()).includes('new'), 8_000)
        await source.close()
        expect(await bodies()).toEqual(expected)
      })
    },
    30_000,
  )

  test('that is empty is said to be, and read once there is something', async () => {
    await withJournal(async ({ journal, start, bodies, spooled }) => {
      const source = await start({ startAt: 'boot' })
      await until('a warning', () => spooled.entries.length > 0, 8_000)
      write(journal, 'one')
      await until('the entry', async () => (await bodies()).length > 0, 8_000)
      await source.close()
      expect(spooled.entries.map(({ attributes }) => attributes['error'])).toEqual([
        expect.stringContaining('it has no entries yet'),
      ])
      expect(await bodies()).toEqual(['one'])
    })
  }, 30_000)
})

const boots = ['1', '2', '3', '4'].map(digit => digit + id.slice(1)) as [string, string, string, string]

/** Processes that follow the journal of this folder. */
function followsOf(journal: string): number {
  const { stdout } = spawnSync('pgrep', ['-fc', '--', `--follow .*--directory=${dirname(journal)}`], {
    encoding: 'utf8',
  })
  return Number(stdout)
}

interface JournalTest {
  journal: string
  spooled: TestSpool
  start(options: { startAt: 'beginning' | 'end' | 'boot'; watchdogMs?: number }): Promise<Source>
  bodies(): Promise<unknown[]>
}

async function withJournal(run: (test: JournalTest) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-journal-'))
  await withSpool(async spooled => {
    const start: JournalTest['start'] = async ({ startAt, watchdogMs }) => {
      const config = journaldConfig.parse({ type: 'journald', directory: folder, startAt })
      // what a new process knows: the spool alone
      const positions = await Positions.load(folder, spooled.spool.lanes, memoryLogger().logger)
      const options = { ...spooled, positions, clock: systemClock, hostName: 'box', config }
      const source = await startJournald({ ...options, ...(watchdogMs === undefined ? {} : { watchdogMs }) })
      source.begin?.()
      return source
    }
    const bodies = async () => (await itemsIn(spooled)).map(({ body }) => body)
    await run({ journal: join(folder, 'system.journal'), spooled, start, bodies })
  })
  rmSync(folder, { recursive: true })
}

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
