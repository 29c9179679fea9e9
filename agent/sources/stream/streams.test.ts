import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../lib/base/index.ts'
import { itemsOf, readSpool } from '../../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { execConfig } from '../exec/config.ts'
import { ExecSource } from '../exec/source.ts'
import { stdinConfig } from '../stdin/config.ts'
import { StdinSource } from '../stdin/source.ts'

const itemsIn = async ({ spool }: TestSpool) =>
  (await readSpool(spool.lane('logs').log)).flatMap(({ value }) => itemsOf('logs', value))

describe('standard input', () => {
  test('is taken line by line to its last, which may lack an end', async () => {
    await withSpool(async spooled => {
      const input = new PassThrough()
      let ended = false
      const config = stdinConfig.parse({ type: 'stdin', service: 'job', maxLineBytes: 64 })
      const onEnd = (): void => {
        ended = true
      }
      const source = new StdinSource({ ...spooled, clock: systemClock, hostName: 'h', config, input, onEnd })
      source.begin()
      input.write('one\ntw')
      input.write(`o\n${'x'.repeat(100)}`)
      input.write(`${'x'.repeat(100)}\n{"level":"error","msg":"three"}\nlast`)
      input.end()
      await until('the end', () => ended)
      const items = await itemsIn(spooled)
      const cut = `${'x'.repeat(64)} …[cut by millrace]`
      expect(items.map(({ body }) => body)).toEqual([
        'one',
        'two',
        cut,
        '{"level":"error","msg":"three"}',
        'last',
      ])
      expect(items[3]).toMatchObject({ service: 'job', json: { severityNumber: 17 } })
      await source.close()
    })
  })
})

describe('a program', () => {
  test('is read from both of its outputs, and started again when it ends', async () => {
    await withSpool(async spooled => {
      const command = ['sh', '-c', 'echo out; echo err >&2; exit 3']
      const config = execConfig.parse({ type: 'exec', command, service: 'probe' })
      const source = new ExecSource({ ...spooled, clock: systemClock, hostName: 'h', config })
      source.begin()
      await until('two runs', async () => (await itemsIn(spooled)).length >= 4, 8_000)
      await source.close()
      const items = await itemsIn(spooled)
      expect(
        items
          .slice(0, 4)
          .map(({ body }) => body)
          .sort(),
      ).toEqual(['err', 'err', 'out', 'out'])
      expect(items[0]?.service).toBe('probe')
      expect(spooled.entries[0]?.attributes).toMatchObject({ problem: 'ended with code 3' })
    })
  }, 12_000)

  test('runs every so often, and is ended where it hangs', async () => {
    await withSpool(async spooled => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-exec-'))
      const command = ['sh', '-c', `echo $$ >> ${folder}/pids; echo tick; exec sleep 60`]
      const config = execConfig.parse({ type: 'exec', command, intervalMs: 150, timeoutMs: 100 })
      const source = new ExecSource({ ...spooled, clock: systemClock, hostName: 'h', config })
      source.begin()
      await until('three runs', async () => (await itemsIn(spooled)).length >= 3, 8_000)
      await source.close()
      const pids = readFileSync(`${folder}/pids`, 'utf8').trim().split('\n').map(Number)
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
      rmSync(folder, { recursive: true })
    })
  }, 12_000)

  test('that is not there is said once, with its name', async () => {
    await withSpool(async spooled => {
      const config = execConfig.parse({ type: 'exec', command: ['/nowhere/program'] })
      const source = new ExecSource({ ...spooled, clock: systemClock, hostName: 'h', config })
      source.begin()
      await until('a warning', () => spooled.entries.length > 0)
      await source.close()
      expect(spooled.entries[0]?.attributes).toMatchObject({
        command: '/nowhere/program',
        problem: expect.stringContaining('ENOENT') as string,
      })
    })
  })
})
