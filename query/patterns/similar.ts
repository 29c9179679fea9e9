export interface Pattern {
  template: string
  count: number
  /** Lines per step, by the step's beginning in milliseconds. */
  samples: Map<number, number>
}

/** What stands in a pattern where templates differ in a whole word. */
export const anyWord = '<*>'
/** Shorter templates say too little to be put together. */
const minWords = 4

/**
 * Puts templates together that differ in one word, the same for all: `user ann logged in` and `user bob logged in` are
 * `user <*> logged in`. The largest groups first, so the outcome depends on what there is, not on its order.
 *
 * @example
 * joinSimilar([pattern('user ann logged in', 2), pattern('user bob logged in', 1)])[0].template // => 'user <*> logged in'
 */
export function joinSimilar(patterns: readonly Pattern[]): Pattern[] {
  const groups = new Map<string, Pattern[]>()
  for (const pattern of patterns)
    for (const wider of widerOf(pattern.template)) groups.set(wider, [...(groups.get(wider) ?? []), pattern])
  const bySize = [...groups].sort(
    ([a, left], [b, right]) =>
      right.length - left.length || linesOf(right) - linesOf(left) || (a < b ? -1 : 1),
  )
  const taken = new Set<Pattern>()
  const joined: Pattern[] = []
  for (const [template, members] of bySize) {
    const free = members.filter(member => !taken.has(member))
    if (free.length < 2) continue
    for (const member of free) taken.add(member)
    joined.push(merged(template, free))
  }
  return [...joined, ...patterns.filter(pattern => !taken.has(pattern))].sort(
    (a, b) => b.count - a.count || (a.template < b.template ? -1 : 1),
  )
}

/** The template with each of its words left open in turn. */
function widerOf(template: string): string[] {
  const words = template.split(' ')
  if (words.length < minWords) return []
  return words.map((_, i) => words.with(i, anyWord).join(' '))
}

function linesOf(patterns: readonly Pattern[]): number {
  return patterns.reduce((sum, { count }) => sum + count, 0)
}

function merged(template: string, members: readonly Pattern[]): Pattern {
  const samples = new Map<number, number>()
  for (const member of members)
    for (const [ms, count] of member.samples) samples.set(ms, (samples.get(ms) ?? 0) + count)
  return { template, count: linesOf(members), samples }
}
