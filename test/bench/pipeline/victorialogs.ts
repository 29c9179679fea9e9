import { execFileSync } from 'node:child_process'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../free-ports.ts'
import { cpuSecondsOf, peakMiBOf } from '../broker/process-figures.ts'

const program = join(import.meta.dirname, '../../../../shared/peers/victorialogs/victorialogs')
export const hasVictoriaLogs = existsSync(program)

const bodyBytes = 2 * 1_048_576
const lineFeed = 0x0a
const lookMs = 50
/** Merges in the background are done when the folder has not changed for so long. */
const quietMs = 3_000
const longestMergeMs = 120_000

/** VictoriaLogs, built from its module where that has not been done yet. */
export class VictoriaLogs {
  readonly #url: string
  readonly #pid: number
  readonly #folder: string

  private constructor(url: string, pid: number, folder: string) {
    this.#url = url
    this.#pid = pid
    this.#folder = folder
  }

  static async start(folder: string): Promise<VictoriaLogs> {
    execFileSync(program, ['install'], { stdio: ['ignore', 'ignore', 'inherit'] })
    const port = await freePort()
    const env = { ...process.env, VICTORIALOGS_PORT: String(port) }
    // its standard output is that of the server, which holds it open
    execFileSync(program, ['start', folder], { env, stdio: ['ignore', 'ignore', 'inherit'] })
    const home = process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '', '.cache')
    const pid = Number(readFileSync(join(home, 'millrace-peers/victorialogs/run/pid'), 'utf8'))
    return new VictoriaLogs(`http://127.0.0.1:${port}`, pid, folder)
  }

  stop(): void {
    execFileSync(program, ['stop'], { stdio: 'ignore' })
  }

  /** Posts a file in bodies of some MB; returns the seconds until all of it can be found. */
  async push(path: string, lines: number, range: { start: string; end: string }): Promise<number> {
    const startMs = performance.now()
    let kept: Buffer = Buffer.alloc(0)
    for await (const chunk of createReadStream(path, { highWaterMark: bodyBytes })) {
      const all = Buffer.concat([kept, chunk as Buffer])
      const end = all.lastIndexOf(lineFeed) + 1
      await this.post(all.subarray(0, end))
      kept = all.subarray(end)
    }
    while ((await this.count(range)) < lines) await sleep(lookMs)
    return (performance.now() - startMs) / 1000
  }

  async post(lines: Uint8Array | string): Promise<void> {
    const path = '/insert/jsonline?_stream_fields=service,host&_time_field=time&_msg_field=message'
    const response = await fetch(`${this.#url}${path}`, { method: 'POST', body: lines })
    if (!response.ok) throw new Error(`VictoriaLogs refused lines: ${response.status}`)
    await response.arrayBuffer()
  }

  async count(range: { start: string; end: string }): Promise<number> {
    const { text } = await this.ask('query', { query: '* | stats count() n', ...range })
    return Number((JSON.parse(text.split('\n')[0] || '{"n":"0"}') as { n: string }).n)
  }

  /** Asks under /select/logsql; returns the milliseconds until the whole answer is there. */
  async ask(path: string, parameters: Record<string, string>): Promise<{ ms: number; text: string }> {
    const startMs = performance.now()
    const response = await fetch(`${this.#url}/select/logsql/${path}?${new URLSearchParams(parameters)}`)
    const text = await response.text()
    if (!response.ok) throw new Error(`VictoriaLogs: ${response.status} ${text}`)
    return { ms: performance.now() - startMs, text }
  }

  cpuSeconds(): number {
    return cpuSecondsOf(this.#pid)
  }

  peakMiB(): number {
    return peakMiBOf(this.#pid)
  }

  /** Bytes of its folder, when everything is flushed and merged. */
  async merge(): Promise<number> {
    for (const what of ['force_flush', 'force_merge']) await fetch(`${this.#url}/internal/${what}`)
    let bytes = sizeOf(this.#folder)
    const startMs = performance.now()
    for (let changedMs = startMs; performance.now() - changedMs < quietMs; await sleep(lookMs)) {
      const now = sizeOf(this.#folder)
      if (now !== bytes) changedMs = performance.now()
      bytes = now
      if (performance.now() - startMs > longestMergeMs) break
    }
    return bytes
  }
}

/** Files may go while they are counted. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => statSync(join(folder, name), { throwIfNoEntry: false }))
    .reduce((sum, stat) => sum + (stat?.isFile() === true ? stat.size : 0), 0)
}
