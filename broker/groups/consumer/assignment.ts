/** Partitions by topic id. Never changed in place. */
export type Assignment = ReadonlyMap<string, ReadonlySet<number>>

export interface TopicPartitionIds {
  topicId: string
  partitions: number[]
}

export const noAssignment: Assignment = new Map()

export function assignmentOf(list: readonly TopicPartitionIds[]): Assignment {
  const assignment = new Map<string, Set<number>>()
  for (const { topicId, partitions } of list)
    for (const partition of partitions) addTo(assignment, topicId, partition)
  return assignment
}

export function listOf(assignment: Assignment): TopicPartitionIds[] {
  return [...assignment].map(([topicId, partitions]) => ({
    topicId,
    partitions: [...partitions].sort((a, b) => a - b),
  }))
}

export function addTo(assignment: Map<string, Set<number>>, topicId: string, partition: number): void {
  const partitions = assignment.get(topicId)
  if (partitions === undefined) assignment.set(topicId, new Set([partition]))
  else partitions.add(partition)
}

export function has(assignment: Assignment, topicId: string, partition: number): boolean {
  return assignment.get(topicId)?.has(partition) ?? false
}

export function* partitionsOf(assignment: Assignment): Iterable<[topicId: string, partition: number]> {
  for (const [topicId, partitions] of assignment)
    for (const partition of partitions) yield [topicId, partition]
}

/** Those of its partitions that `isKept` takes. */
export function pick(
  assignment: Assignment,
  isKept: (topicId: string, partition: number) => boolean,
): Map<string, Set<number>> {
  const picked = new Map<string, Set<number>>()
  for (const [topicId, partition] of partitionsOf(assignment))
    if (isKept(topicId, partition)) addTo(picked, topicId, partition)
  return picked
}

export function isSameAssignment(a: Assignment, b: Assignment): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [topicId, partitions] of a) {
    const others = b.get(topicId)
    if (others === undefined || others.size !== partitions.size) return false
    for (const partition of partitions) if (!others.has(partition)) return false
  }
  return true
}
