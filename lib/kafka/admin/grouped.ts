/** Values by a key, each with all that have it, in the order in which they come. */
export function groupedBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}

/** Partitions as requests name them: by topic. */
export function byTopic<T extends { topic: string }>(
  places: readonly T[],
): { name: string; partitions: T[] }[] {
  return [...groupedBy(places, place => place.topic)].map(([name, partitions]) => ({ name, partitions }))
}
