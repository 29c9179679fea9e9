import type { RecordInput } from '../../lib/kafka/index.ts'
import type { ClassicGroup } from './classic-group.ts'
import { ConsumerGroup } from './consumer/consumer-group.ts'
import { recordsOf, tombstonesOf } from './consumer/consumer-records.ts'
import type { ConsumerEvent } from './consumer/consumer-replay.ts'
import type { Group, GroupEntry } from './group-entry.ts'
import { type GroupEvent, groupRecord, restoreGroup } from './group-records.ts'
import { groupTombstone } from './record-keys.ts'
import { ShareGroup } from './share/share-group.ts'
import { shareRecordsOf, shareTombstonesOf } from './share/share-group-records.ts'
import type { ShareEvent } from './share/share-replay.ts'

/** The groups there are, while they are read. */
export interface GroupTable {
  get: (groupId: string) => GroupEntry | undefined
  /** The group, made where it is not there. */
  open: (groupId: string) => GroupEntry
  newClassicGroup: (groupId: string) => ClassicGroup
  nowMs: () => number
}

/** What is written last counts: it says of which protocol a group is. */
export function replayGroup(event: Exclude<GroupEvent, { type: 'offset' }>, table: GroupTable): void {
  if (event.type !== 'group') replayModern(event, table)
  else if (event.value === null) replayGone(event.group, 'classic', table)
  else
    table.open(event.group).group = restoreGroup(
      table.newClassicGroup(event.group),
      event.value,
      table.nowMs(),
    )
}

/** Takes back everything of a group. */
export function groupTombstones(group: Group, nowMs: number): RecordInput[] {
  if (group.type === 'share') return shareTombstonesOf(group, nowMs)
  return group.type === 'consumer' ? tombstonesOf(group, nowMs) : [groupTombstone(group.id, nowMs)]
}

/** Everything that is written of a group. */
export function groupRecords(group: Group, nowMs: number): RecordInput[] {
  if (group.type === 'share') return shareRecordsOf(group, group.everything(), nowMs)
  if (group.type === 'consumer') return recordsOf(group, group.everything(), nowMs)
  return group.protocolType === null ? [] : [groupRecord(group, nowMs)]
}

function replayModern(event: ConsumerEvent | ShareEvent, table: GroupTable): void {
  if (event.isTombstone && event.isGroup) replayGone(event.group, event.type, table)
  const entry = event.isTombstone ? table.get(event.group) : table.open(event.group)
  if (entry === undefined || (event.isTombstone && entry.group.type !== event.type)) return
  if (event.type === 'consumer') {
    if (entry.group.type !== 'consumer') entry.group = new ConsumerGroup(event.group)
    event.apply(entry.group)
    entry.group.takeChanges()
  } else {
    if (entry.group.type !== 'share') entry.group = new ShareGroup(event.group)
    event.apply(entry.group)
    entry.group.takeChanges()
  }
}

/** Its offsets have records of their own; a group of another protocol may have taken its place already. */
function replayGone(groupId: string, type: Group['type'], table: GroupTable): void {
  const entry = table.get(groupId)
  if (entry?.group.type === type) entry.group = table.newClassicGroup(groupId)
}
