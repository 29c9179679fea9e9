import { areDisjoint, type CharSet } from './char-set.ts'
import { isNullable, type Node, type RepeatNode, some } from './node.ts'

/** Steps that a backtracking engine may take from one start, beside runs of unbounded quantifiers. */
const maxSteps = 256
const maxUnbounded = 16

/**
 * Whether a backtracking engine is sure to be done with any text in time proportional to its length. Conservative:
 * false for much that would be.
 *
 * Without unbounded quantifiers every start costs a bounded number of steps, which is counted. A quantifier without
 * bound must be over one set of characters, and what follows it must begin with none of them, so that it ends at one
 * place alone; and before it must stand a character that it does not take, so that only a bounded number of starts
 * reach the same run. At the start of the text there is one start only.
 */
export function isLinear(node: Node): boolean {
  const parts = flatten(node)
  const isAnchored = parts[0]?.kind === 'assert' && parts[0].what === 'textStart'
  if (parts.filter(isUnbounded).length > maxUnbounded) return false
  if (parts.some((part, i) => isUnbounded(part) && !isTame(parts, i, isAnchored))) return false
  return costOfSequence(parts).steps <= maxSteps
}

function flatten(node: Node): readonly Node[] {
  if (node.kind === 'group') return flatten(node.body)
  return node.kind === 'concat' ? node.parts.flatMap(flatten) : [node]
}

function isUnbounded(node: Node): node is RepeatNode {
  return node.kind === 'repeat' && node.max === Number.POSITIVE_INFINITY
}

function isTame(parts: readonly Node[], i: number, isAnchored: boolean): boolean {
  const part = parts[i] as RepeatNode
  const body = part.body
  if (body.kind !== 'chars') return false
  const rest = parts.slice(i + 1)
  if (!endsAtOnePlace(body.set, rest)) return false
  // it always succeeds, and with it the search
  if (rest.length === 0 && part.min <= 1) return true
  return isAnchored || isBegunByAnother(body.set, parts.slice(0, i))
}

function endsAtOnePlace(set: CharSet, rest: readonly Node[]): boolean {
  const [next] = rest
  if (next === undefined) return true
  if (next.kind === 'assert' && next.what === 'textEnd') return rest.length === 1
  const first = firstSet(next)
  return first !== undefined && areDisjoint(set, first)
}

/** The characters that a part begins with, where it is simple enough to say. */
function firstSet(node: Node): CharSet | undefined {
  if (node.kind === 'chars') return node.set
  if (node.kind === 'group') return firstSet(node.body)
  if (node.kind === 'repeat') return node.min > 0 ? firstSet(node.body) : undefined
  if (node.kind === 'concat' && node.parts[0] !== undefined) return firstSet(node.parts[0])
  return undefined
}

/** Whether between the quantifier before, or the start, and this one stands a character that it does not take. */
function isBegunByAnother(set: CharSet, before: readonly Node[]): boolean {
  for (const part of before.toReversed()) {
    const must = part.kind === 'repeat' && part.min > 0 && !isNullable(part.body) ? part.body : part
    if (must.kind === 'chars' && areDisjoint(set, must.set)) return true
    if (isUnbounded(part)) return false
  }
  return false
}

interface Cost {
  /** Ways to get through. */
  paths: number
  steps: number
}

function cost(node: Node): Cost {
  switch (node.kind) {
    case 'chars':
    case 'byte':
    case 'assert':
      return { paths: 1, steps: 1 }
    case 'group':
      return cost(node.body)
    case 'concat':
      return costOfSequence(node.parts)
    case 'alternate': {
      const costs = node.branches.map(cost)
      return { paths: sum(costs.map(c => c.paths)), steps: sum(costs.map(c => c.steps)) }
    }
    case 'repeat':
      return costOfRepeat(node)
  }
}

function costOfSequence(parts: readonly Node[]): Cost {
  let paths = 1
  let steps = 0
  for (const part of parts) {
    const one =
      isUnbounded(part) && part.body.kind === 'chars' ? { paths: 1, steps: part.min + 1 } : cost(part)
    steps += paths * one.steps
    paths *= one.paths
  }
  return { paths, steps }
}

function costOfRepeat({ body, min, max }: RepeatNode): Cost {
  if (max === Number.POSITIVE_INFINITY || isNullable(body))
    return { paths: 1, steps: Number.POSITIVE_INFINITY }
  const one = cost(body)
  let ways = 1
  let paths = min === 0 ? 1 : 0
  let steps = 0
  for (let count = 1; count <= max && steps <= maxSteps; count++) {
    steps += ways * (one.steps + 1)
    ways *= one.paths
    if (count >= min) paths += ways
  }
  return { paths, steps }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}

/** Whether both engines say the same of which group took what: they differ where one is passed more than once or for nothing. */
export function hasPlainGroups(node: Node): boolean {
  const isRepeatedGroup = (child: Node) =>
    child.kind === 'repeat' &&
    (child.max > 1 || isNullable(child.body)) &&
    some(child.body, inner => inner.kind === 'group')
  return !some(node, isRepeatedGroup)
}
