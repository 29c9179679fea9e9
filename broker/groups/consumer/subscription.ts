import { createHash } from 'node:crypto'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { topicPattern } from './regular-expression.ts'

export interface KnownTopic {
  readonly id: string
  readonly name: string
  readonly partitionCount: number
}

/** The topics there are. */
export interface TopicDirectory {
  /** Grows with every change. */
  readonly version: number
  get(name: string): KnownTopic | undefined
  getById(id: string): KnownTopic | undefined
  all(): Iterable<KnownTopic>
}

/** What a member asks for, by name and by regular expression, as far as it is there. */
export function subscribedTopics(
  group: ConsumerGroup,
  member: ConsumerMember,
  topics: TopicDirectory,
): KnownTopic[] {
  const names = new Set([...member.topicNames, ...(group.regexes.get(member.topicRegex) ?? [])])
  return [...names].flatMap(name => topics.get(name) ?? [])
}

export function isSubscribed(group: ConsumerGroup, topic: string): boolean {
  for (const member of group.members.values())
    if (member.topicNames.includes(topic) || group.regexes.get(member.topicRegex)?.includes(topic) === true)
      return true
  return false
}

/**
 * Looks at the topics again where they or the subscriptions have changed: which ones the known regular expressions mean,
 * and whether those subscribed to are still what they were. True where a new assignment is called for.
 */
export function refreshSubscription(group: ConsumerGroup, topics: TopicDirectory): boolean {
  forgetUnusedRegexes(group)
  const haveTopicsChanged = group.topicsVersion !== topics.version
  group.topicsVersion = topics.version
  let isChanged = false
  if (haveTopicsChanged)
    for (const pattern of [...group.regexes.keys()]) isChanged = resolve(group, pattern, topics) || isChanged
  const hash = metadataHash(group, topics)
  if (hash === group.metadataHash) return isChanged
  group.metadataHash = hash
  return true
}

/** Whether a member has brought a regular expression of which nobody has looked yet what it means. */
export function hasNewRegexes(group: ConsumerGroup): boolean {
  for (const { topicRegex } of group.members.values())
    if (topicRegex !== '' && !group.regexes.has(topicRegex)) return true
  return false
}

/**
 * Looks what new regular expressions mean. As in Kafka that is done after the heartbeat that brought them has been
 * answered: its member hears of their topics with a later one, in a new epoch.
 */
export function resolveNewRegexes(group: ConsumerGroup, topics: TopicDirectory): void {
  let isChanged = false
  for (const pattern of patternsOf(group))
    if (!group.regexes.has(pattern)) isChanged = resolve(group, pattern, topics) || isChanged
  if (!isChanged) return
  group.metadataHash = metadataHash(group, topics)
  group.epoch++
  group.changed({ type: 'group' })
}

/** False where it means the same topics as before. */
function resolve(group: ConsumerGroup, text: string, topics: TopicDirectory): boolean {
  const before = group.regexes.get(text)
  const found = matchingTopics(text, topics) ?? before ?? []
  group.regexes.set(text, found)
  if (before?.join() === found.join()) return false
  group.changed({ type: 'regex', pattern: text })
  return before !== undefined || found.length > 0
}

/** Sorted; undefined where it is no regular expression, which is seen when a member brings it. */
function matchingTopics(text: string, topics: TopicDirectory): string[] | undefined {
  const pattern = topicPattern(text)
  if ('problem' in pattern) return undefined
  const names = [...topics.all()].map(({ name }) => name)
  return names.filter(name => pattern.matches(name)).sort()
}

function forgetUnusedRegexes(group: ConsumerGroup): void {
  const used = patternsOf(group)
  for (const pattern of [...group.regexes.keys()]) {
    if (used.has(pattern)) continue
    group.regexes.delete(pattern)
    group.changed({ type: 'regex', pattern })
  }
}

function patternsOf(group: ConsumerGroup): Set<string> {
  const patterns = new Set([...group.members.values()].map(({ topicRegex }) => topicRegex))
  patterns.delete('')
  return patterns
}

function metadataHash(group: ConsumerGroup, topics: TopicDirectory): number {
  const names = new Set([...group.members.values()].flatMap(({ topicNames }) => topicNames))
  for (const pattern of patternsOf(group))
    for (const name of group.regexes.get(pattern) ?? []) names.add(name)
  return topicsHash([...names].flatMap(name => topics.get(name) ?? []))
}

/** A number that differs when a topic subscribed to appears, goes, or gets more partitions. */
export function topicsHash(subscribed: readonly KnownTopic[]): number {
  const known = new Map(subscribed.map(topic => [topic.id, topic]))
  if (known.size === 0) return 0
  const hash = createHash('sha1')
  for (const id of [...known.keys()].sort()) hash.update(`${id} ${known.get(id)?.partitionCount}\n`)
  return hash.digest().readUIntBE(0, 6)
}
