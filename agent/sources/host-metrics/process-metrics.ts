import { readdir, readFile } from 'node:fs/promises'
import { codeOf } from '../../../lib/base/index.ts'
import type { NumberPoint } from '../../../lib/otlp/index.ts'
import { type Collect, gauge, point, sum } from './measures.ts'

/** Linux counts processor time in hundredths of a second (USER_HZ). */
const ticksPerSecond = 100
const pageBytes = 4096
const maxProcesses = 1_000

interface Process {
  attributes: NumberPoint['attributes']
  userSeconds: number
  systemSeconds: number
  threads: number
  virtualBytes: number
  residentBytes: number
}

/**
 * Processor time, memory and threads of the processes whose name is one of those given. Linux only.
 * Source: https://opentelemetry.io/docs/specs/semconv/system/process-metrics/, proc(5)
 */
export function processesCollector(names: readonly string[]): Collect {
  return async () => {
    const found = await processesOf(new Set(names))
    const cpu = found.flatMap(({ attributes, userSeconds, systemSeconds }) => [
      point(userSeconds, { ...attributes, 'cpu.mode': 'user' }),
      point(systemSeconds, { ...attributes, 'cpu.mode': 'system' }),
    ])
    const of = (value: (process: Process) => number): NumberPoint[] =>
      found.map(process => point(value(process), process.attributes))
    return [
      sum('process.cpu.time', 's', 'processor time of a process', cpu),
      sum(
        'process.memory.usage',
        'By',
        'resident memory',
        of(({ residentBytes }) => residentBytes),
        false,
      ),
      sum(
        'process.memory.virtual',
        'By',
        'virtual memory',
        of(({ virtualBytes }) => virtualBytes),
        false,
      ),
      gauge(
        'process.thread.count',
        '{thread}',
        'threads',
        of(({ threads }) => threads),
      ),
    ]
  }
}

async function processesOf(names: ReadonlySet<string>): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const found: Process[] = []
  for (const pid of pids) {
    const process = await read(pid, names)
    if (process !== undefined) found.push(process)
    if (found.length === maxProcesses) break
  }
  return found
}

/** Undefined where it has another name, or has ended meanwhile. */
async function read(pid: string, names: ReadonlySet<string>): Promise<Process | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    if (!names.has(name)) return undefined
    // the fields behind the name, of which the first is field 3
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const at = (field: number): number => fields[field - 3] ?? 0
    return {
      attributes: { 'process.pid': Number(pid), 'process.executable.name': name },
      userSeconds: at(14) / ticksPerSecond,
      systemSeconds: at(15) / ticksPerSecond,
      threads: at(20),
      virtualBytes: at(23),
      residentBytes: at(24) * pageBytes,
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined
    throw error
  }
}
