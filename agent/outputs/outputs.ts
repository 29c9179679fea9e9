import type { Signal } from '../../lib/otlp/index.ts'
import type { LaneRecord } from '../records/lane-records.ts'
import type { Lane } from '../spool/lane.ts'
import { addBehind, type Behind, nothingBehind } from './behind.ts'
import { outputKinds } from './kinds.ts'
import { LaneFollower, type LaneFollowerOptions } from './lane-follower.ts'
import type { Output, OutputHost } from './output.ts'

/** How long a stopping agent goes on sending; the rest waits in the spool for the next start. */
const drainMs = 5_000

export type OutputsHost = Omit<OutputHost, 'configKey' | 'name'> &
  Pick<LaneFollowerOptions, 'agentFolder' | 'random'>

interface Running {
  output: Output
  signals: readonly Signal[]
  followers: LaneFollower[]
  options: Omit<LaneFollowerOptions, 'lane'>
}

async function follow({ signals, followers, options }: Running, lane: Lane): Promise<void> {
  if (!signals.includes(lane.signal)) return
  const follower = new LaneFollower({ ...options, lane })
  followers.push(follower)
  await follower.open()
  lane.attach(follower)
  follower.start()
}

export interface OutputFigures {
  name: string
  /** For how long it has taken nothing of what it was sent; milliseconds. */
  failingMs: number
  behind: Behind
}

/** The outputs of an agent besides Kafka, each a reader of every lane that it can carry. */
export class Outputs {
  readonly #running: Running[] = []

  /** Errors: SPOOL_STATE_INVALID and those of the kinds. */
  async start(
    configs: readonly { type: string; signals?: readonly Signal[] }[],
    lanes: readonly Lane[],
    host: OutputsHost,
  ): Promise<void> {
    const counts = new Map<string, number>()
    for (const [i, config] of configs.entries()) {
      const kind = outputKinds.get(config.type)
      if (kind === undefined) continue
      const count = (counts.get(config.type) ?? 0) + 1
      counts.set(config.type, count)
      const name = count === 1 ? config.type : `${config.type}-${count}`
      const logger = host.logger.child(`output ${name}`)
      const output = await kind.start(config, { ...host, configKey: `agent.outputs[${i}]`, name, logger })
      const signals = kind.signals.filter(signal => (config.signals ?? kind.signals).includes(signal))
      const running = { output, signals, followers: [], options: { ...host, output, name, logger } }
      this.#running.push(running)
      for (const lane of lanes) await follow(running, lane)
    }
  }

  /** One more lane, from now on. Errors: SPOOL_STATE_INVALID. */
  async carry(lane: Lane): Promise<void> {
    for (const running of this.#running) await follow(running, lane)
  }

  figures(): OutputFigures[] {
    return this.#running.map(({ options: { name }, followers }) => ({
      name,
      failingMs: Math.max(0, ...followers.map(({ failingMs }) => failingMs)),
      behind: followers.map(({ behind }) => behind).reduce(addBehind, nothingBehind),
    }))
  }

  /** See OutputReplay. Errors: OUTPUT_REFUSED, OUTPUT_UNAVAILABLE. */
  async replay(file: string, records: readonly LaneRecord[]): Promise<number | undefined> {
    const followers = this.#running.flatMap(running => running.followers)
    const follower = followers.find(({ place }) => file.startsWith(`${place}-`))
    if (follower === undefined) return undefined
    await follower.send(records)
    return records.length
  }

  async close(): Promise<void> {
    for (const { output, followers } of this.#running) {
      await Promise.all(followers.map(follower => follower.close(drainMs)))
      await output.close()
    }
  }
}
