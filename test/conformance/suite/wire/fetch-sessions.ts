import { apis } from '../../../../lib/kafka/index.ts'
import { FetchScene } from './fetch-scene.ts'
import { name, tells, type WireCase, type WireScene } from './wire-case.ts'

const unknownId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'

function sessions(
  title: string,
  tell: (scene: FetchScene) => Promise<unknown>,
  expected: unknown,
  partitions = 2,
): WireCase {
  const answer = async (scene: WireScene) => await tell(await FetchScene.open(scene, partitions))
  return tells(`fetch sessions: ${title}`, answer, expected)
}

const both = [{ partition: 0 }, { partition: 1 }]

export const fetchSessionCases: readonly WireCase[] = [
  sessions(
    'a full request begins one, in which nothing is said twice',
    async s => {
      const full = await s.fetch(both)
      return [full, s.hasSession, await s.fetch(), await s.fetch(), s.hasSession]
    },
    ['NONE, 0: 0 from 0 +0, 1: 0 from 0 +0', true, 'NONE', 'NONE', true],
  ),
  sessions('epoch -1 wants none', async s => [await s.fetch(both, { sessionEpoch: -1 }), s.hasSession], [
    'NONE, 0: 0 from 0 +0, 1: 0 from 0 +0',
    false,
  ]),
  sessions(
    'before version 7 there are none',
    async s => {
      s.version = 6
      return [await s.fetch([{}]), s.hasSession]
    },
    ['NONE, 0: 0 from 0 +0', false],
  ),
  sessions(
    'epoch -1 ends the one it names',
    async s => {
      await s.fetch(both)
      const { sessionId } = s
      const ended = await s.fetch([{}], { sessionEpoch: -1 })
      return [ended, s.hasSession, await s.fetch([], { sessionId, sessionEpoch: 1 })]
    },
    ['NONE, 0: 0 from 0 +0', false, 'FETCH_SESSION_ID_NOT_FOUND'],
  ),
  sessions(
    'epoch 0 ends the one it names and begins another',
    async s => {
      await s.fetch(both)
      const { sessionId } = s
      const again = await s.fetch([{}], { sessionEpoch: 0 })
      const isOther = s.sessionId !== sessionId
      return [
        again,
        s.hasSession,
        isOther,
        await s.fetch([], { sessionId, sessionEpoch: 1 }),
        await s.fetch(),
      ]
    },
    ['NONE, 0: 0 from 0 +0', true, true, 'FETCH_SESSION_ID_NOT_FOUND', 'NONE'],
  ),
  sessions(
    'an epoch that is not the next',
    async s => {
      await s.fetch(both)
      const epochs = [5, 2, -2].map(async sessionEpoch =>
        name((await s.send([], { sessionEpoch })).errorCode),
      )
      return [...(await Promise.all(epochs)), await s.fetch()]
    },
    ['INVALID_FETCH_SESSION_EPOCH', 'INVALID_FETCH_SESSION_EPOCH', 'INVALID_FETCH_SESSION_EPOCH', 'NONE'],
  ),
  sessions(
    'the session of an answer that refuses is none',
    async s => {
      await s.fetch(both)
      return [
        (await s.send([], { sessionEpoch: 9 })).sessionId,
        (await s.send([], { sessionId: 7, sessionEpoch: 1 })).sessionId,
      ]
    },
    [0, 0],
  ),
  sessions(
    'begun with names it is not gone on with by ids, nor the other way round',
    async s => {
      const answers: string[] = []
      for (const [first, then] of [
        [12, 13],
        [13, 12],
      ] as const) {
        s.version = first
        await s.fetch(both, { sessionEpoch: 0 })
        s.version = then
        answers.push(await s.fetch())
        s.version = first
        answers.push(await s.fetch())
      }
      return answers
    },
    ['FETCH_SESSION_TOPIC_ID_ERROR', 'NONE', 'FETCH_SESSION_TOPIC_ID_ERROR', 'NONE'],
  ),
  sessions(
    'only what has records is answered, until the offset is moved',
    async s => {
      await s.fetch(both)
      await s.produce(1, 'a', 'b')
      const [first, again] = [await s.fetch(), await s.fetch()]
      return [first, again, await s.fetch([{ partition: 1, fetchOffset: 2 }]), await s.fetch()]
    },
    ['NONE, 1: 2 from 0 +2', 'NONE, 1: 2 from 0 +2', 'NONE', 'NONE'],
  ),
  sessions(
    'what is added is answered, what is named again is not',
    async s => {
      await s.fetch([{ partition: 0 }])
      return [await s.fetch([{ partition: 1 }]), await s.fetch(both)]
    },
    ['NONE, 1: 0 from 0 +0', 'NONE'],
  ),
  sessions(
    'what is forgotten is not answered any more',
    async s => {
      await s.fetch(both)
      const forgotten = await s.fetch([], s.forget(1))
      await s.produce(0, 'a')
      await s.produce(1, 'a')
      return [forgotten, await s.fetch(), await s.fetch([{ partition: 1, fetchOffset: 1 }])]
    },
    ['NONE', 'NONE, 0: 1 from 0 +1', 'NONE, 0: 1 from 0 +1, 1: 1 from 0 +0'],
  ),
  sessions(
    'one of which all is forgotten ends',
    async s => {
      await s.fetch(both)
      const { sessionId } = s
      const forgotten = await s.fetch([], { ...s.forget(0, 1), maxWaitMs: 20_000 })
      return [forgotten, s.hasSession, await s.fetch([], { sessionId, sessionEpoch: 2 })]
    },
    ['NONE', false, 'FETCH_SESSION_ID_NOT_FOUND'],
  ),
  sessions(
    'what is named and forgotten in one request is forgotten',
    async s => {
      await s.fetch([{ partition: 0 }])
      return [await s.fetch([{ partition: 1 }], s.forget(1)), await s.fetch()]
    },
    ['NONE', 'NONE'],
  ),
  sessions(
    'one of nothing',
    async s => [await s.fetch([], { maxWaitMs: 20_000 }), s.hasSession, await s.fetch([{ partition: 1 }])],
    ['NONE', true, 'NONE, 1: 0 from 0 +0'],
  ),
  sessions(
    'a log that begins later is answered',
    async s => {
      await s.produce(0, 'a')
      await s.produce(0, 'b')
      await s.fetch([{ partition: 0, fetchOffset: 2 }, { partition: 1 }])
      await s.deleteBefore(0, 1)
      return [await s.fetch(), await s.fetch()]
    },
    ['NONE, 0: 2 from 1 +0', 'NONE'],
  ),
  sessions(
    'an offset that is deleted is answered, again and again',
    async s => {
      await s.produce(0, 'a')
      await s.produce(0, 'b')
      await s.fetch([{ partition: 0, fetchOffset: 0 }, { partition: 1 }])
      await s.deleteBefore(0, 2)
      const refused = [await s.fetch(), await s.fetch()]
      return [...refused, await s.fetch([{ partition: 0, fetchOffset: 2 }]), await s.fetch()]
    },
    ['NONE, 0: OFFSET_OUT_OF_RANGE', 'NONE, 0: OFFSET_OUT_OF_RANGE', 'NONE, 0: 2 from 2 +0', 'NONE'],
  ),
  sessions(
    'a partition that is not there is answered again and again, and does not end the wait for others',
    async s => [await s.fetchTimed(500, [{ partition: 0 }, { partition: 7 }]), await s.fetchTimed(500)],
    [
      'NONE, 0: 0 from 0 +0, 7: UNKNOWN_TOPIC_OR_PARTITION, at last',
      'NONE, 7: UNKNOWN_TOPIC_OR_PARTITION, at last',
    ],
  ),
  sessions(
    'where no partition is there nothing is waited for',
    async s => [await s.fetchTimed(5_000, [{ partition: 7 }]), await s.fetchTimed(5_000)],
    ['NONE, 7: UNKNOWN_TOPIC_OR_PARTITION, at once', 'NONE, 7: UNKNOWN_TOPIC_OR_PARTITION, at once'],
  ),
  sessions(
    'an offset that is not there is answered at once',
    async s => [
      await s.fetchTimed(5_000, [{ partition: 0, fetchOffset: 9 }, { partition: 1 }]),
      await s.fetchTimed(5_000),
    ],
    ['NONE, 0: OFFSET_OUT_OF_RANGE, 1: 0 from 0 +0, at once', 'NONE, 0: OFFSET_OUT_OF_RANGE, at once'],
  ),
  sessions(
    'a leader epoch that is not there is answered at once',
    async s => [
      await s.fetchTimed(5_000, [{ partition: 0, currentLeaderEpoch: 9 }, { partition: 1 }]),
      await s.fetchTimed(5_000),
    ],
    ['NONE, 0: UNKNOWN_LEADER_EPOCH, 1: 0 from 0 +0, at once', 'NONE, 0: UNKNOWN_LEADER_EPOCH, at once'],
  ),
  sessions(
    'a topic that nobody knows, by id and by name',
    async s => {
      const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }]
      const byId = await s.fetch([], { topics: [{ topicId: unknownId, partitions }] })
      const again = await s.fetch()
      s.version = 12
      const byName = await s.fetch([], { sessionEpoch: 0, topics: [{ topic: 'nowhere', partitions }] })
      return [byId, again, byName, await s.fetch()]
    },
    [
      'NONE, 0: UNKNOWN_TOPIC_ID',
      'NONE, 0: UNKNOWN_TOPIC_ID',
      'NONE, 0: UNKNOWN_TOPIC_OR_PARTITION',
      'NONE, 0: UNKNOWN_TOPIC_OR_PARTITION',
    ],
  ),
  sessions(
    'a topic that is deleted',
    async s => {
      await s.fetch(both)
      await s.client.send(apis.deleteTopics, 6, { topics: [{ topicId: s.topicId }], timeoutMs: 5_000 })
      for (let tries = 0; tries < 100; tries++) {
        const answer = await s.fetch([], { maxWaitMs: 100 })
        if (answer !== 'NONE') return answer
      }
      return 'nothing'
    },
    'NONE, 0: UNKNOWN_TOPIC_OR_PARTITION, 1: UNKNOWN_TOPIC_OR_PARTITION',
  ),
  sessions(
    'a full answer: the one that was given something comes last the next time',
    async s => {
      await s.produce(0, 'a')
      await s.produce(1, 'a')
      await s.produce(2, 'a')
      const threes = [{ partition: 0 }, { partition: 1 }, { partition: 2 }]
      const answers = [await s.fetch(threes, { maxBytes: 1 })]
      for (let i = 0; i < 4; i++) answers.push(await s.fetch([], { maxBytes: 1 }))
      return [...answers, await s.fetch()]
    },
    [
      'NONE, 0: 1 from 0 +1, 1: 1 from 0 +0, 2: 1 from 0 +0',
      'NONE, 0: 1 from 0 +1',
      'NONE, 1: 1 from 0 +1',
      'NONE, 2: 1 from 0 +1',
      'NONE, 0: 1 from 0 +1',
      'NONE, 1: 1 from 0 +1, 2: 1 from 0 +1, 0: 1 from 0 +1',
    ],
    3,
  ),
  sessions(
    'a high watermark is answered also where there is no room for records',
    async s => {
      await s.produce(0, 'a')
      await s.fetch(both, { maxBytes: 1 })
      await s.produce(1, 'a')
      return [await s.fetch([], { maxBytes: 1 }), await s.fetch([], { maxBytes: 1 })]
    },
    ['NONE, 0: 1 from 0 +1, 1: 1 from 0 +0', 'NONE, 1: 1 from 0 +1'],
  ),
  sessions(
    'waits for what is named nowhere in the request',
    async s => {
      await s.fetch(both)
      const waiting = s.fetch([], { maxWaitMs: 20_000 })
      await s.elsewhere(other => other.produce(1, 'a'))
      return [await waiting, await s.fetch([{ partition: 1, fetchOffset: 1 }])]
    },
    ['NONE, 1: 1 from 0 +1', 'NONE'],
  ),
  sessions(
    'a request that waits while another goes on with its session',
    async s => {
      await s.fetch(both)
      const waiting = s.send([], { maxWaitMs: 2_000 })
      const next = await s.elsewhere(async other => {
        // the first may be on its way still
        for (;;) {
          const { errorCode } = await other.send([], { sessionEpoch: 2 })
          if (errorCode === 0) return 'NONE'
        }
      })
      const late = await waiting
      return [next, name(late.errorCode), late.sessionId === s.sessionId]
    },
    ['NONE', 'INVALID_FETCH_SESSION_EPOCH', true],
  ),
]
