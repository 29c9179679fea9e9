import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { test } from 'vitest'
import { FakeClock } from '../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { Glob } from './glob.ts'
import { expectStreams } from './testing/expect-streams.ts'
import { TestAgent, turnMs } from './testing/test-agent.ts'
import { World } from './testing/world.ts'

/** More by hand: `MILLRACE_MODEL_RUNS=500 npx vitest run agent/sources/file/model`. */
const runs = Number(process.env['MILLRACE_MODEL_RUNS'] ?? 25)

const padding = fc.oneof(fc.nat(20), fc.constant(1200))
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      log: fc.nat(2),
      lines: fc.array(padding, { maxLength: 3 }),
      partial: fc.option(fc.nat(8), { nil: undefined }),
      header: fc.nat(3),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('rotate' as const), log: fc.nat(2), isDated: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('copytruncate' as const), log: fc.nat(2), isSeen: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('compress' as const),
      log: fc.nat(2),
      n: fc.integer({ min: 1, max: 2 }),
      isZstd: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('truncate' as const, 'delete' as const, 'retarget' as const),
      log: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('stop' as const, 'kill' as const, 'quiet' as const, 'idle' as const),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const header: Step = { do: 'write', log: 0, lines: [], partial: undefined, header: 0 }
/** Found by chance once. */
const examples: Step[][] = [
  // a copy born in the same tick as its original, after a generation that began alike
  [
    header,
    { do: 'turn' },
    { do: 'rotate', log: 0, isDated: false },
    header,
    { do: 'copytruncate', log: 0, isSeen: true },
  ],
]

/** Plays steps against a real source, over a real folder and spool, by a clock that only the steps move. */
class Play {
  readonly #agent: TestAgent
  readonly #clock: FakeClock
  readonly #world: World

  constructor(agent: TestAgent, clock: FakeClock, world: World) {
    this.#agent = agent
    this.#clock = clock
    this.#world = world
  }

  async step(step: Step): Promise<void> {
    const world = this.#world
    const log = world.logs['log' in step ? step.log : 0]
    if (log === undefined) return
    if (step.do === 'write') world.write(log, step.lines, step.partial, step.header)
    else if (step.do === 'turn') await this.turn(turnMs)
    else if (step.do === 'quiet') await this.turn(6_000)
    else if (step.do === 'idle') await this.turn(12_000)
    else if (step.do === 'rotate') world.rotate(log, step.isDated)
    else if (step.do === 'copytruncate') await world.copyTruncate(log, () => this.#maybeTurn(step.isSeen))
    else if (step.do === 'compress') world.compress(log, step.n, step.isZstd)
    else if (step.do === 'stop') await this.#stop()
    else if (step.do === 'kill') await this.#kill()
    else world[step.do](log)
  }

  async #maybeTurn(isSeen: boolean): Promise<void> {
    if (isSeen) await this.turn(turnMs)
  }

  /** Starts an agent that is not running; reads all there is. */
  async turn(ms: number): Promise<void> {
    if (!this.#world.isAgentUp) await this.#agent.openAgain()
    this.#world.isAgentUp = true
    this.#clock.advance(ms)
    await this.#agent.readAll(this.#clock)
    this.#world.wasRead()
  }

  async #stop(): Promise<void> {
    if (!this.#world.isAgentUp) return
    await this.#agent.close()
    this.#world.agentStopped()
  }

  /** Reads, and dies before anything of it is durable. */
  async #kill(): Promise<void> {
    if (!this.#world.isAgentUp) return
    this.#agent.room.isFree = false
    this.#clock.advance(turnMs)
    const { follower } = this.#agent.source
    const reading = follower.turn().catch(() => false)
    await setTimeout(5)
    follower.isClosing = true
    this.#agent.lane.stopWaiting()
    await reading
    await this.#agent.close()
    this.#world.agentStopped()
  }

  /** Lets everything come to rest: short copies, last lines without an end, deleted files. */
  async finish(): Promise<void> {
    for (const ms of [turnMs, 2_000, 6_000, 11_000, 11_000, 61_000, turnMs]) await this.turn(ms)
  }
}

test.each([
  ['rotated files match', ['*.log', '*.log.*', '*.log-*']],
  ['rotated files do not match', ['*.log']],
])(
  'every line of every file comes once, in order, under its own name, whatever happens; %s',
  async (_, include) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
        await inTemporaryFolder(async folder => {
          const clock = new FakeClock()
          let salt = 0
          const agent = await TestAgent.open({ folder, include, clock, random: () => (salt += 1e-5) })
          const glob = new Glob(
            include.map(pattern => `${folder}/${pattern}`),
            [],
          )
          const world = new World(folder, path => glob.matches(path))
          const play = new Play(agent, clock, world)
          try {
            for (const each of steps) await play.step(each)
            await play.finish()
            await expectStreams(agent, world)
          } finally {
            await agent.close()
          }
        })
      }),
      { numRuns: runs, examples: examples.map(steps => [steps]) },
    )
  },
  600_000,
)
