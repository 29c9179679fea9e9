import { describe, expect, it } from 'vitest'
import { apis, errorCodes, errorName } from '../lib/kafka/index.ts'
import { GroupScene } from './testing/group-scene.ts'
import { Scene, testTimeout } from './testing/scene.ts'

describe('groups of the consumer protocol', testTimeout, () => {
  const scene = Scene.forEachTest()
  const group = new GroupScene(scene)
  const say = group.say.bind(group)

  it('share partitions out: the old owner gives up before the new one gets', async () => {
    const a = await group.topic('a', 4)
    const first = await group.join('m1', ['a'])
    expect([say(first), first.heartbeatIntervalMs]).toEqual(['NONE 1 a:0,1,2,3', 5_000])
    expect(say(await group.join('m2', ['a']))).toBe('NONE 2')
    expect(say(await group.beat('m1', 1))).toBe('NONE 1 a:0,1')
    // not a word of what it holds: it may hold all of it
    expect(say(await group.beat('m2', 2))).toBe('NONE 2')
    const owned = [{ topicId: a, partitions: [0, 1] }]
    expect(say(await group.beat('m1', 1, { topicPartitions: owned }))).toBe('NONE 2')
    expect(say(await group.beat('m2', 2))).toBe('NONE 2 a:2,3')
    expect(say(await group.beat('m2', -1))).toBe('NONE -1')
    expect(say(await group.beat('m1', 2))).toBe('NONE 3 a:0,1,2,3')
  })

  it('refuse what is not a good request', async () => {
    await group.topic('a', 1)
    const invalid = [
      group.beat('m', 0, { topicPartitions: [], subscribedTopicNames: ['a'] }),
      group.beat('m', 0, { rebalanceTimeoutMs: 1, subscribedTopicNames: ['a'] }),
      group.beat('m', 0, { rebalanceTimeoutMs: 1, topicPartitions: [] }),
      group.join('m', ['a'], { groupId: '' }),
      group.join('m', ['a'], { instanceId: '' }),
      group.join('m', ['a'], { rackId: '' }),
      group.join('', ['a']),
      group.beat('m', -3),
      group.beat('m', -2),
    ]
    for (const answer of await Promise.all(invalid)) expect(say(answer)).toBe('INVALID_REQUEST')
    expect(say(await group.join('m', ['a'], { serverAssignor: 'mine' }))).toBe('UNSUPPORTED_ASSIGNOR')
    expect(say(await group.join('m', ['a'], { serverAssignor: 'range' }))).toBe('NONE 1 a:0')
    expect((await group.describe()).assignorName).toBe('range')
  })

  it('let version 0 have its member id made here', async () => {
    await group.topic('a', 1)
    const request = { groupId: 'g', memberId: '', memberEpoch: 0, rebalanceTimeoutMs: 1, topicPartitions: [] }
    const answer = await scene.client.send(apis.consumerGroupHeartbeat, 0, {
      ...request,
      subscribedTopicNames: ['a'],
    })
    expect(answer.memberId).toMatch(/^[\w-]{22}$/)
  })

  it('fence members that are not what they say', async () => {
    const a = await group.topic('a', 2)
    expect(say(await group.beat('m1', 1))).toBe('GROUP_ID_NOT_FOUND')
    expect(say(await group.beat('m1', -1))).toBe('GROUP_ID_NOT_FOUND')
    await group.join('m1', ['a'])
    expect(say(await group.beat('m1', 9))).toBe('FENCED_MEMBER_EPOCH')
    expect(say(await group.beat('m9', 1))).toBe('UNKNOWN_MEMBER_ID')
    expect(say(await group.beat('m9', -1))).toBe('UNKNOWN_MEMBER_ID')
    await group.join('m2', ['a'])
    const owned = { topicPartitions: [{ topicId: a, partitions: [0] }] }
    await group.beat('m1', 1)
    expect(say(await group.beat('m1', 1, owned))).toBe('NONE 2')
    // one epoch behind, with no more than it has: the answer was lost
    expect(say(await group.beat('m1', 1, owned))).toBe('NONE 2')
    expect(say(await group.beat('m1', 1))).toBe('FENCED_MEMBER_EPOCH')
    expect(say(await group.join('m1', ['a']))).toBe('NONE 2 a:0')
  })

  it('keep the place of static members that leave for a while, for one of the same instance', async () => {
    await group.topic('a', 2)
    const instance = { instanceId: 'i' }
    expect(say(await group.join('s1', ['a'], instance))).toBe('NONE 1 a:0,1')
    expect(say(await group.join('s2', ['a'], instance))).toBe('UNRELEASED_INSTANCE_ID')
    expect(say(await group.beat('s2', 1, instance))).toBe('FENCED_INSTANCE_ID')
    expect(say(await group.beat('s1', 1, { instanceId: 'other' }))).toBe('UNKNOWN_MEMBER_ID')
    expect(say(await group.beat('s1', -2, instance))).toBe('NONE -2')
    expect(say(await group.join('m', ['a']))).toBe('NONE 2')
    await scene.restart()
    expect(say(await group.join('s2', ['a'], instance))).toBe('NONE 2 a:0')
    expect(say(await group.beat('s1', 1, instance))).toBe('FENCED_INSTANCE_ID')
    expect(say(await group.beat('m', 2))).toBe('NONE 2 a:1')
    expect(say(await group.beat('s2', -1, instance))).toBe('NONE -1')
    expect((await group.describe()).members.map(m => m.memberId)).toEqual(['m'])
  })

  it('follow topics that come, grow and go', async () => {
    expect(say(await group.join('m1', ['a', 'b']))).toBe('NONE 1')
    const a = await group.topic('a', 1)
    expect(say(await group.beat('m1', 1))).toBe('NONE 2 a:0')
    await scene.client.send(apis.createPartitions, 3, {
      topics: [{ name: 'a', count: 3, assignments: null }],
      timeoutMs: 1_000,
      validateOnly: false,
    })
    expect(say(await group.beat('m1', 2))).toBe('NONE 3 a:0,1,2')
    await group.topic('b', 1)
    expect(say(await group.beat('m1', 3))).toBe('NONE 4 a:0,1,2 b:0')
    await scene.client.send(apis.deleteTopics, 6, { topics: [{ topicId: a }], timeoutMs: 1_000 })
    expect(say(await group.beat('m1', 4, { topicPartitions: [] }))).toBe('NONE 5 b:0')
    // topics that nobody in the group asks for change nothing
    await group.topic('c', 1)
    expect(say(await group.beat('m1', 5))).toBe('NONE 5')
  })

  it('subscribe by regular expression, also to topics that come later', async () => {
    await group.topic('logs-a', 1)
    await group.topic('other', 1)
    const regex = (subscribedTopicRegex: string) => ({ subscribedTopicRegex, subscribedTopicNames: null })
    const bad = await group.join('m1', [], regex('('))
    expect(say(bad)).toBe('INVALID_REGULAR_EXPRESSION')
    expect(bad.errorMessage).toMatch(/^SubscribedTopicRegex `\(` is not a valid regular expression: /)
    expect((await group.describe()).errorCode).toBe(errorCodes.GROUP_ID_NOT_FOUND)
    expect(say(await group.join('m1', ['other'], { subscribedTopicRegex: 'logs-.*' }))).toBe('NONE 1 other:0')
    // what an expression means is looked up after the answer
    await expect.poll(async () => (await group.describe()).groupEpoch).toBe(2)
    expect(say(await group.beat('m1', 1))).toBe('NONE 2 logs-a:0 other:0')
    await group.topic('logs-b', 1)
    expect(say(await group.beat('m1', 2))).toBe('NONE 3 logs-a:0 logs-b:0 other:0')
    await scene.restart()
    expect(say(await group.join('m1', ['other'], { subscribedTopicRegex: 'logs-.*' }))).toBe(
      'NONE 3 logs-a:0 logs-b:0 other:0',
    )
    expect((await group.describe()).members[0]?.subscribedTopicRegex).toBe('logs-.*')
    const owned = { topicPartitions: [], subscribedTopicRegex: '', subscribedTopicNames: ['other'] }
    expect(say(await group.beat('m1', 3, owned))).toBe('NONE 4 other:0')
  })

  it('survive a restart with epochs, assignments and members', async () => {
    const a = await group.topic('a', 2)
    await group.join('m1', ['a'])
    await group.join('m2', ['a'])
    await group.beat('m1', 1)
    const before = await group.describe()
    expect(before).toMatchObject({ groupState: 'Reconciling', groupEpoch: 2, assignmentEpoch: 2 })
    await scene.restart()
    expect(await group.describe()).toEqual(before)
    const owned = [{ topicId: a, partitions: [0] }]
    expect(say(await group.beat('m1', 1, { topicPartitions: owned }))).toBe('NONE 2')
    expect(say(await group.beat('m2', 2))).toBe('NONE 2 a:1')
    expect(await group.describe()).toMatchObject({ groupState: 'Stable', assignorName: 'uniform' })
  })

  it('take commits and give offsets only at the member epoch', async () => {
    const topicId = await group.topic('a', 1)
    await group.join('m1', ['a'])
    for (const version of [9, 10]) {
      expect(await group.commit(version, 'm1', 1, 'a', topicId)).toBe('NONE')
      expect(await group.commit(version, 'm1', 0, 'a', topicId)).toBe('STALE_MEMBER_EPOCH')
      expect(await group.commit(version, 'm1', 2, 'a', topicId)).toBe('STALE_MEMBER_EPOCH')
      expect(await group.commit(version, 'm9', 1, 'a', topicId)).toBe('UNKNOWN_MEMBER_ID')
      expect(await group.commit(version, '', -1, 'a', topicId)).toBe('UNKNOWN_MEMBER_ID')
    }
    expect(await group.commit(8, 'm1', 1)).toBe('UNSUPPORTED_VERSION')
    const fetched = async (memberId: string | null, memberEpoch: number) => {
      const groups = [{ groupId: 'g', memberId, memberEpoch, topics: null }]
      const [answer] = (await scene.client.send(apis.offsetFetch, 9, { groups })).groups
      return [errorName(answer?.errorCode ?? 0), answer?.topics[0]?.partitions[0]?.committedOffset]
    }
    expect(await fetched('m1', 1)).toEqual(['NONE', 5])
    expect(await fetched('m1', 0)).toEqual(['STALE_MEMBER_EPOCH', undefined])
    expect(await fetched('m9', 1)).toEqual(['UNKNOWN_MEMBER_ID', undefined])
    expect(await fetched(null, -1)).toEqual(['NONE', 5])
  })

  it('are listed, described as what they are, and deleted when empty', async () => {
    await group.topic('a', 1)
    await group.join('m1', ['a'])
    await group.commit(9, 'm1', 1)
    const list = async (filter: object) =>
      (await scene.client.send(apis.listGroups, 5, filter)).groups.map(g => [g.groupType, g.groupState])
    expect(await list({ typesFilter: ['Consumer'] })).toEqual([['consumer', 'Stable']])
    expect(await list({ typesFilter: ['classic'] })).toEqual([])
    expect(await list({ statesFilter: ['Empty'] })).toEqual([])
    const classic = await scene.client.send(apis.describeGroups, 6, { groups: ['g'] })
    expect(classic.groups[0]).toMatchObject({
      errorCode: errorCodes.GROUP_ID_NOT_FOUND,
      errorMessage: 'Group g is not a classic group.',
    })
    expect((await group.describe('none')).errorMessage).toBe('Group none not found.')
    expect((await group.describe('')).errorCode).toBe(errorCodes.INVALID_GROUP_ID)
    const remove = async () => {
      const { results } = await scene.client.send(apis.deleteGroups, 2, { groupsNames: ['g'] })
      return errorName(results[0]?.errorCode ?? 0)
    }
    const forget = await scene.client.send(apis.offsetDelete, 0, {
      groupId: 'g',
      topics: [{ name: 'a', partitions: [{ partitionIndex: 0 }] }],
    })
    expect(forget.topics[0]?.partitions[0]?.errorCode).toBe(errorCodes.GROUP_SUBSCRIBED_TO_TOPIC)
    expect(await remove()).toBe('NON_EMPTY_GROUP')
    await group.beat('m1', -1)
    expect(await remove()).toBe('NONE')
    await scene.restart()
    expect(await list({})).toEqual([])
  })

  it('have configurations that are in force at once and stay', async () => {
    const alter = async (name: string, value: string | null, resourceName = 'g') => {
      const configs = [{ name, configOperation: value === null ? 1 : 0, value }]
      const resources = [{ resourceType: 32, resourceName, configs }]
      const request = { resources, validateOnly: false }
      const { responses } = await scene.client.send(apis.incrementalAlterConfigs, 1, request)
      return errorName(responses[0]?.errorCode ?? 0)
    }
    const described = async () => {
      const resources = [{ resourceType: 32, resourceName: 'g', configurationKeys: null }]
      const request = { resources, includeSynonyms: false, includeDocumentation: false }
      const { results } = await scene.client.send(apis.describeConfigs, 4, request)
      return Object.fromEntries(results[0]?.configs.map(c => [c.name, [c.value, c.configSource]]) ?? [])
    }
    expect(await alter('consumer.heartbeat.interval.ms', '6000')).toBe('NONE')
    expect(await alter('consumer.session.timeout.ms', '1')).toBe('INVALID_CONFIG')
    expect(await alter('consumer.session.timeout.ms', 'long')).toBe('INVALID_CONFIG')
    expect(await alter('consumer.nothing', '1')).toBe('INVALID_CONFIG')
    expect(await alter('consumer.heartbeat.interval.ms', '6000', '')).toBe('INVALID_REQUEST')
    expect((await group.join('m1', [])).heartbeatIntervalMs).toBe(6_000)
    await scene.restart()
    expect((await group.beat('m1', 1)).heartbeatIntervalMs).toBe(6_000)
    expect(await described()).toMatchObject({
      'consumer.heartbeat.interval.ms': ['6000', 8],
      'consumer.session.timeout.ms': ['45000', 5],
    })
    const listed = await scene.client.send(apis.listConfigResources, 1, { resourceTypes: [32] })
    expect(listed.configResources).toEqual([{ resourceName: 'g', resourceType: 32 }])
    expect(await alter('consumer.heartbeat.interval.ms', null)).toBe('NONE')
    expect((await group.beat('m1', 1)).heartbeatIntervalMs).toBe(5_000)
  })
})

describe('full groups', testTimeout, () => {
  const scene = Scene.forEachTest(['broker.groupMaxSize=1', 'broker.groupMinSessionTimeoutMs=20000'])
  const group = new GroupScene(scene)

  it('take no more members, of either protocol', async () => {
    await group.topic('a', 1)
    await group.join('m1', ['a'])
    expect(group.say(await group.join('m2', ['a']))).toBe('GROUP_MAX_SIZE_REACHED')
    expect(group.say(await group.beat('m1', 1))).toBe('NONE 1')
    const refused = await group.joinClassic('', ['a'])
    expect([errorName(refused.errorCode), refused.memberId]).toEqual(['GROUP_MAX_SIZE_REACHED', ''])
    const first = await group.joinClassic('', ['a'], { groupId: 'c' })
    expect(first.errorCode).toBe(0)
    const second = await group.joinClassic('', ['a'], { groupId: 'c' })
    expect(errorName(second.errorCode)).toBe('GROUP_MAX_SIZE_REACHED')
  })

  it('hold classic members to the bounds of their sessions', async () => {
    const short = await group.joinClassic('', ['a'], { sessionTimeoutMs: 19_999 })
    const long = await group.joinClassic('', ['a'], { sessionTimeoutMs: 1_800_001 })
    const good = await group.joinClassic('', ['a'], { sessionTimeoutMs: 20_000 })
    expect([short, long, good].map(r => errorName(r.errorCode))).toEqual([
      'INVALID_SESSION_TIMEOUT',
      'INVALID_SESSION_TIMEOUT',
      'NONE',
    ])
  })
})
