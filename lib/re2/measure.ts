import { type CharSet, isAny } from './char-set.ts'
import { childrenOf, type Node } from './node.ts'

/** The largest count of a quantifier, nested ones multiplied. Source: RE2's kMaxRepeat. */
export const maxRepeat = 1000

/** Whether counts, multiplied where they are nested, stay within the bound. */
export function isRepeatable(node: Node, most = maxRepeat): boolean {
  let rest = most
  if (node.kind === 'repeat') {
    const times = node.max === Number.POSITIVE_INFINITY ? node.min : node.max
    if (times > rest) return false
    if (times > 0) rest = Math.floor(rest / times)
  }
  return childrenOf(node).every(child => isRepeatable(child, rest))
}

/** About how many steps RE2's compiled program has, over UTF-8, counted quantifiers unrolled. */
export function programSize(node: Node): number {
  switch (node.kind) {
    case 'chars':
      return sizeOfSet(node.set)
    case 'byte':
    case 'assert':
      return 1
    case 'repeat': {
      const times = node.max === Number.POSITIVE_INFINITY ? Math.max(node.min, 1) : Math.max(node.max, 1)
      return times * (programSize(node.body) + 1)
    }
    case 'concat':
    case 'alternate':
    case 'group':
      return childrenOf(node).reduce((sum, child) => sum + programSize(child) + 1, 1)
  }
}

/** A Unicode class in UTF-8 is some hundred byte ranges; RE2 takes `\pL{400}` and refuses `\pL{1000}`. */
const unicodeClassSize = 300

function sizeOfSet(set: CharSet): number {
  if (isAny(set)) return 10
  const beyond = set.ranges.filter(([, high]) => high > 0x7f).length
  return 1 + (set.negated ? 10 : 0) + beyond * 4 + set.unicode.length * unicodeClassSize + (set.fold ? 20 : 0)
}
