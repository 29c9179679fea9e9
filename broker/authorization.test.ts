import { describe, expect, it } from 'vitest'
import { apis, errorCodes as codes } from '../lib/kafka/index.ts'
import { operations, patternTypes, permissions, resourceTypes } from './access/acl.ts'
import { anyAcl, refusals } from './testing/refusals.ts'
import { Scene, testTimeout } from './testing/scene.ts'

const authorization = 'broker.authorization={ enabled: true }'

describe('someone without any right', testTimeout, () => {
  const scene = Scene.forEachTest([authorization])

  it.each(refusals.map(r => [`${r.api.name} ${r.version} as Kafka does`, r] as const))(
    'is refused %s',
    async (_, { api, version, body, code, denied }) => {
      const response = await scene.client.send(api, version, body as never)
      expect(code(response as never)).toBe(denied)
    },
  )

  it('sees no topics, groups or transactions', async () => {
    const { topics } = await scene.client.send(apis.metadata, 12, { topics: null })
    expect(topics).toEqual([])
    expect((await scene.client.send(apis.listGroups, 4, { statesFilter: [] })).groups).toEqual([])
    const { transactionStates } = await scene.client.send(apis.listTransactions, 0, {
      stateFilters: [],
      producerIdFilters: [],
    })
    expect(transactionStates).toEqual([])
  })
})

describe('access rules', testTimeout, () => {
  const superUser = 'broker.authorization={ enabled: true, superUsers: ["User:ANONYMOUS"] }'
  const scene = Scene.forEachTest([superUser])

  const rule = (resourceName: string, patternType: number = patternTypes.LITERAL) => ({
    resourceType: resourceTypes.TOPIC,
    resourceName,
    resourcePatternType: patternType,
    principal: 'User:ada',
    host: '*',
    operation: operations.READ,
    permissionType: permissions.ALLOW,
  })

  it('are added, described and deleted by filter, and outlive a restart', async () => {
    const creations = [rule('a'), rule('ab', patternTypes.PREFIXED), rule('*')]
    const added = await scene.client.send(apis.createAcls, 3, { creations })
    expect(added.results.map(r => r.errorCode)).toEqual([0, 0, 0])
    await scene.restart()
    const asked = { ...anyAcl, resourceTypeFilter: resourceTypes.TOPIC }
    const match = { ...asked, patternTypeFilter: patternTypes.MATCH, resourceNameFilter: 'abc' }
    const matching = await scene.client.send(apis.describeAcls, 3, match)
    expect(matching.resources.map(r => r.resourceName).sort()).toEqual(['*', 'ab'])
    const literal = { ...asked, patternTypeFilter: patternTypes.LITERAL, resourceNameFilter: 'a' }
    const deleted = await scene.client.send(apis.deleteAcls, 3, { filters: [literal] })
    expect(deleted.filterResults[0]?.matchingAcls.map(a => a.resourceName)).toEqual(['a'])
    const left = await scene.client.send(apis.describeAcls, 2, asked)
    expect(left.resources).toHaveLength(2)
  })

  it('that are nonsense are refused', async () => {
    const creations = [
      { ...rule('') },
      { ...rule('a'), operation: 1 },
      { ...rule('a'), resourcePatternType: 2 },
      { ...rule('a'), permissionType: 0 },
      { ...rule('a'), principal: 'ada' },
      { ...rule('other'), resourceType: resourceTypes.CLUSTER },
    ]
    const { results } = await scene.client.send(apis.createAcls, 3, { creations })
    expect(results.map(r => r.errorCode)).toEqual(creations.map(() => codes.INVALID_REQUEST))
    const unknown = await scene.client.send(apis.describeAcls, 3, { ...anyAcl, operation: 0 })
    expect(unknown.errorCode).toBe(codes.INVALID_REQUEST)
  })

  it('tell clients what they may do, a bit for each operation', async () => {
    await scene.createTopic('t')
    const { topics } = await scene.client.send(apis.metadata, 12, {
      topics: [{ name: 't' }],
      includeTopicAuthorizedOperations: true,
    })
    const all = [
      'READ',
      'WRITE',
      'CREATE',
      'DELETE',
      'ALTER',
      'DESCRIBE',
      'DESCRIBE_CONFIGS',
      'ALTER_CONFIGS',
    ] as const
    expect(topics[0]?.topicAuthorizedOperations).toBe(
      all.reduce((bits, name) => bits | (1 << operations[name]), 0),
    )
  })
})

describe('without authorization', testTimeout, () => {
  const scene = Scene.forEachTest()

  it('rules are refused, so that nobody relies on what is not in force', async () => {
    const described = await scene.client.send(apis.describeAcls, 3, anyAcl)
    expect(described.errorCode).toBe(codes.SECURITY_DISABLED)
  })
})
