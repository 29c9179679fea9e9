import { readFile } from 'node:fs/promises'
import type { NumberPoint } from '../../../lib/otlp/index.ts'
import { type Collect, point, sum } from './measures.ts'

const sectorBytes = 512

/** Bytes and operations per disk. Linux only: elsewhere Node has no such counts. */
export function diskCollector(): Collect {
  return async () => {
    const { io, operations } = parseDiskstats(await readFile('/proc/diskstats', 'utf8'))
    return [
      sum('system.disk.io', 'By', 'bytes read from and written to disks', io),
      sum('system.disk.operations', '{operation}', 'reads and writes of disks', operations),
    ]
  }
}

/** Source: Linux, Documentation/admin-guide/iostats.rst. */
export function parseDiskstats(text: string): { io: NumberPoint[]; operations: NumberPoint[] } {
  const io: NumberPoint[] = []
  const operations: NumberPoint[] = []
  for (const line of text.split('\n')) {
    const [, , device, reads, , sectorsRead, , writes, , sectorsWritten] = line.trim().split(/\s+/)
    // partitions would count the same bytes again, loop and ram devices are no disks
    if (device === undefined || sectorsWritten === undefined || !isDisk(device)) continue
    for (const [direction, count, sectors] of [
      ['read', reads, sectorsRead],
      ['write', writes, sectorsWritten],
    ] as const) {
      const attributes = { 'system.device': device, 'disk.io.direction': direction }
      io.push(point(Number(sectors) * sectorBytes, attributes))
      operations.push(point(Number(count), attributes))
    }
  }
  return { io, operations }
}

function isDisk(device: string): boolean {
  return /^(sd[a-z]+|vd[a-z]+|xvd[a-z]+|hd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/.test(device)
}

/** Bytes, packets and errors per network interface. Linux only. */
export function networkCollector(): Collect {
  return async () => {
    const { io, packets, errors } = parseNetDev(await readFile('/proc/net/dev', 'utf8'))
    return [
      sum('system.network.io', 'By', 'bytes received and sent', io),
      sum('system.network.packet.count', '{packet}', 'packets received and sent', packets),
      sum('system.network.errors', '{error}', 'errors while receiving and sending', errors),
    ]
  }
}

interface NetworkPoints {
  io: NumberPoint[]
  packets: NumberPoint[]
  errors: NumberPoint[]
}

/** Source: proc(5), /proc/net/dev: eight numbers received, eight sent. */
export function parseNetDev(text: string): NetworkPoints {
  const points: NetworkPoints = { io: [], packets: [], errors: [] }
  for (const [, device = '', rest = ''] of text.matchAll(/^\s*([^\s:|]+):(.*)$/gm)) {
    const numbers = rest.trim().split(/\s+/).map(Number)
    if (device === 'lo' || numbers.length < 12) continue
    for (const [direction, at] of [
      ['receive', 0],
      ['transmit', 8],
    ] as const) {
      const attributes = { 'network.interface.name': device, 'network.io.direction': direction }
      points.io.push(point(numbers[at] ?? 0, attributes))
      points.packets.push(point(numbers[at + 1] ?? 0, attributes))
      points.errors.push(point(numbers[at + 2] ?? 0, attributes))
    }
  }
  return points
}
