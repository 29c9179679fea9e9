import { appendFileSync, closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LogFiles } from '../../../cli/demo/files.ts'
import { Story } from '../../../cli/demo/story.ts'

/** Enough that the start of a process, whose code is compiled while it runs, is not what is measured. */
export const fileBytes = 512 * 1_048_576

/** The demo's lines, the same in every run. */
export async function writeLines(folder: string): Promise<string> {
  const story = new Story(1, 1, 1_760_000_000_000)
  const [service] = story.services
  // JSON of every service, in one file
  const files = new LogFiles(folder)
  const path = join(folder, `${service?.name}.log`)
  for (let at = 1_760_000_000_000; ; at += 1000) {
    const logs = Array.from({ length: 200 }, (_, i) =>
      story.request(at + i * 5).told.flatMap(told => told.logs),
    ).flat()
    if (service !== undefined)
      await files.write({ service: { ...service, language: 'nodejs' }, logs, spans: [] })
    if (statSync(path).size >= fileBytes / 8) break
  }
  const eighth = readFileSync(path)
  for (let i = 1; i < 8; i++) appendFileSync(path, eighth)
  return path
}

/** Processor seconds that reading a file and counting its line ends takes, in this process. */
export function countLines(path: string): Usage {
  const startMs = performance.now()
  const before = process.cpuUsage()
  const file = openSync(path, 'r')
  const buffer = Buffer.allocUnsafe(1_048_576)
  let lines = 0
  let bytes = 0
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    bytes += read
    for (let at = buffer.indexOf(10); at >= 0 && at < read; at = buffer.indexOf(10, at + 1)) lines++
  }
  closeSync(file)
  if (lines === 0) throw new Error('the bench file has no lines')
  const { user, system } = process.cpuUsage(before)
  return { bytes, seconds: (performance.now() - startMs) / 1000, cpuSeconds: (user + system) / 1e6 }
}

export interface Usage {
  bytes: number
  seconds: number
  cpuSeconds: number
}
