import { configTypes, double, int, long } from '../config-values.ts'
import { dynamic, fixed, kinds, settable } from './define.ts'

/** Topics, their logs and what cleans them up, but for what topics fall back on. */
export const logConfigs = [
  fixed(
    'auto.create.topics.enable',
    kinds.boolean,
    'true',
    b => b.autoCreateTopics,
    'Whether topics are made when somebody first asks for them (broker.autoCreateTopics).',
  ),
  fixed(
    'num.partitions',
    kinds.int,
    '1',
    b => b.topicDefaults.partitions,
    'Partitions of a topic that does not say how many (broker.topicDefaults.partitions).',
  ),
  fixed('default.replication.factor', kinds.int, '1', () => 1, 'Replicas of each partition.'),
  fixed('delete.topic.enable', kinds.boolean, 'true', () => true, 'Whether topics can be deleted.'),
  settable(
    'log.retention.hours',
    int(-1),
    '168',
    'Hours that records are kept, where neither minutes nor milliseconds are set.',
  ),
  settable(
    'log.retention.minutes',
    int(-1),
    null,
    'Minutes that records are kept, where milliseconds are not set.',
  ),
  settable('log.roll.hours', int(1), '168', 'The same for the age at which a segment is closed.'),
  settable('log.roll.jitter.hours', int(0), '0', 'The same for the time by which that varies.'),
  settable(
    'log.retention.check.interval.ms',
    long(1),
    '300000',
    'How often segments past their time are looked for.',
  ),
  fixed(
    'log.flush.scheduler.interval.ms',
    kinds.long,
    '9223372036854775807',
    () => '9223372036854775807',
    'Nothing is synced by a schedule: with broker.flush ack each record is before its answer.',
  ),
  fixed('log.cleaner.enable', kinds.boolean, 'true', () => true, 'Whether compacted topics are compacted.'),
  dynamic(
    'log.cleaner.threads',
    int(1),
    '1',
    'Threads that compact; one topic is compacted at a time however many are asked for.',
  ),
  dynamic(
    'log.cleaner.backoff.ms',
    long(0),
    '15000',
    'How long the cleaner of compacted topics rests where there is nothing to do.',
    b => b.cleanerBackoffMs,
  ),
  dynamic(
    'log.cleaner.io.max.bytes.per.second',
    double(0, Number.MAX_VALUE),
    '1.7976931348623157E308',
    'Bytes a second that the cleaner reads and writes.',
    () => '67108864.0',
  ),
  fixed(
    'log.cleaner.dedupe.buffer.size',
    configTypes.long,
    '134217728',
    () => 67_108_864,
    'Memory for the keys of one compaction.',
  ),
  fixed(
    'log.cleaner.io.buffer.size',
    kinds.int,
    '524288',
    () => 131_072,
    'Bytes that the cleaner reads at once.',
  ),
  fixed(
    'log.cleaner.io.buffer.load.factor',
    kinds.double,
    '0.9',
    () => '0.75',
    'How full the memory for keys may be.',
  ),
  dynamic(
    'producer.id.expiration.ms',
    int(1),
    '86400000',
    'An idempotent producer that writes nothing for so long is forgotten.',
  ),
]
