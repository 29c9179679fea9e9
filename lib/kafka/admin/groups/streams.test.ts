import { expect, it } from 'vitest'
import type { KafkaAdminClient } from '../../client/index.ts'
import { describeListed } from './describe.ts'

const tasks = (subtopologyId: string, ...partitions: number[]) => ({ subtopologyId, partitions })

it('members of a streams group have tasks of each kind, and read the topics of the active ones', async () => {
  const assignment = {
    activeTasks: [tasks('0', 0, 1), tasks('1', 2)],
    standbyTasks: [tasks('0', 2)],
    warmupTasks: [tasks('1', 3)],
  }
  const answer = {
    groups: [
      {
        errorCode: 0,
        errorMessage: null,
        groupState: 'Stable',
        groupEpoch: 4,
        topology: {
          subtopologies: [
            { subtopologyId: '0', sourceTopics: ['lines'], repartitionSourceTopics: [] },
            { subtopologyId: '1', sourceTopics: [], repartitionSourceTopics: [{ name: 'by-word' }] },
          ],
        },
        members: [
          {
            memberId: 'm',
            instanceId: null,
            clientId: 'c',
            clientHost: '/h',
            assignment,
            targetAssignment: assignment,
          },
        ],
      },
    ],
  }
  const client = { request: () => Promise.resolve(answer) } as unknown as KafkaAdminClient
  const { members, state, epoch } = await describeListed(client, { group: 'words', type: 'streams' })
  expect([state, epoch]).toEqual(['Stable', 4])
  expect(members).toEqual([
    {
      memberId: 'm',
      instanceId: null,
      clientId: 'c',
      host: '/h',
      subscribed: ['lines', 'by-word'],
      assignments: [
        { topic: 'lines', partitions: [0, 1] },
        { topic: 'by-word', partitions: [2] },
      ],
      target: [
        { topic: 'lines', partitions: [0, 1] },
        { topic: 'by-word', partitions: [2] },
      ],
      tasks: {
        active: [
          { subtopology: '0', partitions: [0, 1] },
          { subtopology: '1', partitions: [2] },
        ],
        standby: [{ subtopology: '0', partitions: [2] }],
        warmup: [{ subtopology: '1', partitions: [3] }],
      },
    },
  ])
})
