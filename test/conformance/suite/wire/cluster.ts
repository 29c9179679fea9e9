import { anyAcl } from '../../../../broker/testing/refusals.ts'
import { apis, type RequestInput } from '../../../../lib/kafka/index.ts'
import { asks, name, tells, type WireCase } from './wire-case.ts'

const says = (r: { errorCode: number; errorMessage: string | null } | undefined) =>
  `${name(r?.errorCode)} ${r?.errorMessage ?? ''}`.trim()

type QuotaEntry = RequestInput<typeof apis.alterClientQuotas>['entries'][number]

const quotas = (title: string, entry: QuotaEntry, expected: string) =>
  asks(
    title,
    apis.alterClientQuotas,
    1,
    () => ({ entries: [entry], validateOnly: true }),
    r => says(r.entries[0]),
    expected,
  )

const user = (entityName: string | null) => [{ entityType: 'user', entityName }]
const ip = (entityName: string | null) => [{ entityType: 'ip', entityName }]
const rate = (key: string, value: number) => [{ key, value, remove: false }]

const salted = Buffer.alloc(32, 7)
const scram = (
  title: string,
  body: (user: string) => RequestInput<typeof apis.alterUserScramCredentials>,
  expected: unknown,
) =>
  asks(
    title,
    apis.alterUserScramCredentials,
    0,
    scene => body(scene.unique('user')),
    r => r.results.map(says),
    expected,
  )
const upsertion =
  (iterations: number, mechanism = 1) =>
  (name: string) => ({
    deletions: [],
    upsertions: [{ name, mechanism, iterations, salt: Buffer.from('salt'), saltedPassword: salted }],
  })

export const clusterCases: readonly WireCase[] = [
  scram(
    'two mechanisms of one user',
    user => ({
      deletions: [],
      upsertions: [...upsertion(4096)(user).upsertions, ...upsertion(4096, 2)(user).upsertions],
    }),
    ['DUPLICATE_RESOURCE A user credential cannot be altered twice in the same request'],
  ),
  quotas(
    'connections of an address',
    { entity: ip('10.0.0.1'), ops: rate('connection_creation_rate', 5) },
    'NONE',
  ),
  quotas(
    'connections of any address',
    { entity: ip(null), ops: rate('connection_creation_rate', 5) },
    'NONE',
  ),
  quotas(
    'bytes of an address',
    { entity: ip('10.0.0.1'), ops: rate('producer_byte_rate', 5) },
    'INVALID_REQUEST Invalid configuration key producer_byte_rate',
  ),
  quotas(
    'connections of a user',
    { entity: user('ada'), ops: rate('connection_creation_rate', 5) },
    'INVALID_REQUEST Invalid configuration key connection_creation_rate',
  ),
  quotas(
    'an address and a user',
    { entity: [...ip('10.0.0.1'), ...user('ada')], ops: rate('connection_creation_rate', 5) },
    'INVALID_REQUEST Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId',
  ),
  quotas(
    'part of a connection',
    { entity: ip('10.0.0.1'), ops: rate('connection_creation_rate', 1.5) },
    'INVALID_REQUEST connection_creation_rate cannot be a fractional value.',
  ),
  quotas('changes of topics', { entity: user('ada'), ops: rate('controller_mutation_rate', 1.5) }, 'NONE'),
  asks(
    'without an authorizer',
    apis.describeAcls,
    3,
    () => anyAcl,
    says,
    'SECURITY_DISABLED No Authorizer is configured on the broker',
  ),
  asks(
    'without an authorizer',
    apis.createAcls,
    3,
    () => ({
      creations: [
        {
          resourceType: 2,
          resourceName: 't',
          principal: 'User:a',
          host: '*',
          operation: 3,
          permissionType: 3,
        },
      ],
    }),
    r => r.results.map(says),
    ['SECURITY_DISABLED No Authorizer is configured.'],
  ),
  asks(
    'without an authorizer',
    apis.deleteAcls,
    3,
    () => ({ filters: [anyAcl] }),
    r => r.filterResults.map(says),
    ['SECURITY_DISABLED No Authorizer is configured.'],
  ),
  quotas('a rate', { entity: user('ada'), ops: rate('producer_byte_rate', 1000) }, 'NONE'),
  quotas(
    'an unknown one',
    { entity: user('ada'), ops: rate('colour', 1) },
    'INVALID_REQUEST Invalid configuration key colour',
  ),
  quotas(
    'a rate below zero',
    { entity: user('ada'), ops: rate('producer_byte_rate', -1) },
    'INVALID_REQUEST',
  ),
  quotas(
    'a rate that is no whole number',
    { entity: user('ada'), ops: rate('producer_byte_rate', 1.5) },
    'INVALID_REQUEST',
  ),
  quotas(
    'an unknown kind',
    { entity: [{ entityType: 'colour', entityName: 'red' }], ops: rate('producer_byte_rate', 1) },
    'INVALID_REQUEST',
  ),
  quotas(
    'nobody',
    { entity: [], ops: rate('producer_byte_rate', 1) },
    'INVALID_REQUEST Invalid empty client quota entity',
  ),
  quotas(
    'an empty name',
    { entity: user(''), ops: rate('producer_byte_rate', 1) },
    'INVALID_REQUEST Empty user not supported',
  ),
  quotas(
    'an address that is none',
    { entity: [{ entityType: 'ip', entityName: 'x y' }], ops: rate('connection_creation_rate', 1) },
    'INVALID_REQUEST x y is not a valid IP or resolvable host.',
  ),
  asks(
    'by a kind that is none',
    apis.describeClientQuotas,
    1,
    () => ({ components: [{ entityType: 'colour', matchType: 2, match: null }], strict: false }),
    r => name(r.errorCode),
    'UNSUPPORTED_VERSION',
  ),
  asks(
    'by a match that is none',
    apis.describeClientQuotas,
    1,
    () => ({ components: [{ entityType: 'user', matchType: 7, match: null }], strict: false }),
    r => name(r.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'of a kind twice',
    apis.describeClientQuotas,
    1,
    () => ({
      components: [
        { entityType: 'user', matchType: 2, match: null },
        { entityType: 'user', matchType: 2, match: null },
      ],
      strict: false,
    }),
    r => name(r.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'of an address and a user',
    apis.describeClientQuotas,
    1,
    () => ({
      components: [
        { entityType: 'user', matchType: 2, match: null },
        { entityType: 'ip', matchType: 2, match: null },
      ],
      strict: false,
    }),
    r => name(r.errorCode),
    'INVALID_REQUEST',
  ),
  scram('one', upsertion(8192), ['NONE']),
  scram('too few iterations', upsertion(100), ['UNACCEPTABLE_CREDENTIAL Too few iterations']),
  scram('too many iterations', upsertion(99_999), ['UNACCEPTABLE_CREDENTIAL Too many iterations']),
  scram('a mechanism that is none', upsertion(8192, 9), [
    'UNSUPPORTED_SASL_MECHANISM Unknown SCRAM mechanism',
  ]),
  scram('nobody', () => upsertion(8192)(''), ['UNACCEPTABLE_CREDENTIAL Username must not be empty']),
  scram(
    'away with one that is none',
    user => ({ deletions: [{ name: user, mechanism: 1 }], upsertions: [] }),
    ['RESOURCE_NOT_FOUND Attempt to delete a user credential that does not exist'],
  ),
  scram(
    'one that is none both ways',
    user => ({ ...upsertion(8192)(user), deletions: [{ name: user, mechanism: 1 }] }),
    ['RESOURCE_NOT_FOUND Attempt to delete a user credential that does not exist'],
  ),
  asks(
    'of one that is none',
    apis.describeUserScramCredentials,
    0,
    () => ({ users: [{ name: 'no-such-user' }] }),
    r => [name(r.errorCode), r.results.map(x => name(x.errorCode))],
    ['NONE', ['RESOURCE_NOT_FOUND']],
  ),
  asks(
    'of one twice',
    apis.describeUserScramCredentials,
    0,
    () => ({ users: [{ name: 'no-such-user' }, { name: 'no-such-user' }] }),
    r => [name(r.errorCode), r.results.map(x => name(x.errorCode))],
    ['NONE', ['DUPLICATE_RESOURCE']],
  ),
  asks(
    'brokers',
    apis.describeCluster,
    2,
    () => ({ includeClusterAuthorizedOperations: false, endpointType: 1, includeFencedBrokers: false }),
    r => [
      name(r.errorCode),
      r.brokers.map(b => [b.brokerId, b.isFenced]),
      r.endpointType,
      r.clusterId !== '',
    ],
    ['NONE', [[1, false]], 1, true],
  ),
  asks(
    'controllers',
    apis.describeCluster,
    1,
    () => ({ includeClusterAuthorizedOperations: false, endpointType: 2 }),
    r => name(r.errorCode),
    'MISMATCHED_ENDPOINT_TYPE',
  ),
  asks(
    'endpoints of no kind',
    apis.describeCluster,
    1,
    () => ({ includeClusterAuthorizedOperations: false, endpointType: 7 }),
    r => name(r.errorCode),
    'UNSUPPORTED_ENDPOINT_TYPE',
  ),
  asks(
    'what may be done',
    apis.describeCluster,
    0,
    () => ({ includeClusterAuthorizedOperations: true }),
    r => r.clusterAuthorizedOperations,
    8096,
  ),
  asks(
    'one that leads already',
    apis.electLeaders,
    2,
    scene => ({
      electionType: 0,
      topicPartitions: [
        { topic: scene.topic, partitions: [0, 8] },
        { topic: 'nowhere', partitions: [0] },
      ],
      timeoutMs: 1000,
    }),
    r => [
      name(r.errorCode),
      r.replicaElectionResults.flatMap(t => t.partitionResult.map(p => name(p.errorCode))),
    ],
    ['NONE', ['ELECTION_NOT_NEEDED', 'UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_OR_PARTITION']],
  ),
  asks(
    'an election of no kind',
    apis.electLeaders,
    2,
    scene => ({
      electionType: 7,
      topicPartitions: [{ topic: scene.topic, partitions: [0] }],
      timeoutMs: 1000,
    }),
    r => name(r.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'none',
    apis.listPartitionReassignments,
    0,
    () => ({ topics: null, timeoutMs: 1000 }),
    r => [name(r.errorCode), r.topics.length],
    ['NONE', 0],
  ),
  asks(
    'of a topic',
    apis.describeLogDirs,
    4,
    scene => ({ topics: [{ topic: scene.topic, partitions: [0] }] }),
    r =>
      r.results.map(d => [
        name(d.errorCode),
        d.topics.map(t =>
          t.partitions.map(p => [p.partitionIndex, p.partitionSize >= 0, p.offsetLag, p.isFutureKey]),
        ),
        d.totalBytes > 0,
      ]),
    [['NONE', [[[0, true, 0, false]]], true]],
  ),
  asks(
    'features',
    apis.apiVersions,
    4,
    () => ({ clientSoftwareName: 'test', clientSoftwareVersion: '1' }),
    r => [
      name(r.errorCode),
      r.finalizedFeatures
        .filter(f => /^(group|transaction)/.test(f.name))
        .map(f => [f.name, f.maxVersionLevel])
        .toSorted(),
    ],
    [
      'NONE',
      [
        ['group.version', 1],
        ['transaction.version', 2],
      ],
    ],
  ),
  asks(
    'a client without a proper name',
    apis.apiVersions,
    4,
    () => ({ clientSoftwareName: 'te st', clientSoftwareVersion: '1' }),
    r => name(r.errorCode),
    'INVALID_REQUEST',
  ),
  asks(
    'on a listener without it',
    apis.saslHandshake,
    1,
    () => ({ mechanism: 'PLAIN' }),
    r => [name(r.errorCode), r.mechanisms],
    ['ILLEGAL_SASL_STATE', []],
  ),
  tells(
    'SaslAuthenticate: on a listener without it',
    async scene => says(await scene.client.send(apis.saslAuthenticate, 2, { authBytes: Buffer.from('x') })),
    'ILLEGAL_SASL_STATE SaslAuthenticate request received after successful authentication',
  ),
]
