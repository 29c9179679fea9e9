import {
  boolean,
  double,
  gzipLevel,
  int,
  long,
  oneOf,
  replicas,
  someOf,
  type ValueRule,
} from './config-values.ts'

export interface ConfigDefinition extends ValueRule {
  name: string
  /** The broker's configuration that stands in where the topic sets none; undefined where Kafka has no such. */
  brokerName: string | undefined
  /** Kafka's own default. */
  standard: string
  documentation: string
}

const never = '9223372036854775807'

function define(
  name: string,
  rule: ValueRule,
  standard: string,
  documentation: string,
  { broker: brokerName }: { broker?: string } = {},
): ConfigDefinition {
  return { name, ...rule, brokerName, standard, documentation }
}

/**
 * Every topic configuration of Kafka 4.2, with its types, defaults and bounds. Those that speak of replicas or tiers that
 * one node does not have are taken and change nothing, as on a Kafka of one node without tiered storage.
 */
export const topicConfigs: readonly ConfigDefinition[] = [
  define(
    'cleanup.policy',
    someOf('compact', 'delete'),
    'delete',
    'delete: old segments go by time and size. compact: of each key the newest record stays. Empty: nothing goes.',
    { broker: 'log.cleanup.policy' },
  ),
  define('compression.gzip.level', gzipLevel(), '-1', 'Level where batches are compressed anew with gzip.', {
    broker: 'compression.gzip.level',
  }),
  define('compression.lz4.level', int(1, 17), '9', 'Level where batches are compressed anew with lz4.', {
    broker: 'compression.lz4.level',
  }),
  define(
    'compression.type',
    oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
    'producer',
    'Codec of the batches on disk; producer: they are kept as they were sent.',
    { broker: 'compression.type' },
  ),
  define(
    'compression.zstd.level',
    int(-131_072, 22),
    '3',
    'Level where batches are compressed anew with zstd.',
    { broker: 'compression.zstd.level' },
  ),
  define(
    'delete.retention.ms',
    long(0),
    '86400000',
    'How long compaction keeps tombstones and transaction markers.',
    { broker: 'log.cleaner.delete.retention.ms' },
  ),
  define(
    'file.delete.delay.ms',
    long(0),
    '60000',
    'Time between the deletion of a segment and that of its files.',
    { broker: 'log.segment.delete.delay.ms' },
  ),
  define(
    'flush.messages',
    long(1),
    never,
    'Records after which the log is synced, beside what the broker does anyway.',
    { broker: 'log.flush.interval.messages' },
  ),
  define(
    'flush.ms',
    long(0),
    never,
    'Time after which the log is synced, beside what the broker does anyway.',
    { broker: 'log.flush.interval.ms' },
  ),
  define(
    'follower.replication.throttled.replicas',
    replicas(),
    '',
    'Replicas whose replication is throttled on the follower; one node has none.',
  ),
  define('index.interval.bytes', int(0), '4096', 'Bytes of log between two entries of the offset index.', {
    broker: 'log.index.interval.bytes',
  }),
  define(
    'leader.replication.throttled.replicas',
    replicas(),
    '',
    'Replicas whose replication is throttled on the leader; one node has none.',
  ),
  define(
    'local.retention.bytes',
    long(-2),
    '-2',
    'Size kept on this node where older segments are in another tier; there is none.',
    { broker: 'log.local.retention.bytes' },
  ),
  define(
    'local.retention.ms',
    long(-2),
    '-2',
    'Time kept on this node where older segments are in another tier; there is none.',
    { broker: 'log.local.retention.ms' },
  ),
  define(
    'max.compaction.lag.ms',
    long(1),
    never,
    'Age from which a record is compacted however little there is to gain.',
    { broker: 'log.cleaner.max.compaction.lag.ms' },
  ),
  define('max.message.bytes', int(0), '1048588', 'Largest record batch accepted.', {
    broker: 'message.max.bytes',
  }),
  define(
    'message.timestamp.after.max.ms',
    long(0),
    '3600000',
    "How far a record's timestamp may be ahead of the broker's clock.",
    { broker: 'log.message.timestamp.after.max.ms' },
  ),
  define(
    'message.timestamp.before.max.ms',
    long(0),
    never,
    "How far a record's timestamp may be behind the broker's clock.",
    { broker: 'log.message.timestamp.before.max.ms' },
  ),
  define(
    'message.timestamp.type',
    oneOf('CreateTime', 'LogAppendTime'),
    'CreateTime',
    "CreateTime: timestamps are the producer's. LogAppendTime: they are the broker's.",
    { broker: 'log.message.timestamp.type' },
  ),
  define(
    'min.cleanable.dirty.ratio',
    double(0, 1),
    '0.5',
    'Share of a log that must be uncompacted before it is compacted.',
    { broker: 'log.cleaner.min.cleanable.ratio' },
  ),
  define('min.compaction.lag.ms', long(0), '0', 'Age below which a record is not compacted.', {
    broker: 'log.cleaner.min.compaction.lag.ms',
  }),
  define(
    'min.insync.replicas',
    int(1),
    '1',
    'Replicas that must have a record before acks=all answers; of one replica it is always that one.',
    { broker: 'min.insync.replicas' },
  ),
  define(
    'preallocate',
    boolean(),
    'false',
    'Whether room is reserved for a new segment; files grow as they are written either way.',
    { broker: 'log.preallocate' },
  ),
  define(
    'remote.log.copy.disable',
    boolean(),
    'false',
    'Whether nothing more is copied to another tier; there is none.',
  ),
  define(
    'remote.log.delete.on.disable',
    boolean(),
    'false',
    'Whether what is in another tier goes when tiering ends; there is none.',
  ),
  define(
    'remote.storage.enable',
    boolean(),
    'false',
    'Whether segments are copied to another tier; there is none.',
  ),
  define(
    'retention.bytes',
    long(-1),
    '-1',
    'Oldest segments are deleted while a partition is larger; -1: no limit.',
    { broker: 'log.retention.bytes' },
  ),
  define(
    'retention.ms',
    long(-1),
    '604800000',
    'Segments whose newest record is older are deleted; -1: never.',
    { broker: 'log.retention.ms' },
  ),
  define('segment.bytes', int(1_048_576), '1073741824', 'Size of a segment file.', {
    broker: 'log.segment.bytes',
  }),
  define('segment.index.bytes', int(4), '10485760', 'Size of the index from which a segment is closed.', {
    broker: 'log.index.size.max.bytes',
  }),
  define(
    'segment.jitter.ms',
    long(0),
    '0',
    'Time by which segments are at most closed before segment.ms, so that not all are at once.',
    { broker: 'log.roll.jitter.ms' },
  ),
  define('segment.ms', long(1), '604800000', 'Age from which a segment is closed even when it is not full.', {
    broker: 'log.roll.ms',
  }),
  define(
    'unclean.leader.election.enable',
    boolean(),
    'false',
    'Whether a replica that is behind may lead; one node has none.',
    { broker: 'unclean.leader.election.enable' },
  ),
]

/** Taken but not listed, as in Kafka: segments smaller than `segment.bytes` allows, for tests. */
export const internalConfigs: readonly ConfigDefinition[] = [
  define(
    'internal.segment.bytes',
    int(1),
    '',
    'Size of a segment file below the least that is else allowed.',
  ),
]
