import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../lib/base/index.ts'
import { protobufToJson } from '../../../lib/otlp/index.ts'
import { readSpool } from '../../testing/read-spool.ts'
import { withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { utilizationMetric } from './cpu.ts'
import { parseDiskstats, parseNetDev } from './devices.ts'
import { parseMounts } from './filesystem.ts'
import { parseMeminfo } from './memory.ts'
import { startHostMetrics } from './source.ts'

describe('host metrics', () => {
  const comm = readFileSync('/proc/self/comm', 'utf8').trim()

  test('are measured under the names OpenTelemetry has for them', async () => {
    await withSpool(async ({ intake, spool, logger, entries }) => {
      const config = { type: 'hostmetrics' as const, intervalMs: 100, processes: [comm] }
      const source = await startHostMetrics({ config, hostName: 'h', intake, clock: systemClock, logger })
      const { log } = spool.lane('metrics')
      await until('two looks', () => log.stableOffset >= 2)
      await source.close()
      const [, second] = await readSpool(log)
      const json = JSON.stringify(protobufToJson('metrics', second?.value ?? Buffer.alloc(0)))
      for (const name of ['cpu.time', 'cpu.utilization', 'cpu.load_average.1m', 'memory.usage', 'uptime'])
        expect(json).toContain(`"system.${name}"`)
      expect(json).toContain('"service.name"')
      for (const name of ['cpu.time', 'memory.usage', 'memory.virtual', 'thread.count'])
        expect(json).toContain(`"process.${name}"`)
      expect(json).toContain(`"process.pid","value":{"intValue":"${process.pid}"}`)
      expect(second?.entry).toMatchObject({ from: 1, to: 2 })
      expect(entries).toEqual([])
    })
  })

  test('shares of processor time add up to one', () => {
    const before = new Map([
      ['user', 10],
      ['idle', 100],
    ])
    const after = new Map([
      ['user', 13],
      ['idle', 101],
    ])
    expect(utilizationMetric(before, after).points.map(p => 'value' in p && p.value)).toEqual([0.75, 0.25])
  })

  test('memory is what free(1) says', () => {
    const text = 'MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 200 kB\nSReclaimable: 50 kB\n'
    expect(Object.fromEntries(parseMeminfo(text))).toEqual({
      used: 600 * 1024,
      free: 100 * 1024,
      buffers: 50 * 1024,
      cached: 250 * 1024,
    })
  })

  test('disks are counted without their partitions', () => {
    const text =
      '8 0 sda 10 0 20 0 30 0 40 0 0 0 0\n8 1 sda1 1 0 2 0 3 0 4 0 0 0 0\n7 0 loop0 1 0 2 0 3 0 4\n'
    expect(parseDiskstats(text).io).toEqual([
      { value: 20 * 512, attributes: { 'system.device': 'sda', 'disk.io.direction': 'read' } },
      { value: 40 * 512, attributes: { 'system.device': 'sda', 'disk.io.direction': 'write' } },
    ])
  })

  test('network interfaces are counted without the loopback', () => {
    const text =
      'Inter-| Receive\n face |bytes\n lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n eth0: 5 6 7 0 0 0 0 0 8 9 10 0 0 0 0 0\n'
    expect(parseNetDev(text).io.map(p => p.value)).toEqual([5, 8])
    expect(parseNetDev(text).errors.map(p => p.value)).toEqual([7, 10])
  })

  test('file systems are those on disks, each once', () => {
    const text =
      '/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\n/dev/sda1 /again ext4 rw 0 0\n/dev/sdb1 /my\\040disk xfs rw 0 0\n'
    expect(parseMounts(text).map(mount => mount.path)).toEqual(['/', '/my disk'])
  })
})
