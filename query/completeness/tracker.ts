import type { Heartbeat } from '../../lib/ledger/index.ts'

export interface Completeness {
  /** Everything that any known agent had before this moment can be found; null where no agent has reported yet. */
  completeToMs: number | null
  /** Hosts of agents that stopped reporting without saying so: their lines may be missing, whatever `completeToMs` says. */
  missingHosts: string[]
}

/** Offset an aggregator has committed for `topic/partition`: everything below is in the store. */
export type Committed = ReadonlyMap<string, number>

export interface AgentState {
  agent: string
  host: string
  version: string
  lastSeenMs: number
  startedMs: number
  /** Everything before it is in the topics. */
  watermarkMs: number
  configDigest: string
  sources: Heartbeat['sources']
  lagBytes: number
  spoolBytes: number
  dropped: Record<string, number>
  missing: boolean
  stopped: boolean
}

const kept = 120
const maxAgents = 20_000
/** An agent is missing when its last heartbeat is this old. */
const missingAfterMs = 30_000
/** After this long a missing agent is taken to be gone. */
const forgetAfterMs = 24 * 3_600_000

/** By our clock: that of the agent may be hours off. */
type Heard = Heartbeat & { heardMs: number }

export function laneKey(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

/**
 * From heartbeats and committed offsets to "complete to T". A heartbeat says: all that was there before its watermark
 * stands below these offsets. So the newest heartbeat whose offsets are all committed gives its agent's T, and the
 * earliest T of all agents that report is the answer's.
 */
export class CompletenessTracker {
  readonly #agents = new Map<string, Heard[]>()

  /** Heard just now where it came in while we listened; out of the past where it says so itself. */
  observe(heartbeat: Heartbeat, heardMs: number): void {
    const known = this.#agents.get(heartbeat.agent) ?? []
    if (known.length === 0 && this.#agents.size >= maxAgents) return
    known.push({ ...heartbeat, heardMs })
    if (known.length > kept) known.shift()
    this.#agents.set(heartbeat.agent, known)
  }

  /**
   * `heardToMs`: all heartbeats that were sent before that have been observed. What came later, nobody knows: so no answer
   * is complete beyond, and nobody is missing for not having been heard since. Minus infinity: nothing
   * has been heard yet.
   */
  answer(committed: Committed, heardToMs: number): Completeness {
    if (heardToMs === Number.NEGATIVE_INFINITY) return { completeToMs: null, missingHosts: [] }
    let completeToMs: number | null = null
    const missing = new Set<string>()
    for (const [agent, heartbeats] of this.#agents) {
      const last = heartbeats.at(-1) as Heard
      if (heardToMs - last.heardMs > forgetAfterMs) this.#agents.delete(agent)
      else if (isMissing(last, heardToMs)) missing.add(last.host)
      else if (!isDrained(last, committed)) {
        // an agent whose clock is ahead promises what nobody can have seen
        const watermark = Math.min(watermarkOf(heartbeats, committed), heardToMs)
        completeToMs = completeToMs === null ? watermark : Math.min(completeToMs, watermark)
      }
    }
    if (completeToMs === null && this.#agents.size > missing.size) completeToMs = heardToMs
    return { completeToMs, missingHosts: [...missing].sort() }
  }

  agents(heardToMs: number): AgentState[] {
    return [...this.#agents.values()].map(heartbeats => {
      const last = heartbeats.at(-1) as Heard
      return {
        agent: last.agent,
        host: last.host,
        version: last.version,
        lastSeenMs: last.heardMs,
        startedMs: last.startedMs,
        watermarkMs: last.watermarkMs,
        configDigest: last.configDigest,
        sources: last.sources,
        lagBytes: last.sources.reduce((sum, source) => sum + source.lagBytes, 0),
        spoolBytes: last.lanes.reduce((sum, lane) => sum + lane.spoolBytes, 0),
        dropped: last.dropped,
        missing: isMissing(last, heardToMs),
        stopped: last.stopped,
      }
    })
  }
}

function isMissing(last: Heard, heardToMs: number): boolean {
  return !last.stopped && heardToMs - last.heardMs > missingAfterMs
}

/** Stopped on purpose and everything it sent is in the store: nothing more can come. */
function isDrained(last: Heartbeat, committed: Committed): boolean {
  return last.stopped && isCovered(last, committed)
}

function isCovered(heartbeat: Heartbeat, committed: Committed): boolean {
  return heartbeat.lanes.every(
    lane => lane.offset <= (committed.get(laneKey(lane.topic, lane.partition)) ?? 0),
  )
}

function watermarkOf(heartbeats: readonly Heard[], committed: Committed): number {
  const covered = heartbeats.findLast(heartbeat => isCovered(heartbeat, committed))
  // nothing of what we remember is covered yet: complete to before the first thing it had
  if (covered === undefined) return Math.min(...heartbeats.map(h => h.startedMs))
  const { watermarkMs, sentMs, heardMs } = covered
  // by its clock and by ours: its own may be ahead, and the lines of one that is behind are still to come
  return Math.min(watermarkMs, heardMs - (sentMs - watermarkMs))
}
