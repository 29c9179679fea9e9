import { readdir, readFile } from 'node:fs/promises'
import { type Collect, point, sum } from './measures.ts'

/** How many processes there are, and how many were made since the start. Linux only. */
export function processCollector(): Collect {
  return async () => {
    const names = await readdir('/proc')
    const count = names.filter(name => /^\d+$/.test(name)).length
    const made = /^processes (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1]
    return [
      sum('system.process.count', '{process}', 'processes', [point(count)], false),
      sum('system.process.created', '{process}', 'processes made', [point(Number(made ?? 0))]),
    ]
  }
}
