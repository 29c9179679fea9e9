import { isDeepStrictEqual } from 'node:util'
import { OperatingError } from '../lib/base/index.ts'
import type { Config } from './config.ts'
import { type Rules, routedTopics } from './rules.ts'
import type { SharedHost, Sources } from './sources/sources.ts'

export interface ReloaderOptions {
  config: Config
  rules: Rules
  sources: Sources
  host: SharedHost
}

export interface Reloader {
  /** What the agent goes by now. */
  readonly current: Config
  readonly reloadedMs: number | null
  /** Takes up sources and rules; answers the keys that only a restart takes up. Where it cannot, all stays as it was. */
  take(next: Config, nowMs: number): Promise<string[]>
}

/** Goes over to other sources and rules while the spool and the outputs run on. */
export function reloader({ config, rules, sources, host }: ReloaderOptions): Reloader {
  let current = config
  let reloadedMs: number | null = null
  return {
    get current() {
      return current
    },
    get reloadedMs() {
      return reloadedMs
    },
    async take(next, nowMs) {
      checkTopics(current, next)
      const before = current.agent.transforms
      rules.replace(next.agent.transforms)
      try {
        await sources.replace(next.agent.sources, host)
      } catch (error) {
        rules.replace(before)
        throw error
      }
      const later = keysOfRestart(current, next)
      const { sources: newSources, transforms } = next.agent
      current = { ...current, agent: { ...current.agent, sources: newSources, transforms } }
      reloadedMs = nowMs
      return later
    },
  }
}

/** A topic of its own is a lane of the spool, and lanes are opened at the start. */
function checkTopics(current: Config, next: Config): void {
  const known = new Set(routedTopics(current.agent.transforms))
  const unknown = routedTopics(next.agent.transforms).filter(topic => !known.has(topic))
  if (unknown.length > 0)
    throw new OperatingError(
      'RESTART_NEEDED',
      `a rule sends to the new topic ${unknown[0]}: restart the agent`,
    )
}

function keysOfRestart(current: Config, next: Config): string[] {
  const of = (config: Config): Record<string, unknown> => {
    const { sources: _, transforms: __, ...rest } = config.agent
    return {
      dataDir: config.dataDir,
      kafka: config.kafka,
      ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [`agent.${key}`, value])),
    }
  }
  const [a, b] = [of(current), of(next)]
  return Object.keys(a).filter(key => !isDeepStrictEqual(a[key], b[key]))
}
