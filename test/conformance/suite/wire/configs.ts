import { apis } from '../../../../lib/kafka/index.ts'
import { type Change, describe, op, says, set } from './config-requests.ts'
import { asks, name, tells, type WireCase, type WireScene } from './wire-case.ts'

function alters(
  title: string,
  resource: (scene: WireScene) => [type: number, name: string],
  configs: Change[],
  expected: string,
): WireCase {
  return asks(
    title,
    apis.incrementalAlterConfigs,
    1,
    scene => {
      const [resourceType, resourceName] = resource(scene)
      return { resources: [{ resourceType, resourceName, configs }], validateOnly: true }
    },
    r => says(r.responses[0]),
    expected,
  )
}

const topicOf = (scene: WireScene): [number, string] => [2, scene.topic]

/** Every topic configuration Kafka has, by default. */
const defaults = {
  'cleanup.policy': 'delete',
  'compression.gzip.level': '-1',
  'compression.lz4.level': '9',
  'compression.type': 'producer',
  'compression.zstd.level': '3',
  'delete.retention.ms': '86400000',
  'file.delete.delay.ms': '60000',
  'flush.messages': '9223372036854775807',
  'flush.ms': '9223372036854775807',
  'follower.replication.throttled.replicas': '',
  'index.interval.bytes': '4096',
  'leader.replication.throttled.replicas': '',
  'local.retention.bytes': '-2',
  'local.retention.ms': '-2',
  'max.compaction.lag.ms': '9223372036854775807',
  'max.message.bytes': '1048588',
  'message.timestamp.after.max.ms': '3600000',
  'message.timestamp.before.max.ms': '9223372036854775807',
  'message.timestamp.type': 'CreateTime',
  'min.cleanable.dirty.ratio': '0.5',
  'min.compaction.lag.ms': '0',
  'min.insync.replicas': '1',
  preallocate: 'false',
  'remote.log.copy.disable': 'false',
  'remote.log.delete.on.disable': 'false',
  'remote.storage.enable': 'false',
  'retention.bytes': '-1',
  'retention.ms': '604800000',
  'segment.bytes': '1073741824',
  'segment.index.bytes': '10485760',
  'segment.jitter.ms': '0',
  'segment.ms': '604800000',
  'unclean.leader.election.enable': 'false',
}

export const configCases: readonly WireCase[] = [
  alters('a value', topicOf, [set('retention.ms', '5')], 'NONE'),
  alters(
    'an unknown topic',
    () => [2, 'nowhere'],
    [set('retention.ms', '5')],
    "UNKNOWN_TOPIC_OR_PARTITION The topic 'nowhere' does not exist.",
  ),
  alters(
    'an unknown name',
    topicOf,
    [set('colour', 'red')],
    'INVALID_CONFIG Unknown topic config name: colour',
  ),
  alters('a value that is none', topicOf, [set('retention.ms', 'soon')], 'INVALID_CONFIG'),
  alters(
    'a null',
    topicOf,
    [set('retention.ms', null)],
    'INVALID_REQUEST Null value not supported for : retention.ms',
  ),
  alters(
    'a name twice',
    topicOf,
    [set('retention.ms', '5'), set('retention.ms', '6')],
    'INVALID_REQUEST Error due to duplicate config keys',
  ),
  alters(
    'more to what is no list',
    topicOf,
    [op(2, 'retention.ms', '5')],
    "INVALID_CONFIG Can't APPEND to key retention.ms because its type is not LIST.",
  ),
  alters(
    'less of what is no list',
    topicOf,
    [op(3, 'retention.ms', '5')],
    "INVALID_CONFIG Can't SUBTRACT to key retention.ms because its type is not LIST.",
  ),
  alters('more to a list', topicOf, [op(2, 'cleanup.policy', 'compact')], 'NONE'),
  alters('nonsense to a list', topicOf, [op(2, 'cleanup.policy', 'burn')], 'INVALID_CONFIG'),
  alters('a default', topicOf, [op(1, 'retention.ms')], 'NONE'),
  alters('a kind that is none', () => [77, 'x'], [set('a', 'b')], 'INVALID_REQUEST'),
  alters('another broker', () => [4, '77'], [set('log.retention.ms', '5')], 'INVALID_REQUEST'),
  alters(
    'a group',
    scene => [32, scene.unique('group')],
    [set('consumer.session.timeout.ms', '50000')],
    'NONE',
  ),
  alters(
    'a group, out of bounds',
    scene => [32, scene.unique('group')],
    [set('consumer.session.timeout.ms', '5')],
    'INVALID_CONFIG',
  ),
  alters(
    'a group, an unknown name',
    scene => [32, scene.unique('group')],
    [set('colour', 'red')],
    'INVALID_CONFIG',
  ),
  asks(
    'an unknown topic',
    apis.describeConfigs,
    4,
    () => ({ resources: [{ resourceType: 2, resourceName: 'nowhere', configurationKeys: null }] }),
    r => [name(r.results[0]?.errorCode), r.results[0]?.configs.length],
    ['UNKNOWN_TOPIC_OR_PARTITION', 0],
  ),
  asks(
    'a name that cannot be',
    apis.describeConfigs,
    4,
    () => ({ resources: [{ resourceType: 2, resourceName: 'a/b', configurationKeys: null }] }),
    r => name(r.results[0]?.errorCode),
    'INVALID_TOPIC_EXCEPTION',
  ),
  asks(
    'another broker',
    apis.describeConfigs,
    4,
    () => ({ resources: [{ resourceType: 4, resourceName: '77', configurationKeys: null }] }),
    r => name(r.results[0]?.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'a broker that is no number',
    apis.describeConfigs,
    4,
    () => ({ resources: [{ resourceType: 4, resourceName: 'x', configurationKeys: null }] }),
    r => name(r.results[0]?.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'a kind that is none',
    apis.describeConfigs,
    4,
    () => ({ resources: [{ resourceType: 77, resourceName: 'x', configurationKeys: null }] }),
    r => name(r.results[0]?.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'a name that is none',
    apis.describeConfigs,
    4,
    scene => ({ resources: [{ resourceType: 2, resourceName: scene.topic, configurationKeys: ['colour'] }] }),
    r => [name(r.results[0]?.errorCode), r.results[0]?.configs.length],
    ['NONE', 0],
  ),
  asks(
    'the defaults of a topic',
    apis.describeConfigs,
    4,
    scene => ({ resources: [{ resourceType: 2, resourceName: scene.topic, configurationKeys: null }] }),
    r =>
      Object.fromEntries(
        r.results[0]?.configs.map(c => [c.name, c.value] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)) ??
          [],
      ),
    defaults,
  ),
  tells(
    'DescribeConfigs: a default, its type and its synonyms',
    async scene => describe(scene, 2, scene.topic, ['retention.bytes']),
    [['retention.bytes', '-1', 5, false, false, 5, [['log.retention.bytes', '-1', 5]]]],
  ),
  tells(
    'DescribeConfigs: a value of the topic and its synonyms',
    async scene =>
      describe(scene, 2, await scene.newTopic(1, { 'retention.bytes': '77' }), ['retention.bytes']),
    [
      [
        'retention.bytes',
        '77',
        1,
        false,
        false,
        5,
        [
          ['retention.bytes', '77', 1],
          ['log.retention.bytes', '-1', 5],
        ],
      ],
    ],
  ),
  tells(
    'AlterConfigs: what is not said is gone',
    async scene => {
      const topic = await scene.newTopic(1, { 'retention.bytes': '77', 'segment.bytes': '2000000' })
      const alter = async (configs: { name: string; value: string | null }[]) =>
        says(
          (
            await scene.client.send(apis.alterConfigs, 2, {
              resources: [{ resourceType: 2, resourceName: topic, configs }],
              validateOnly: false,
            })
          ).responses[0],
        )
      const answers = [
        await alter([{ name: 'retention.bytes', value: '88' }]),
        await alter([{ name: 'colour', value: 'red' }]),
        await alter([{ name: 'retention.ms', value: null }]),
      ]
      const values = async () =>
        (await describe(scene, 2, topic, ['retention.bytes', 'segment.bytes']))
          ?.map(([key, value]) => [key, value])
          .toSorted()
      const wanted = JSON.stringify([
        ['retention.bytes', '88'],
        ['segment.bytes', '1073741824'],
      ])
      for (let i = 0; i < 50 && JSON.stringify(await values()) !== wanted; i++)
        await new Promise(resolve => setTimeout(resolve, 50))
      return [answers, await values()]
    },
    [
      [
        'NONE',
        'INVALID_CONFIG Unknown topic config name: colour',
        'INVALID_REQUEST Null value not supported for : retention.ms',
      ],
      [
        ['retention.bytes', '88'],
        ['segment.bytes', '1073741824'],
      ],
    ],
  ),
  asks(
    'of a kind that is none',
    apis.listConfigResources,
    1,
    () => ({ resourceTypes: [77] }),
    r => name(r.errorCode),
    'UNSUPPORTED_VERSION',
  ),
  asks(
    'topics',
    apis.listConfigResources,
    1,
    () => ({ resourceTypes: [2] }),
    r => [name(r.errorCode), r.configResources.every(c => c.resourceType === 2)],
    ['NONE', true],
  ),
]
