import { isDeepStrictEqual } from 'node:util'
import type { Config } from './config.ts'
import { type Rules, routedTopics } from './rules.ts'
import type { SharedHost, Sources } from './sources/sources.ts'

export interface ReloaderOptions {
  config: Config
  rules: Rules
  sources: Sources
  host: SharedHost
  /** Makes the spool ready for topics that rules send to. */
  openTopics: (topics: readonly string[]) => Promise<void>
}

export interface Reloader {
  /** What the agent goes by now. */
  readonly current: Config
  readonly reloadedMs: number | null
  /** Takes up sources and rules; answers the keys that only a restart takes up. Where it cannot, all stays as it was. */
  take(next: Config, nowMs: number): Promise<string[]>
}

/** Goes over to other sources and rules while the spool and the outputs run on. */
export function reloader({ config, rules, sources, host, openTopics }: ReloaderOptions): Reloader {
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
      await openTopics(routedTopics(next.agent.transforms))
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
