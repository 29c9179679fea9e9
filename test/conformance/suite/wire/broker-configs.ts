import { apis } from '../../../../lib/kafka/index.ts'
import { type Change, describe, op, says, set } from './config-requests.ts'
import { asks, name, recordOf, tells, type WireCase, type WireScene } from './wire-case.ts'

const maxTries = 100
const brokerType = 4
/** The name of what counts for every broker. */
const everyBroker = ''

async function nodeOf(scene: WireScene): Promise<string> {
  const { brokers } = await scene.client.send(apis.metadata, 12, { topics: [] })
  return String(brokers[0]?.nodeId)
}

async function alter(scene: WireScene, resourceName: string, configs: Change[], validateOnly = false) {
  const { responses } = await scene.client.send(apis.incrementalAlterConfigs, 1, {
    resources: [{ resourceType: brokerType, resourceName, configs }],
    validateOnly,
  })
  return says(responses[0])
}

/** What is answered to a change of this broker, or of the one named, that is only checked. */
function answers(title: string, broker: string | undefined, configs: Change[], expected: string): WireCase {
  return tells(
    `IncrementalAlterConfigs of a broker: ${title}`,
    async scene => alter(scene, broker ?? (await nodeOf(scene)), configs, true),
    expected,
  )
}

/** Kafka tells of a change a moment after it has answered. */
async function until<T>(look: () => Promise<T>, wanted: T): Promise<T> {
  let seen = await look()
  for (let i = 0; i < maxTries && JSON.stringify(seen) !== JSON.stringify(wanted); i++) {
    await new Promise(resolve => setTimeout(resolve, 50))
    seen = await look()
  }
  return seen
}

/** Sets, looks, and takes back whatever was seen. */
function sets(
  title: string,
  change: (scene: WireScene, node: string) => Promise<unknown>,
  look: (scene: WireScene, node: string) => () => Promise<unknown>,
  undo: string[],
  expected: unknown,
): WireCase {
  const answer = async (scene: WireScene) => {
    const node = await nodeOf(scene)
    try {
      await change(scene, node)
      return await until(look(scene, node), expected)
    } finally {
      const deletions = undo.map(key => op(1, key))
      await alter(scene, node, deletions)
      await alter(scene, everyBroker, deletions)
    }
  }
  return tells(title, answer, expected)
}

const bytes = 'log.retention.bytes'
const bytesSynonyms = [
  [bytes, '77', 2],
  [bytes, '88', 3],
  [bytes, '-1', 5],
]
const setBytes = async (scene: WireScene, node: string) => {
  await alter(scene, everyBroker, [set(bytes, '88')])
  await alter(scene, node, [set(bytes, '77')])
}

export const brokerConfigCases: readonly WireCase[] = [
  answers('a value', undefined, [set('log.retention.ms', '5')], 'NONE'),
  answers('a value for every broker', everyBroker, [set('log.retention.ms', '5')], 'NONE'),
  answers('a negative time for a limit', undefined, [set('log.retention.ms', '-2')], 'NONE'),
  answers(
    'what cannot be changed',
    undefined,
    [set('node.id', '5')],
    'INVALID_REQUEST Cannot update these configs dynamically: Set(node.id)',
  ),
  answers(
    'two that cannot be changed, for every broker',
    everyBroker,
    [set('node.id', '5'), set('num.partitions', '5'), set('log.retention.ms', 'x')],
    'INVALID_REQUEST Cannot update these configs dynamically: Set(node.id, num.partitions)',
  ),
  answers(
    'the listeners of every broker',
    everyBroker,
    [set('listeners', 'x')],
    'INVALID_REQUEST Cannot update these configs at default cluster level, broker id must be specified: Set(listeners)',
  ),
  answers('the default of what cannot be changed', undefined, [op(1, 'node.id')], 'NONE'),
  answers(
    'a value that is none',
    undefined,
    [set('log.retention.ms', 'soon')],
    'INVALID_REQUEST Invalid value soon for configuration log.retention.ms: Not a number of type LONG',
  ),
  answers(
    'a value out of bounds',
    undefined,
    [set('log.cleaner.min.cleanable.ratio', '2')],
    'INVALID_REQUEST Invalid value 2.0 for configuration log.cleaner.min.cleanable.ratio: Value must be no more than 1',
  ),
  answers(
    'no time at all',
    undefined,
    [set('log.roll.ms', '0')],
    'INVALID_REQUEST requirement failed: log.roll.ms must be greater than or equal to 1',
  ),
  answers(
    'a null',
    undefined,
    [set('log.retention.ms', null)],
    'INVALID_REQUEST Null value not supported for : log.retention.ms',
  ),
  answers(
    'more to what is no list',
    undefined,
    [op(2, 'log.retention.ms', '5')],
    'INVALID_CONFIG Config value append is not allowed for config key: log.retention.ms',
  ),
  answers('another broker', '77777', [set('log.retention.ms', '5')], 'INVALID_REQUEST'),
  answers('a broker that is no number', 'x', [], 'INVALID_REQUEST Node id must be an integer, but it is: x'),
  asks(
    'a broker that is no number, in words',
    apis.describeConfigs,
    4,
    () => ({ resources: [{ resourceType: brokerType, resourceName: 'x', configurationKeys: null }] }),
    r => says(r.results[0]),
    'INVALID_REQUEST Broker id must be an integer, but it is: x',
  ),
  tells(
    'DescribeConfigs of a broker: what can be changed, and what cannot',
    async scene => {
      const keys = ['log.retention.ms', 'message.max.bytes', 'log.cleaner.backoff.ms', 'delete.topic.enable']
      return (await describe(scene, brokerType, await nodeOf(scene), keys))?.toSorted()
    },
    [
      ['delete.topic.enable', 'true', 5, false, true, 1, [['delete.topic.enable', 'true', 5]]],
      ['log.cleaner.backoff.ms', '15000', 5, false, false, 5, [['log.cleaner.backoff.ms', '15000', 5]]],
      ['log.retention.ms', null, 5, false, false, 5, []],
      ['message.max.bytes', '1048588', 5, false, false, 3, [['message.max.bytes', '1048588', 5]]],
    ],
  ),
  sets(
    "DescribeConfigs of a broker: its own value, every broker's, the default",
    setBytes,
    (scene, node) => () => describe(scene, brokerType, node, [bytes]),
    [bytes],
    [[bytes, '77', 2, false, false, 5, bytesSynonyms]],
  ),
  sets(
    'DescribeConfigs of every broker: only what is set for it, as it was written',
    scene => alter(scene, everyBroker, [set('log.roll.ms', ' 99999999 ')]),
    scene => () => describe(scene, brokerType, everyBroker, ['log.roll.ms', bytes]),
    ['log.roll.ms'],
    [['log.roll.ms', ' 99999999 ', 3, false, false, 5, [['log.roll.ms', ' 99999999 ', 3]]]],
  ),
  sets(
    'DescribeConfigs of a topic: what it falls back on',
    setBytes,
    scene => () => describe(scene, 2, scene.topic, ['retention.bytes']),
    [bytes],
    [['retention.bytes', '77', 2, false, false, 5, bytesSynonyms]],
  ),
  sets(
    'DescribeConfigs of a topic: a time that has a default in hours',
    scene => alter(scene, everyBroker, [set('log.retention.ms', ' 99999999 ')]),
    scene => () => describe(scene, 2, scene.topic, ['retention.ms']),
    ['log.retention.ms'],
    [
      [
        'retention.ms',
        '99999999',
        3,
        false,
        false,
        5,
        [
          ['log.retention.ms', ' 99999999 ', 3],
          ['log.retention.hours', '168', 5],
        ],
      ],
    ],
  ),
  sets(
    'IncrementalAlterConfigs: a list begins with the default',
    async (scene, node) => {
      await alter(scene, everyBroker, [set('log.cleanup.policy', 'compact')])
      await alter(scene, node, [op(2, 'log.cleanup.policy', 'compact')])
    },
    (scene, node) => async () =>
      (await describe(scene, brokerType, node, ['log.cleanup.policy']))?.map(([, value]) => value),
    ['log.cleanup.policy'],
    ['delete,compact'],
  ),
  sets(
    'Produce: topics follow the broker at once',
    scene => alter(scene, everyBroker, [set('message.max.bytes', '500')]),
    scene => () => scene.produce(scene.topic, [recordOf('x'.repeat(600))]),
    ['message.max.bytes'],
    'MESSAGE_TOO_LARGE',
  ),
  sets(
    'AlterConfigs of a broker: what is not said is gone',
    async (scene, node) => {
      const replace = (key: string, value: string) =>
        scene.client.send(apis.alterConfigs, 2, {
          resources: [{ resourceType: brokerType, resourceName: node, configs: [{ name: key, value }] }],
          validateOnly: false,
        })
      await replace(bytes, '77')
      await replace('log.flush.interval.messages', '1234')
    },
    (scene, node) => async () =>
      (await describe(scene, brokerType, node, [bytes, 'log.flush.interval.messages']))
        ?.map(([key, value, source, , readOnly]) => [key, value, source, readOnly])
        .toSorted(),
    [bytes, 'log.flush.interval.messages'],
    [
      ['log.flush.interval.messages', '1234', 2, false],
      [bytes, '-1', 5, false],
    ],
  ),
  sets(
    'ListConfigResources: brokers, whatever is set',
    scene => alter(scene, everyBroker, [set(bytes, '88')]),
    (scene, node) => async () => {
      const { errorCode, configResources } = await scene.client.send(apis.listConfigResources, 1, {
        resourceTypes: [brokerType],
      })
      return [name(errorCode), configResources.map(c => [c.resourceType, c.resourceName === node])]
    },
    [bytes],
    ['NONE', [[brokerType, true]]],
  ),
]
