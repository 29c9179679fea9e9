import type { Config } from '../../config.ts'
import { int, long } from '../config-values.ts'
import { fixed, kinds, settable } from './define.ts'

const shareLockDocumentation =
  'Records that a member of a share group has acquired are free again after so long.'

export function initialRebalanceDelayMs({ broker }: Config): number {
  return broker.groupInitialRebalanceDelayMs ?? 3_000
}

/** A time of one protocol's groups: the value where a group has none of its own, and its bounds. */
function bounded(name: string, [min, standard, max]: readonly [number, number, number], what: string) {
  const at = name.lastIndexOf('.', name.indexOf('.', 'group.'.length))
  const bound = (which: string) => `${name.slice(0, at)}.${which}${name.slice(at)}`
  return [
    fixed(name, kinds.int, String(standard), () => standard, what),
    fixed(bound('min'), kinds.int, String(min), () => min, 'The least a group can set of it.'),
    fixed(bound('max'), kinds.int, String(max), () => max, 'The most a group can set of it.'),
  ]
}

/** Values of the definitions by the keys of millrace.yaml that stand behind them. */
const fromKeys: Readonly<Record<string, (broker: Config['broker']) => number>> = {
  'group.consumer.session.timeout.ms': b => b.groupConsumerSessionTimeoutMs,
  'group.consumer.heartbeat.interval.ms': b => b.groupConsumerHeartbeatIntervalMs,
  'group.share.record.lock.duration.ms': b => b.shareRecordLockDurationMs,
}

const times = [
  bounded(
    'group.consumer.session.timeout.ms',
    [45_000, 45_000, 60_000],
    'A member of the consumer protocol that is not heard of for so long is put out.',
  ),
  bounded(
    'group.consumer.heartbeat.interval.ms',
    [5_000, 5_000, 15_000],
    'How often members of the consumer protocol are told to be heard of.',
  ),
  bounded(
    'group.share.session.timeout.ms',
    [45_000, 45_000, 60_000],
    'A member of a share group that is not heard of for so long is put out.',
  ),
  bounded(
    'group.share.heartbeat.interval.ms',
    [5_000, 5_000, 15_000],
    'How often members of a share group are told to be heard of.',
  ),
  bounded('group.share.record.lock.duration.ms', [15_000, 30_000, 60_000], shareLockDocumentation),
]
  .flat()
  .map(definition => {
    const from = fromKeys[definition.name]
    return from === undefined
      ? definition
      : { ...definition, fromFile: ({ broker }: Config) => String(from(broker)) }
  })

/** Groups of all protocols, and their offsets. */
export const groupBrokerConfigs = [
  ...times,
  {
    ...fixed(
      'group.initial.rebalance.delay.ms',
      kinds.int,
      '3000',
      () => 3_000,
      'How long the first member of an empty group waits for others (broker.groupInitialRebalanceDelayMs).',
    ),
    fromFile: (config: Config) => String(initialRebalanceDelayMs(config)),
  },
  fixed(
    'group.min.session.timeout.ms',
    kinds.int,
    '6000',
    b => b.groupMinSessionTimeoutMs,
    'The shortest session of a classic member (broker.groupMinSessionTimeoutMs).',
  ),
  fixed(
    'group.max.session.timeout.ms',
    kinds.int,
    '1800000',
    b => b.groupMaxSessionTimeoutMs,
    'The longest session of a classic member (broker.groupMaxSessionTimeoutMs).',
  ),
  fixed(
    'group.max.size',
    kinds.int,
    '2147483647',
    b => b.groupMaxSize,
    'Members of a classic group (broker.groupMaxSize).',
  ),
  fixed(
    'group.consumer.max.size',
    kinds.int,
    '2147483647',
    b => b.groupMaxSize,
    'Members of a group of the consumer protocol (broker.groupMaxSize).',
  ),
  fixed(
    'group.consumer.assignors',
    kinds.list,
    'uniform,range',
    () => 'uniform,range',
    'Ways in which the broker shares partitions out; the first where members name none.',
  ),
  fixed(
    'group.consumer.migration.policy',
    kinds.string,
    'bidirectional',
    () => 'bidirectional',
    'Groups change their protocol as their members do.',
  ),
  fixed(
    'group.coordinator.rebalance.protocols',
    kinds.list,
    'classic,consumer,streams',
    () => 'classic,consumer,share',
    'Protocols of groups that are spoken.',
  ),
  fixed('group.coordinator.threads', kinds.int, '4', () => 1, 'Threads that look after groups.'),
  fixed('group.share.assignors', kinds.list, 'simple', () => 'simple', 'How share groups share out.'),
  fixed('group.share.max.size', kinds.int, '200', () => 200, 'Members of a share group.'),
  fixed('group.share.max.share.sessions', kinds.int, '2000', () => 2_000, 'Sessions of share groups.'),
  fixed(
    'group.share.delivery.count.limit',
    kinds.int,
    '5',
    () => 5,
    'How often a share group is given a record before it is given up.',
  ),
  fixed(
    'group.share.partition.max.record.locks',
    kinds.int,
    '2000',
    () => 2_000,
    'Records of a partition that a share group may have acquired.',
  ),
  settable(
    'offset.metadata.max.bytes',
    int(0),
    '4096',
    'Bytes of text that may be committed with an offset.',
  ),
  settable(
    'offsets.retention.minutes',
    int(1),
    '10080',
    'Minutes that the offsets of a group stay after it became empty.',
  ),
  settable(
    'offsets.retention.check.interval.ms',
    long(1),
    '600000',
    'How often offsets past their time are looked for.',
  ),
]
