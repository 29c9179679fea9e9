import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { FakeClock, memoryLogger } from '../../lib/base/index.ts'
import { compact } from '../../lib/log/compaction/testing/keyed.ts'
import { Deadlines } from '../deadlines.ts'
import { openTopics } from '../testing/open-topics.ts'
import { openMetadataJournal } from '../topics/metadata-journal.ts'
import type { MetadataStore } from '../topics/metadata-store.ts'
import { offsetsTopic } from '../topics/names.ts'
import type { Topic } from '../topics/topic.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import { GroupCoordinator } from './coordinator.ts'
import { GroupConfigs } from './group-configs.ts'
import { GroupLog } from './group-log.ts'
import { offsetRecord, readGroupEvent } from './group-records.ts'

const offsetsRetentionMs = 604_800_000

const clock = new FakeClock()
let folder: string
let store: MetadataStore
let topics: TopicTable
let deadlines: Deadlines
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-groups-'))
  await open()
})
afterEach(async () => {
  await close()
  await rm(folder, { recursive: true, force: true })
})

let ids = 0
async function open(): Promise<void> {
  const newId = () => `id${ids++}`
  deadlines = new Deadlines(clock)
  store = await openMetadataJournal(join(folder, 'metadata.jsonl'), newId)
  topics = openTopics(folder, store, clock, newId)
}

async function close(): Promise<void> {
  deadlines.close()
  await topics.close()
  await store.close()
}

function coordinator(): GroupCoordinator {
  const { logger } = memoryLogger()
  const openTopic = () => topics.create(offsetsTopic, 2, {})
  const configs = new GroupConfigs(store, parseConfig('', { set: [] }))
  const onShareMemberGone = () => undefined
  return new GroupCoordinator({
    onShareMemberGone,
    clock,
    logger,
    deadlines,
    topics,
    configs,
    offsetsRetentionMs: () => offsetsRetentionMs,
    initialDelayMs: 0,
    openTopic,
  })
}

const committed = (offset: number) => ({
  offset,
  leaderEpoch: 0,
  metadata: 'm',
  committedAtMs: clock.nowMs(),
})

describe('the coordinator', () => {
  it('forgets offsets seven days after the last commit of a group without members, and then the group', async () => {
    const groups = coordinator()
    await groups.commit('g', [{ topic: 't', partition: 0, committed: committed(1) }])
    clock.advance(offsetsRetentionMs - 1)
    await groups.commit('g', [{ topic: 't', partition: 1, committed: committed(2) }])
    await groups.clean()
    expect(groups.get('g')?.offsets.partitions('t')).toEqual([0, 1])
    clock.advance(2)
    await groups.clean()
    expect(groups.get('g')?.offsets.partitions('t')).toEqual([1])
    clock.advance(offsetsRetentionMs)
    await groups.clean()
    expect(groups.get('g')).toBeUndefined()
    await close()
    await open()
    const restarted = coordinator()
    await restarted.ready()
    expect([...restarted.all()]).toEqual([])
  })
})

describe('the log of groups', () => {
  it('loses no commit when it is compacted, and is short afterwards', async () => {
    const topic = await topics.create(offsetsTopic, 1, { 'cleanup.policy': 'compact' })
    const { log, ...partition } = await opened(topic)
    for (let i = 0; i < 50; i++) await partition.commit(i % 3, i)
    await log.roll()
    const before = log.sizeBytes
    await Promise.all([compact(log), ...[0, 1].map(p => partition.commit(p, 100 + p))])
    expect(log.sizeBytes).toBeLessThan(before / 4)
    expect(await partition.committed()).toEqual(
      new Map([
        [0, 100],
        [1, 101],
        [2, 47],
      ]),
    )
  })

  async function opened(topic: Topic) {
    const partition = await topic.partition(0)
    return {
      log: partition.log,
      commit: async (p: number, offset: number) => {
        const record = offsetRecord('g', 't', p, committed(offset), 0)
        expect(await new GroupLog(partition).append([record])).toBe(true)
      },
      committed: async () => {
        const read = new Map<number, number>()
        await new GroupLog(partition).load(record => {
          const event = readGroupEvent(record)
          if (event?.type === 'offset') read.set(event.partition, event.committed?.offset ?? -1)
        })
        return new Map([...read].sort(([a], [b]) => a - b))
      },
    }
  }
})
