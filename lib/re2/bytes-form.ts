import { charSet, complement, type Range } from './char-set.ts'
import { mapChildren, matchesEmpty, type Node, some } from './node.ts'

/** Whether the pattern has a `\C`, which looks at bytes where all else looks at characters. */
export function looksAtBytes(node: Node): boolean {
  return some(node, child => child.kind === 'byte')
}

/**
 * Whether it matches between the bytes of a character beyond ASCII, as RE2 does, which goes by bytes: nothing stands there
 * but a `\B`, and nothing can be taken from there on.
 */
export function matchesInsideCharacter(node: Node): boolean {
  return matchesEmpty(node, what => what === 'noWordBoundary')
}

/** False for patterns with Unicode classes or cases, of which the ranges are not known here. */
export function hasBytesForm(node: Node): boolean {
  return !some(node, child => child.kind === 'chars' && (child.set.unicode.length > 0 || child.set.fold))
}

/** The pattern over a text's UTF-8, each byte a character of its own (Latin-1). */
export function bytesForm(node: Node): Node {
  if (node.kind === 'byte') return { kind: 'chars', set: charSet([[0, 0xff]]) }
  if (node.kind !== 'chars') return mapChildren(node, bytesForm)
  const { set } = node
  const ranges = set.negated ? complement(set.ranges) : set.ranges
  const branches = ranges.flatMap(utf8Sequences).map(bytes => sequence(bytes))
  return branches.length === 0 ? { kind: 'chars', set: charSet([]) } : { kind: 'alternate', branches }
}

function sequence(bytes: readonly Range[]): Node {
  return { kind: 'concat', parts: bytes.map(range => ({ kind: 'chars', set: charSet([range]) })) }
}

/** Where the length of a character's UTF-8 changes. */
const lastOfLength = [0x7f, 0x7ff, 0xffff, 0x10ffff]

/**
 * Sequences of byte ranges for a range of code points. It is cut where the length of the UTF-8 changes, and where not all
 * continuation bytes may follow a byte.
 */
function utf8Sequences([low, high]: Range): Range[][] {
  for (const last of lastOfLength) if (low <= last && high > last) return cut(low, last, high)
  if (high <= 0x7f) return [[[low, high]]]
  for (let bits = 6; bits <= 18; bits += 6) {
    const mask = (1 << bits) - 1
    if ((low & ~mask) === (high & ~mask)) continue
    if ((low & mask) !== 0) return cut(low, low | mask, high)
    if ((high & mask) !== mask) return cut(low, (high & ~mask) - 1, high)
  }
  const from = Buffer.from(String.fromCodePoint(low))
  const to = Buffer.from(String.fromCodePoint(high))
  return [Array.from(from, (byte, i): Range => [byte, to[i] as number])]
}

function cut(low: number, last: number, high: number): Range[][] {
  return [...utf8Sequences([low, last]), ...utf8Sequences([last + 1, high])]
}
