import { decodeSubscription } from '../../lib/kafka/index.ts'
import type { ClassicGroup } from './classic-group.ts'
import { isSubscribed } from './consumer/subscription.ts'
import type { Group } from './group-entry.ts'
import { metadataOf } from './member.ts'

/**
 * Whether an offset is past its time: `oldestMs` is what is kept. While a group has members its offsets stay, other than
 * those of topics that consumers do not read any more. Afterwards they age from when the group became empty, in a group
 * that was never joined from their commit.
 */
export function isExpired(group: Group, topic: string, committedAtMs: number, oldestMs: number): boolean {
  if (committedAtMs >= oldestMs) return false
  // share groups have none
  if (group.type === 'share') return true
  if (group.type === 'consumer') return !isSubscribed(group, topic)
  if (group.state === 'Empty') return group.protocolType === null || group.stateSinceMs < oldestMs
  return group.state === 'Stable' && group.protocolType === 'consumer' && !subscribedTopics(group).has(topic)
}

/** Topics that the members of a classic group of consumers read, as far as they say so. */
export function subscribedTopics(group: ClassicGroup): Set<string> {
  const subscribed = new Set<string>()
  for (const member of group.members.values())
    for (const topic of topicsOf(metadataOf(member, group.protocol))) subscribed.add(topic)
  return subscribed
}

/** What a member says of itself is not ours to check: nonsense subscribes to nothing. */
function topicsOf(metadata: Buffer): string[] {
  try {
    return decodeSubscription(metadata).topics
  } catch {
    return []
  }
}
