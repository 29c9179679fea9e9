import type { Signal } from '../../lib/otlp/index.ts'
import type { Lane } from '../spool/lane.ts'
import { outputKinds } from './kinds.ts'
import { LaneFollower, type LaneFollowerOptions } from './lane-follower.ts'
import type { Output, OutputHost } from './output.ts'

/** How long a stopping agent goes on sending; the rest waits in the spool for the next start. */
const drainMs = 5_000

export type OutputsHost = Omit<OutputHost, 'configKey' | 'name'> &
  Pick<LaneFollowerOptions, 'agentFolder' | 'random'>

/** The outputs of an agent besides Kafka, each a reader of every lane that it can carry. */
export class Outputs {
  readonly #running: { output: Output; followers: LaneFollower[] }[] = []

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
      const carried = lanes.filter(
        ({ signal }) => kind.signals.includes(signal) && (config.signals ?? kind.signals).includes(signal),
      )
      const followers = carried.map(lane => new LaneFollower({ ...host, lane, output, name, logger }))
      this.#running.push({ output, followers })
      for (const [at, follower] of followers.entries()) {
        await follower.open()
        carried[at]?.attach(follower)
        follower.start()
      }
    }
  }

  async close(): Promise<void> {
    for (const { output, followers } of this.#running) {
      await Promise.all(followers.map(follower => follower.close(drainMs)))
      await output.close()
    }
  }
}
