import { isAny } from './char-set.ts'
import { isNullable, type Node, some } from './node.ts'

/**
 * A pattern that is found in the same texts as another, though elsewhere in them: for asking only whether. What may be
 * left out at both ends is left out, so that `^.*disk.*$` is `disk` and `\d+ms` is `\dms`.
 */
export function searchForm(node: Node): Node {
  let parts = flatten(node)
  for (;;) {
    const shorter = trimEnd(trimStart(parts))
    if (shorter === parts) return { kind: 'concat', parts }
    parts = shorter
  }
}

/** The parts of a sequence, groups opened: which of them took what is not asked for. */
function flatten(node: Node): readonly Node[] {
  if (node.kind === 'group') return flatten(node.body)
  return node.kind === 'concat' ? node.parts.flatMap(flatten) : [node]
}

function trimStart(parts: readonly Node[]): readonly Node[] {
  const [first, second] = parts
  if (first === undefined) return parts
  if (isAssertion(first, 'textStart') && second !== undefined && takesAnything(second)) return parts.slice(2)
  const less = least(first)
  return less === undefined ? parts : [...less, ...parts.slice(1)]
}

function trimEnd(parts: readonly Node[]): readonly Node[] {
  const last = parts.at(-1)
  const before = parts.at(-2)
  if (last === undefined) return parts
  if (isAssertion(last, 'textEnd') && before !== undefined && takesAnything(before)) return parts.slice(0, -2)
  const less = least(last)
  return less === undefined ? parts : [...parts.slice(0, -1), ...less]
}

/** What must be there of a part at an end: `a+` must be one `a` there; undefined where nothing can be left out. */
function least(node: Node): readonly Node[] | undefined {
  if (node.kind !== 'repeat' || node.min === node.max) return undefined
  // what holds between characters is not held by fewer of them
  if (some(node.body, child => child.kind === 'assert' || child.kind === 'byte')) return undefined
  if (isNullable(node.body) || node.min === 0) return []
  return node.min === 1 ? flatten(node.body) : [{ ...node, max: node.min }]
}

/** `.*` where the dot takes line breaks. */
function takesAnything(node: Node): boolean {
  return (
    node.kind === 'repeat' &&
    node.min === 0 &&
    node.max === Number.POSITIVE_INFINITY &&
    node.body.kind === 'chars' &&
    isAny(node.body.set)
  )
}

function isAssertion(node: Node, what: 'textStart' | 'textEnd'): boolean {
  return node.kind === 'assert' && node.what === what
}
