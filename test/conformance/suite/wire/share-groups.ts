import { ShareGroup } from './share-group-scene.ts'
import { tells, type WireCase } from './wire-case.ts'

const final = -1

function shares(title: string, tell: (group: ShareGroup) => Promise<unknown>, expected: unknown): WireCase {
  return tells(
    `share groups: ${title}`,
    async scene => {
      const group = await ShareGroup.open(scene)
      try {
        return await tell(group)
      } finally {
        group.close()
      }
    },
    expected,
  )
}

export const shareGroupCases: readonly WireCase[] = [
  shares(
    'what a member has acquired is free again when its session ends',
    async group => {
      await group.produce('a', 'b', 'c')
      const [one, two] = [await group.member(), await group.member()]
      const first = await one.fetchSome()
      const ended = await one.fetch({ shareSessionEpoch: final })
      return [first, ended, await two.fetchSome()]
    },
    ['NONE 0-2x1', 'NONE', 'NONE 0-2x2'],
  ),
  shares(
    'what a member has acquired is free again when its connection is lost',
    async group => {
      await group.produce('a', 'b', 'c')
      const [one, two] = [await group.member(), await group.member()]
      const first = await one.fetchSome()
      const others = await two.fetch()
      await one.vanish()
      return [first, others, await two.fetchSome()]
    },
    ['NONE 0-2x1', 'NONE', 'NONE 0-2x2'],
  ),
  shares(
    'whoever waits is given what a lost member had',
    async group => {
      await group.produce('a')
      const [one, two] = [await group.member(), await group.member()]
      await one.fetchSome()
      await two.fetch()
      const waiting = two.fetch({ maxWaitMs: 2_000 })
      await one.vanish()
      return await waiting
    },
    'NONE 0-0x2',
  ),
  shares(
    'what has been lost as often as it may be handed out is not handed out again',
    async group => {
      await group.produce('a')
      const stays = await group.member()
      const fetched: string[] = []
      for (let i = 0; i < 5; i++) {
        const member = await group.member()
        fetched.push(await member.fetchSome())
        await member.vanish()
      }
      await group.produce('b')
      return [...fetched, await stays.fetchSome()]
    },
    ['NONE 0-0x1', 'NONE 0-0x2', 'NONE 0-0x3', 'NONE 0-0x4', 'NONE 0-0x5', 'NONE 1-1x1'],
  ),
  shares(
    'there is not as much as is asked for',
    async group => {
      const one = await group.begun()
      await group.produce('a', 'b')
      return await one.fetchTimed(500, { minBytes: 10_000 })
    },
    'NONE 1-2x1 at last',
  ),
  shares(
    'as much as is asked for comes while a fetch waits',
    async group => {
      const one = await group.begun()
      await group.produce('a')
      const waiting = one.fetchTimed(10_000, { minBytes: 10_000 })
      await group.produce('b')
      await group.produce('c'.repeat(10_000))
      return await waiting
    },
    'NONE 1-3x1 at once',
  ),
  shares(
    'there is more than is asked for',
    async group => {
      const one = await group.begun()
      await group.produce('c'.repeat(10_000))
      return await one.fetchTimed(10_000, { minBytes: 10_000 })
    },
    'NONE 1-1x1 at once',
  ),
  shares(
    'more is asked for than may be given',
    async group => {
      const one = await group.begun()
      await group.produce('c'.repeat(1_000))
      return await one.fetchTimed(10_000, { minBytes: 10_000, maxBytes: 500 })
    },
    'NONE 1-1x1 at once',
  ),
  shares(
    'nothing need be there',
    async group => {
      const one = await group.begun()
      return await one.fetchTimed(5_000, { minBytes: 0 })
    },
    'NONE at once',
  ),
  shares(
    'nothing may be given',
    async group => {
      const one = await group.begun()
      await group.produce('a')
      return [await one.fetchTimed(2_000, { maxBytes: 0 }), await one.fetchTimed(2_000, { maxRecords: 0 })]
    },
    ['NONE at once', 'NONE at once'],
  ),
  shares(
    'another partition cannot be read',
    async group => {
      const one = await group.begun()
      const topics = [
        { topicId: group.topicId, partitions: [{ partitionIndex: 9, acknowledgementBatches: [] }] },
      ]
      return await one.fetchTimed(500, { topics })
    },
    'UNKNOWN_TOPIC_OR_PARTITION at last',
  ),
  shares(
    'what is locked does not count',
    async group => {
      const one = await group.begun()
      const two = await group.member()
      await group.produce('c'.repeat(10_000))
      const first = await two.fetchSome()
      await group.produce('d')
      return [first, await one.fetchTimed(500, { minBytes: 5_000 })]
    },
    ['NONE 1-1x1', 'NONE 2-2x1 at last'],
  ),
  shares(
    'a member that comes back has no session any more',
    async group => {
      await group.produce('a')
      const [one, two] = [await group.member(), await group.member()]
      await one.fetchSome()
      await one.vanish()
      await two.fetchSome()
      await one.comeBack()
      return [await one.fetch(), await one.fetch({ shareSessionEpoch: 0 })]
    },
    ['SHARE_SESSION_NOT_FOUND', 'NONE'],
  ),
  shares(
    'a session that has begun anew elsewhere outlives the connection of the one before',
    async group => {
      await group.produce('a', 'b')
      const one = await group.member()
      await one.fetchSome()
      const { client: before } = one
      await one.comeBack()
      const again = await one.fetch({ shareSessionEpoch: 0 })
      before.close()
      await before.closed
      return [again, await one.fetch()]
    },
    ['NONE', 'NONE'],
  ),
  shares(
    'a session that goes on elsewhere ends with the connection it began on',
    async group => {
      await group.produce('a')
      const one = await group.member()
      await one.fetchSome()
      const { client: before } = one
      await one.comeBack()
      const goesOn = await one.fetch()
      before.close()
      await before.closed
      return [goesOn, await one.fetchUntilRefused()]
    },
    ['NONE', 'SHARE_SESSION_NOT_FOUND'],
  ),
]
