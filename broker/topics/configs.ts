import type { Config } from '../../lib/base/index.ts'

/** The kinds of value, by Kafka's numbers (DescribeConfigs). */
export const configTypes = { boolean: 1, string: 2, int: 3, long: 5, list: 7 } as const

export interface ConfigDefinition {
  name: string
  type: number
  /** Value where the topic sets none. */
  fallback: (config: Config) => string
  /** Whether the value can be honoured. */
  accepts: (value: string) => boolean
  documentation: string
}

function wholeBetween(min: number, max: number) {
  return (value: string) => /^-?\d{1,16}$/.test(value.trim()) && Number(value) >= min && Number(value) <= max
}

/**
 * The topic configurations that this broker honours. What Kafka has beyond is refused as INVALID_CONFIG, so that nobody
 * relies on what is not done.
 */
export const topicConfigs: readonly ConfigDefinition[] = [
  {
    name: 'cleanup.policy',
    type: configTypes.list,
    fallback: () => 'delete',
    // a compacted topic loses nothing by being compacted late; its log is kept whole
    accepts: value => value === 'delete' || value === 'compact',
    documentation: 'delete: old segments go by time and size. compact: nothing is deleted.',
  },
  {
    name: 'retention.ms',
    type: configTypes.long,
    fallback: config => String(config.broker.topicDefaults.retentionMs),
    accepts: wholeBetween(-1, Number.MAX_SAFE_INTEGER),
    documentation: 'Segments whose newest record is older are deleted; -1: never.',
  },
  {
    name: 'retention.bytes',
    type: configTypes.long,
    fallback: config => String(config.broker.topicDefaults.retentionBytes),
    accepts: wholeBetween(-1, Number.MAX_SAFE_INTEGER),
    documentation: 'Oldest segments are deleted while a partition is larger; -1: no limit.',
  },
  {
    name: 'segment.bytes',
    type: configTypes.int,
    fallback: config => String(config.broker.topicDefaults.segmentBytes),
    accepts: wholeBetween(16_384, 2_147_483_647),
    documentation: 'Size of a segment file.',
  },
  {
    name: 'segment.ms',
    type: configTypes.long,
    fallback: () => '604800000',
    accepts: wholeBetween(1, Number.MAX_SAFE_INTEGER),
    documentation: 'Age from which a segment is closed even when it is not full.',
  },
  {
    name: 'max.message.bytes',
    type: configTypes.int,
    fallback: () => '1048588',
    accepts: wholeBetween(0, 2_147_483_647),
    documentation: 'Largest record batch accepted.',
  },
  {
    name: 'compression.type',
    type: configTypes.string,
    fallback: () => 'producer',
    accepts: value => value === 'producer',
    documentation: 'producer: batches are kept as they were sent.',
  },
  {
    name: 'message.timestamp.type',
    type: configTypes.string,
    fallback: () => 'CreateTime',
    accepts: value => value === 'CreateTime',
    documentation: "CreateTime: timestamps are the producer's.",
  },
  {
    name: 'min.insync.replicas',
    type: configTypes.int,
    fallback: () => '1',
    accepts: value => value.trim() === '1',
    documentation: 'There is one replica.',
  },
]

const byName = new Map(topicConfigs.map(definition => [definition.name, definition]))

/** Why a topic cannot have this configuration; undefined where it can. */
export function topicConfigProblem(name: string, value: string | null): string | undefined {
  const definition = byName.get(name)
  if (definition === undefined) return `Unknown or unsupported topic config name: ${name}`
  if (value === null || definition.accepts(value)) return undefined
  return `Invalid value ${value} for configuration ${name}: ${definition.documentation}`
}

/** A topic's settings as numbers, its own over the broker's. */
export interface TopicSettings {
  isCompacted: boolean
  retentionMs: number
  retentionBytes: number
  segmentBytes: number
  segmentMs: number
  maxMessageBytes: number
}

export function topicSettings(own: Readonly<Record<string, string>>, config: Config): TopicSettings {
  const value = (name: string) => own[name] ?? byName.get(name)?.fallback(config) ?? ''
  return {
    isCompacted: value('cleanup.policy') === 'compact',
    retentionMs: Number(value('retention.ms')),
    retentionBytes: Number(value('retention.bytes')),
    segmentBytes: Number(value('segment.bytes')),
    segmentMs: Number(value('segment.ms')),
    maxMessageBytes: Number(value('max.message.bytes')),
  }
}
