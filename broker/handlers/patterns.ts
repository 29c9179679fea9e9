import { runInNewContext } from 'node:vm'

/** Kafka's RE2 takes linear time; JavaScript's patterns may not, and hold everyone up meanwhile: so long at most. */
const maxMs = 100

/**
 * The names that match a pattern as a whole. Undefined where the pattern cannot be read, or takes too long.
 * Its syntax is JavaScript's where Kafka takes RE2's.
 */
export function namesMatching(pattern: string, names: readonly string[]): ReadonlySet<string> | undefined {
  const expression = wholeOf(pattern)
  if (expression === undefined) return undefined
  try {
    // a script of its own, since that is what can be interrupted
    const filter = 'names.filter(name => expression.test(name))'
    return new Set(runInNewContext(filter, { names, expression }, { timeout: maxMs }) as string[])
  } catch {
    return undefined
  }
}

function wholeOf(pattern: string): RegExp | undefined {
  try {
    // by itself first: parentheses that close ours are no pattern
    return new RegExp(`^(?:${new RegExp(pattern, 'us').source})$`, 'us')
  } catch {
    return undefined
  }
}
