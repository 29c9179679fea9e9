import type { CharSet } from './char-set.ts'
import { childrenOf, type Node, some } from './node.ts'

/**
 * Tells of a code point whether a match may have it. Undefined for patterns that look at what is around a match, and for
 * those of bytes. Says yes where that is not easily told.
 */
export function takenCharacters(node: Node): ((codePoint: number) => boolean) | undefined {
  if (some(node, ({ kind }) => kind === 'assert' || kind === 'byte')) return undefined
  const sets = setsOf(node)
  return codePoint => codePoint > 0x7f || sets.some(set => mayHave(set, codePoint))
}

function setsOf(node: Node): CharSet[] {
  return node.kind === 'chars' ? [node.set] : childrenOf(node).flatMap(setsOf)
}

function mayHave({ ranges, unicode, negated }: CharSet, codePoint: number): boolean {
  if (unicode.length > 0) return true
  return ranges.some(([low, high]) => codePoint >= low && codePoint <= high) !== negated
}
