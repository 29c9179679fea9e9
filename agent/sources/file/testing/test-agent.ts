import { join } from 'node:path'
import { parseConfig } from '../../../../cli/config.ts'
import {
  type Clock,
  type FakeClock,
  type LogEntry,
  Metrics,
  memoryLogger,
  OnceAMinute,
} from '../../../../lib/base/index.ts'
import { openLog } from '../../../../lib/log/index.ts'
import { noFilter } from '../../../records/filter.ts'
import { Lane } from '../../../spool/lane.ts'
import { itemsOf, readSpool, type SpooledRecord } from '../../../testing/read-spool.ts'
import { pipelineOf } from '../../../transforms/testing/run-rules.ts'
import type { FileConfig } from '../config.ts'
import { OpenFiles } from '../open-files.ts'
import { Positions } from '../positions.ts'
import { FileSource } from '../source.ts'

/** Enough for a scan to be due. */
export const turnMs = 300

/** A row as it stands in the spool, and what the ledger says of the request that it came in. */
export interface Row {
  /** The ledger's source. */
  source: string
  path: string
  service: string
  body: string
  observedMs: number
  timeMs: number
  attributes: Record<string, unknown>
}

export interface TestAgentOptions {
  folder: string
  /** Patterns in the folder. */
  include: readonly string[]
  /** Other settings of the source. */
  extra?: object
  clock: Clock
  random?: () => number
  /** Rules, as the configuration has them. */
  transforms?: readonly object[] | undefined
}

/** A file source with a real spool beside it. What it knows after a restart is in the spool alone, as after a kill. */
export class TestAgent {
  readonly entries: LogEntry[]
  source: FileSource
  lane: Lane
  positions: Positions
  /** The spool takes nothing while false. */
  room = { isFree: true }
  readonly #options: TestAgentOptions

  private constructor(
    options: TestAgentOptions,
    entries: LogEntry[],
    parts: Pick<TestAgent, 'source' | 'lane' | 'positions' | 'room'>,
  ) {
    this.#options = options
    this.entries = entries
    this.source = parts.source
    this.lane = parts.lane
    this.positions = parts.positions
    this.room = parts.room
  }

  static async open(options: TestAgentOptions): Promise<TestAgent> {
    const { logger, entries } = memoryLogger()
    return new TestAgent(options, entries, await openParts(options, logger))
  }

  /** Stops it and opens it again. */
  async reopen(between?: () => Promise<void>): Promise<void> {
    await this.close()
    await between?.()
    await this.openAgain()
  }

  async openAgain(): Promise<void> {
    const { logger, entries } = memoryLogger()
    const parts = await openParts(this.#options, logger)
    this.entries.push(...entries)
    Object.assign(this, parts)
  }

  /** Another source of the same agent. */
  another(include: readonly string[]): FileSource {
    return makeSource({ ...this.#options, include }, { ...this, logger: memoryLogger().logger })
  }

  async close(): Promise<void> {
    // as the agent does: what the spool does not take now is read again after the next start
    this.lane.stopWaiting()
    await this.source.close()
    await this.lane.close()
    await this.lane.log.close()
  }

  /** Looks and reads until there is nothing more, for a source that was not begun; what one turn finds out is looked at in the next. */
  async readAll(clock: FakeClock): Promise<void> {
    for (let clean = 0; clean < 3; ) {
      clock.advance(turnMs)
      clean = (await this.source.follower.turn()) ? clean + 1 : 0
    }
  }

  async records(): Promise<SpooledRecord[]> {
    return await readSpool(this.lane.log)
  }

  async rows(): Promise<Row[]> {
    return (await this.records()).flatMap(rowsOf)
  }
}

export function rowsOf({ entry, value }: SpooledRecord): Row[] {
  return itemsOf('logs', value).map(({ service, body, attributes, json }) => ({
    source: entry.source,
    path: String(attributes['log.file.path']),
    service,
    body,
    observedMs: millisecondsOf(json['observedTimeUnixNano']),
    timeMs: millisecondsOf(json['timeUnixNano']),
    attributes,
  }))
}

function millisecondsOf(nanoseconds: unknown): number {
  return Number(BigInt(String(nanoseconds)) / 1_000_000n)
}

async function openParts(
  options: TestAgentOptions,
  logger: ReturnType<typeof memoryLogger>['logger'],
): Promise<Pick<TestAgent, 'source' | 'lane' | 'positions' | 'room'>> {
  const { folder, clock } = options
  const agentFolder = join(folder, 'data', 'agent')
  const log = await openLog({ folder: join(agentFolder, 'spool'), segmentBytes: 1_048_576, flush: 'os' })
  const room = { isFree: true }
  const lane = new Lane({
    name: 'logs',
    signal: 'logs',
    topic: 't',
    use: 'signal',
    log,
    clock,
    troubles: new OnceAMinute(logger, clock),
    hasRoom: () => room.isFree,
  })
  const positions = await Positions.load(agentFolder, [lane], logger)
  const source = makeSource(options, { lane, positions, logger })
  return { source, lane, positions, room }
}

function makeSource(
  options: TestAgentOptions,
  parts: Pick<TestAgent, 'lane' | 'positions'> & { logger: ReturnType<typeof memoryLogger>['logger'] },
): FileSource {
  return new FileSource({
    config: configOf(options),
    agentId: 'a',
    hostName: 'h',
    laneOf: () => parts.lane,
    filter: options.transforms === undefined ? noFilter : pipelineOf(options.transforms).filter(),
    positions: parts.positions,
    openFiles: new OpenFiles(128),
    clock: options.clock,
    logger: parts.logger,
    metrics: new Metrics(),
    random: options.random ?? Math.random,
  })
}

function configOf({ folder, include, extra }: TestAgentOptions): FileConfig {
  const source = { type: 'file', include: include.map(pattern => join(folder, pattern)), ...extra }
  const [config] = parseConfig(JSON.stringify({ agent: { sources: [source] } }), {}).agent.sources
  if (config?.type !== 'file') throw new Error('the test has one file source')
  return config
}
