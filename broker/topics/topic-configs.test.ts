import { describe, expect, it } from 'vitest'
import { staticBrokerConfigs } from '../testing/static-broker-configs.ts'
import { topicSettings } from './settings.ts'
import { topicConfigs } from './topic-config-definitions.ts'
import { topicConfigsProblem } from './topic-configs.ts'

const brokers = staticBrokerConfigs()
const problem = (name: string, value: string) => topicConfigsProblem({ [name]: value }, brokers)

describe('topic configurations', () => {
  it('take their own defaults', () => {
    expect(topicConfigs).toHaveLength(33)
    for (const { name, standard } of topicConfigs)
      expect(topicConfigsProblem({ [name]: standard }, brokers), name).toBeUndefined()
  })

  it.each([
    ['retention.ms', ' 5 '],
    ['retention.ms', '-1'],
    ['retention.ms', '9223372036854775807'],
    ['cleanup.policy', ''],
    ['cleanup.policy', ' compact , delete '],
    ['preallocate', ' TRUE '],
    ['compression.zstd.level', '-131072'],
    ['compression.gzip.level', '-1'],
    ['min.cleanable.dirty.ratio', '0.25'],
    ['leader.replication.throttled.replicas', '*'],
    ['follower.replication.throttled.replicas', '0:1,1:1'],
    ['internal.segment.bytes', '1000'],
    ['min.insync.replicas', '2'],
  ])('%s may be "%s"', (name, value) => {
    expect(problem(name, value)).toBeUndefined()
  })

  it.each([
    ['no.such', '1', 'Unknown topic config name: no.such'],
    ['retention.ms', 'x', 'Not a number of type LONG'],
    ['retention.ms', '1.5', 'Not a number of type LONG'],
    ['retention.ms', '9223372036854775808', 'Not a number of type LONG'],
    ['retention.ms', '-2', 'Value must be at least -1'],
    ['segment.bytes', '', 'Not a number of type INT'],
    ['segment.bytes', '1000', 'Value must be at least 1048576'],
    ['max.message.bytes', '99999999999', 'Not a number of type INT'],
    ['cleanup.policy', 'foo', 'String must be one of: compact, delete'],
    ['cleanup.policy', 'compact,', "Configuration 'cleanup.policy' values must not be empty."],
    ['compression.gzip.level', '0', 'Value must be between 1 and 9 or equal to -1'],
    ['compression.zstd.level', '23', 'Value must be no more than 22'],
    ['compression.type', 'foo', 'String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer'],
    ['min.cleanable.dirty.ratio', '1.5', 'Value must be no more than 1'],
    ['min.cleanable.dirty.ratio', 'x', 'Not a number of type DOUBLE'],
    ['preallocate', 'maybe', 'Expected value to be either true or false'],
    ['leader.replication.throttled.replicas', 'x', "must be the literal '*' or a list of replicas"],
    ['remote.storage.enable', 'true', 'Tiered Storage functionality is disabled in the broker.'],
  ])('%s may not be "%s"', (name, value, why) => {
    expect(problem(name, value)).toContain(why)
  })

  it('are checked together, with what the broker sets', () => {
    expect(
      topicConfigsProblem({ 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '5' }, brokers),
    ).toBe('conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)')
  })

  it('become settings, the topic over the broker', () => {
    const set = ['broker.topicDefaults.compressionType=gzip', 'broker.topicDefaults.segmentMs=77']
    const own = { 'cleanup.policy': 'delete,compact', 'retention.ms': '5', 'internal.segment.bytes': '100' }
    expect(topicSettings(own, staticBrokerConfigs(set))).toMatchObject({
      isCompacted: true,
      isDeleted: true,
      retentionMs: 5,
      segmentMs: 77,
      segmentBytes: 100,
      compression: 'gzip',
      compressionLevel: -1,
      flushMs: 2 ** 63,
    })
    expect(topicSettings({ 'cleanup.policy': '' }, brokers)).toMatchObject({
      isCompacted: false,
      isDeleted: false,
      compression: undefined,
      segmentBytes: 1_073_741_824,
    })
  })
})
