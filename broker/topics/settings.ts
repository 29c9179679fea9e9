import { type Compression, compressions } from '../../lib/kafka/index.ts'
import type { TopicSettings } from '../partitions/settings.ts'
import type { BrokerConfigs } from './broker-configs.ts'
import { partsOf } from './config-values.ts'
import { topicConfigValue } from './topic-configs.ts'

export function topicSettings(own: Readonly<Record<string, string>>, brokers: BrokerConfigs): TopicSettings {
  const text = (name: string) => topicConfigValue(name, own, brokers)
  const number = (name: string) => Number(text(name))
  const policies = partsOf(text('cleanup.policy'))
  const compression = codecOf(text('compression.type'))
  return {
    isCompacted: policies.includes('compact'),
    isDeleted: policies.includes('delete'),
    retentionMs: number('retention.ms'),
    retentionBytes: number('retention.bytes'),
    segmentBytes: number('internal.segment.bytes') || number('segment.bytes'),
    segmentMs: number('segment.ms'),
    segmentJitterMs: number('segment.jitter.ms'),
    segmentIndexBytes: number('segment.index.bytes'),
    indexIntervalBytes: number('index.interval.bytes'),
    fileDeleteDelayMs: number('file.delete.delay.ms'),
    flushMessages: number('flush.messages'),
    // a broker may set less than nothing, as in Kafka
    flushMs: Math.max(0, number('flush.ms')),
    maxMessageBytes: number('max.message.bytes'),
    isLogAppendTime: text('message.timestamp.type') === 'LogAppendTime',
    timestampBeforeMaxMs: number('message.timestamp.before.max.ms'),
    timestampAfterMaxMs: number('message.timestamp.after.max.ms'),
    compression,
    compressionLevel: hasLevel(compression) ? number(`compression.${compression}.level`) : undefined,
    deleteRetentionMs: number('delete.retention.ms'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    maxCompactionLagMs: number('max.compaction.lag.ms'),
    minCleanableDirtyRatio: number('min.cleanable.dirty.ratio'),
    producerExpiryMs: brokers.number('producer.id.expiration.ms'),
  }
}

function codecOf(type: string): Compression | undefined {
  return type === 'uncompressed' ? 'none' : compressions.find(name => name === type)
}

function hasLevel(compression: Compression | undefined): boolean {
  return compression === 'gzip' || compression === 'lz4' || compression === 'zstd'
}
