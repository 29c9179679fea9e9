import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const source = join(import.meta.dirname, '../../../../shared/peers/kafka/rdclient.c')
const run = promisify(execFile)

/** Why the client cannot be built here; undefined where it can. */
export function rdclientProblem(): string | undefined {
  if (!existsSync(source)) return 'rdclient.c is not there'
  if (spawnSync('cc', ['--version']).status !== 0) return 'there is no C compiler'
  const header = spawnSync('cc', ['-E', '-include', 'librdkafka/rdkafka.h', '-x', 'c', '/dev/null'])
  return header.status === 0 ? undefined : "librdkafka's headers are missing: apt-get install librdkafka-dev"
}

export interface Rates {
  mibPerSecond: number
  recordsPerSecond: number
}

/** The client on librdkafka that both brokers are driven with. */
export class RdClient {
  readonly #program: string

  constructor() {
    this.#program = join(mkdtempSync(join(tmpdir(), 'millrace-rdclient-')), 'rdclient')
    execFileSync('cc', ['-O2', source, '-lrdkafka', '-o', this.#program])
  }

  get program(): string {
    return this.#program
  }

  produce(address: string, topic: string, count: number, bytes: number): Promise<Rates> {
    return this.#rates('produce', address, topic, String(count), String(bytes), 'acks=all', 'linger.ms=5')
  }

  consume(address: string, topic: string, count: number): Promise<Rates> {
    return this.#rates('consume', address, topic, String(count))
  }

  /** Round trips of one record at a time, ms. */
  async latency(address: string, topic: string, count: number): Promise<{ p50: number; p99: number }> {
    const { stdout } = await run(this.#program, [
      ...['latency', address, topic, String(count), '100'],
      ...['acks=all', 'linger.ms=0'],
    ])
    const of = (name: string) => Number(new RegExp(`${name} ([\\d.]+)`).exec(stdout)?.[1])
    return { p50: of('p50'), p99: of('p99') }
  }

  async #rates(...args: string[]): Promise<Rates> {
    const { stdout } = await run(this.#program, args)
    const match = /: (\d+) records\/s, ([\d.]+) MiB\/s, 0 failed/.exec(stdout)
    if (match === null) throw new Error(`the client says: ${stdout}`)
    return { recordsPerSecond: Number(match[1]), mibPerSecond: Number(match[2]) }
  }
}
