import { readFile } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { type Collect, gauge, point, sum } from './measures.ts'

/** Bytes per state; OpenTelemetry's values of `system.memory.state`. */
type States = Map<string, number>

export function memoryCollector(): Collect {
  return async () => {
    const states = await readStates()
    const total = [...states.values()].reduce((a, b) => a + b, 0)
    const points = [...states].map(([state, bytes]) => point(bytes, { 'system.memory.state': state }))
    const shares = [...states].map(([state, bytes]) =>
      point(total > 0 ? bytes / total : 0, { 'system.memory.state': state }),
    )
    return [
      sum('system.memory.usage', 'By', 'memory per state', points, false),
      gauge('system.memory.utilization', '1', 'share of memory per state', shares),
      sum('system.memory.limit', 'By', 'memory of the machine', [point(totalmem())], false),
    ]
  }
}

async function readStates(): Promise<States> {
  if (process.platform !== 'linux') {
    const free = freemem()
    return new Map([
      ['used', totalmem() - free],
      ['free', free],
    ])
  }
  return parseMeminfo(await readFile('/proc/meminfo', 'utf8'))
}

/** Source: proc(5), /proc/meminfo: lines of `Name:  number kB`. */
export function parseMeminfo(text: string): States {
  const kilobytes = new Map<string, number>()
  for (const [, name = '', value] of text.matchAll(/^(\w+):\s+(\d+) kB$/gm))
    kilobytes.set(name, Number(value))
  const bytes = (name: string): number => (kilobytes.get(name) ?? 0) * 1024
  const free = bytes('MemFree')
  const buffers = bytes('Buffers')
  // reclaimable slabs are cache too, as free(1) counts them
  const cached = bytes('Cached') + bytes('SReclaimable')
  const used = Math.max(0, bytes('MemTotal') - free - buffers - cached)
  return new Map([
    ['used', used],
    ['free', free],
    ['buffers', buffers],
    ['cached', cached],
  ])
}
