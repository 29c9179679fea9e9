import { RE2JS, RE2JSSyntaxException } from 're2js'

/** RE2's own limits keep patterns small; a longer one is nobody's list of topics. */
const maxLength = 10_000

/** A regular expression of topics; matched as a whole and in time linear in a name. */
export interface TopicPattern {
  matches(name: string): boolean
}

/**
 * Compiles in RE2's syntax, as KIP-848 wants it; or says in words why it is none: `{ problem: 'missing closing )' }`. The
 * engine is a port of the one that Kafka uses (RE2/J), so that both take the same expressions and say the same of others.
 */
export function topicPattern(pattern: string): TopicPattern | { problem: string } {
  if (pattern.length > maxLength) return { problem: 'expression too long' }
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return { problem: error.getDescription() }
    throw error
  }
}
