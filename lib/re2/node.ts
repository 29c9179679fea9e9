import type { CharSet } from './char-set.ts'

export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary'

export interface RepeatNode {
  kind: 'repeat'
  body: Node
  min: number
  /** Infinity: without end. */
  max: number
  greedy: boolean
}

/** A pattern as read: flags are resolved, so that a node means the same wherever it stands. */
export type Node =
  | { kind: 'chars'; set: CharSet }
  /** `\C`: one byte of the text's UTF-8. */
  | { kind: 'byte' }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'concat'; parts: readonly Node[] }
  | { kind: 'alternate'; branches: readonly Node[] }
  | RepeatNode
  | { kind: 'group'; index: number; body: Node }

/** The node with its children mapped; those without children as they are. */
export function mapChildren(node: Node, map: (child: Node) => Node): Node {
  switch (node.kind) {
    case 'concat':
      return { kind: 'concat', parts: node.parts.map(map) }
    case 'alternate':
      return { kind: 'alternate', branches: node.branches.map(map) }
    case 'repeat':
    case 'group':
      return { ...node, body: map(node.body) }
    case 'chars':
    case 'byte':
    case 'assert':
      return node
  }
}

export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'concat':
      return node.parts
    case 'alternate':
      return node.branches
    case 'repeat':
    case 'group':
      return [node.body]
    case 'chars':
    case 'byte':
    case 'assert':
      return []
  }
}

/** True where the node, or one below it, is as asked. */
export function some(node: Node, is: (node: Node) => boolean): boolean {
  return is(node) || childrenOf(node).some(child => some(child, is))
}

/** Whether it may match without taking a character. */
export function isNullable(node: Node): boolean {
  return matchesEmpty(node, () => true)
}

/** Whether it matches without taking a character where these assertions hold. */
export function matchesEmpty(node: Node, holds: (what: Assertion) => boolean): boolean {
  switch (node.kind) {
    case 'chars':
    case 'byte':
      return false
    case 'assert':
      return holds(node.what)
    case 'concat':
      return node.parts.every(part => matchesEmpty(part, holds))
    case 'alternate':
      return node.branches.some(branch => matchesEmpty(branch, holds))
    case 'repeat':
      return node.min === 0 || matchesEmpty(node.body, holds)
    case 'group':
      return matchesEmpty(node.body, holds)
  }
}
