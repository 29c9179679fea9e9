import { apis, type RequestInput } from '../../../../lib/kafka/index.ts'
import { asks, name, tells, type WireCase, type WireScene } from './wire-case.ts'

const says = (r: { errorCode: number; errorMessage?: string | null } | undefined) =>
  `${name(r?.errorCode)} ${r?.errorMessage ?? ''}`.trim()

async function node(scene: WireScene): Promise<number> {
  const { brokers } = await scene.client.send(apis.metadata, 12, { topics: [] })
  return brokers[0]?.nodeId ?? -1
}

/** Puts partition 0 of the topic, unless another is named, to brokers; `me` is the one asked. */
function reassigns(
  title: string,
  replicas: readonly (number | 'me')[] | null,
  expected: string,
  {
    topic,
    partitionIndex = 0,
    version = 1,
  }: { topic?: string; partitionIndex?: number; version?: number } = {},
): WireCase {
  return tells(
    `AlterPartitionReassignments: ${title}`,
    async scene => {
      const me = await node(scene)
      const asked = replicas?.map(id => (id === 'me' ? me : id)) ?? null
      const { errorCode, responses } = await scene.client.send(apis.alterPartitionReassignments, version, {
        topics: [{ name: topic ?? scene.topic, partitions: [{ partitionIndex, replicas: asked }] }],
      })
      const partition = responses[0]?.partitions[0]
      const message = partition?.errorMessage?.replace(`broker ${me} `, 'broker … ') ?? ''
      return [name(errorCode), `${name(partition?.errorCode)} ${message}`.trim()]
    },
    ['NONE', expected],
  )
}

const assignment = 'INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes'

type Update = RequestInput<typeof apis.updateFeatures>['featureUpdates'][number]

function updates(title: string, version: number, featureUpdates: Update[], expected: string): WireCase {
  return tells(
    `UpdateFeatures: ${title}`,
    async scene => {
      const me = await node(scene)
      const r = await scene.client.send(apis.updateFeatures, version, {
        featureUpdates,
        ...(version > 0 ? { validateOnly: true } : {}),
      })
      const results = r.results.map(({ feature, errorCode }) => ` ${feature} ${name(errorCode)}`).join('')
      return `${says(r).replace(`controller ${me} `, 'controller … ')}${results}`
    },
    expected,
  )
}

const failed = (level: number, feature: string) =>
  `INVALID_UPDATE_VERSION The update failed for all features since the following feature had an error: Invalid update version ${level} for feature ${feature}.`
const to = (feature: string, maxVersionLevel: number, more: Partial<Update> = {}): Update => ({
  feature,
  maxVersionLevel,
  ...more,
})

async function logDir(scene: WireScene): Promise<string> {
  const { results } = await scene.client.send(apis.describeLogDirs, 4, { topics: null })
  return results[0]?.logDir ?? ''
}

function moves(title: string, path: (own: string) => string, expected: unknown): WireCase {
  return tells(
    `AlterReplicaLogDirs: ${title}`,
    async scene => {
      const { results } = await scene.client.send(apis.alterReplicaLogDirs, 2, {
        dirs: [
          {
            path: path(await logDir(scene)),
            topics: [
              { name: scene.topic, partitions: [0, 7] },
              { name: 'none', partitions: [0] },
            ],
          },
        ],
      })
      // in whatever order
      return results
        .toSorted((x, y) => y.topicName.localeCompare(x.topicName))
        .map(({ topicName, partitions }) => [
          topicName === scene.topic ? 'topic' : topicName,
          partitions
            .map(({ partitionIndex, errorCode }) => `${partitionIndex} ${name(errorCode)}`)
            .toSorted(),
        ])
    },
    expected,
  )
}

function quorum(title: string, topicName: string, partitionIndex: number, expected: unknown): WireCase {
  return tells(
    `DescribeQuorum: ${title}`,
    async scene => {
      const me = await node(scene)
      const { errorCode, errorMessage, topics, nodes } = await scene.client.send(apis.describeQuorum, 2, {
        topics: [{ topicName, partitions: [{ partitionIndex }] }],
      })
      const partition = topics[0]?.partitions[0]
      return [
        `${name(errorCode)} '${errorMessage}'`,
        says(partition),
        partition?.leaderId === me,
        partition?.currentVoters.map(v => [v.replicaId === me, v.logEndOffset === partition.highWatermark]),
        partition?.observers,
        nodes.map(n => [n.nodeId === me, n.listeners.map(l => [l.name, l.host])]),
      ]
    },
    expected,
  )
}

const elsewhere = [
  "NONE ''",
  'UNKNOWN_TOPIC_OR_PARTITION This server does not host this topic-partition.',
  false,
  [],
  [],
  [],
]

export const clusterChangeCases: readonly WireCase[] = [
  moves('where it is', own => own, [
    ['topic', ['0 NONE', '7 UNKNOWN_TOPIC_OR_PARTITION']],
    ['none', ['0 UNKNOWN_TOPIC_OR_PARTITION']],
  ]),
  moves('to a folder that is none', () => '/none', [
    ['topic', ['0 LOG_DIR_NOT_FOUND', '7 LOG_DIR_NOT_FOUND']],
    ['none', ['0 LOG_DIR_NOT_FOUND']],
  ]),
  reassigns('where it is', ['me'], 'NONE'),
  reassigns('where it is, in the oldest version', ['me'], 'NONE', { version: 0 }),
  reassigns('to another broker', [77], `${assignment} broker 77, but no such broker is registered.`),
  reassigns('to another, too', ['me', 77], `${assignment} broker 77, but no such broker is registered.`),
  reassigns('to one twice', ['me', 'me'], `${assignment} the broker … more than once.`),
  reassigns('to nobody', [], `${assignment} an empty replica list.`),
  reassigns('nothing to call off', null, 'NO_REASSIGNMENT_IN_PROGRESS'),
  reassigns('a topic that is none', ['me'], 'UNKNOWN_TOPIC_OR_PARTITION Unable to find a topic named none.', {
    topic: 'none',
  }),
  reassigns(
    'a partition that is none',
    ['me'],
    'UNKNOWN_TOPIC_OR_PARTITION Unable to find partition wire-…:7.',
    { partitionIndex: 7 },
  ),
  quorum('of the metadata', '__cluster_metadata', 0, [
    "NONE ''",
    'NONE',
    true,
    [[true, true]],
    [],
    [[true, [['CONTROLLER', '127.0.0.1']]]],
  ]),
  quorum('of another partition', '__cluster_metadata', 1, elsewhere),
  quorum('of another topic', 'none', 0, elsewhere),
  updates(
    'one that is none',
    2,
    [to('none', 1)],
    `${failed(1, 'none')} Local controller … does not support this feature.`,
  ),
  updates('one at its level', 2, [to('group.version', 1)], 'NONE'),
  updates('one at its level, in an older version', 1, [to('group.version', 1)], 'NONE group.version NONE'),
  updates(
    'one good, one bad',
    1,
    [to('group.version', 1), to('none', 2)],
    `${failed(2, 'none')} Local controller … does not support this feature.`,
  ),
  updates(
    'above what there is',
    2,
    [to('group.version', 9)],
    `${failed(9, 'group.version')} Local controller … only supports versions 0-1`,
  ),
  updates(
    'below nothing',
    2,
    [to('group.version', -1)],
    `${failed(-1, 'group.version')} A feature version cannot be less than 0.`,
  ),
  updates(
    'down without saying so',
    2,
    [to('transaction.version', 1)],
    `${failed(1, 'transaction.version')} Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.`,
  ),
  updates(
    'in a way that is none',
    2,
    [to('group.version', 1, { upgradeType: 7 })],
    `${failed(1, 'group.version')} The controller does not support the given upgrade type.`,
  ),
  updates('nothing', 2, [], 'NONE'),
  asks(
    'one that was never there',
    apis.unregisterBroker,
    0,
    () => ({ brokerId: 77 }),
    says,
    'BROKER_ID_NOT_REGISTERED Broker ID 77 is not currently registered',
  ),
  asks(
    'by somebody unknown',
    apis.createDelegationToken,
    [1, 2, 3],
    () => ({ renewers: [], maxLifetimeMs: -1 }),
    r => [name(r.errorCode), r.principalType, r.principalName, r.issueTimestampMs, r.tokenId, r.hmac.length],
    ['DELEGATION_TOKEN_REQUEST_NOT_ALLOWED', 'User', 'ANONYMOUS', -1, '', 0],
  ),
  asks(
    'by somebody unknown',
    apis.renewDelegationToken,
    [1, 2],
    () => ({ hmac: Buffer.from('x'), renewPeriodMs: -1 }),
    r => [name(r.errorCode), r.expiryTimestampMs],
    ['DELEGATION_TOKEN_REQUEST_NOT_ALLOWED', -1],
  ),
  asks(
    'by somebody unknown',
    apis.expireDelegationToken,
    [1, 2],
    () => ({ hmac: Buffer.from('x'), expiryTimePeriodMs: -1 }),
    r => [name(r.errorCode), r.expiryTimestampMs],
    ['DELEGATION_TOKEN_REQUEST_NOT_ALLOWED', -1],
  ),
  asks(
    'by somebody unknown',
    apis.describeDelegationToken,
    [1, 2, 3],
    () => ({ owners: null }),
    r => [name(r.errorCode), r.tokens],
    ['DELEGATION_TOKEN_REQUEST_NOT_ALLOWED', []],
  ),
]
