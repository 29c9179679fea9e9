import { LRUCache } from 'lru-cache'

export interface TopicLag {
  topic: string
  lagRecords: number
  /** Age of the oldest record not yet read. */
  lagSeconds: number
}

export interface LagSample {
  atMs: number
  topics: TopicLag[]
}

/** One sample each quarter of a minute for an hour. */
export const sampleMs = 15_000
const maxSamples = 240
export const maxGroups = 200
const maxTopics = 50

/** How far groups were behind over the last hour: of 200 groups, each with its 50 topics that are furthest behind. */
export class LagHistory {
  readonly #groups = new LRUCache<string, LagSample[]>({ max: maxGroups })

  add(group: string, { atMs, topics }: LagSample): void {
    const samples = this.#groups.get(group) ?? []
    const shown = topics.toSorted((a, b) => b.lagRecords - a.lagRecords).slice(0, maxTopics)
    samples.push({ atMs, topics: shown })
    if (samples.length > maxSamples) samples.shift()
    this.#groups.set(group, samples)
  }

  of(group: string): readonly LagSample[] {
    return this.#groups.get(group) ?? []
  }
}

/** The lag of partitions by topic: records together, seconds the most. */
export function byTopic(
  partitions: readonly { topic: string; lagRecords: number; lagSeconds: number }[],
): TopicLag[] {
  const topics = new Map<string, TopicLag>()
  for (const { topic, lagRecords, lagSeconds } of partitions) {
    const found = topics.get(topic) ?? { topic, lagRecords: 0, lagSeconds: 0 }
    found.lagRecords += lagRecords
    found.lagSeconds = Math.max(found.lagSeconds, lagSeconds)
    topics.set(topic, found)
  }
  return [...topics.values()]
}
