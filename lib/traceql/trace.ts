import type { Span, TraceFacts } from './span.ts'

interface NestedSet {
  left: number
  right: number
}

/**
 * The spans of one trace and how they hang together. Broken traces are taken as they are: a span whose parent is not among
 * them stands beside the roots, and of spans that are each other's parents none is below a root.
 */
export class Trace {
  /** By start; of the same start, the shorter id first. */
  readonly spans: readonly Span[]
  readonly facts: TraceFacts
  readonly #byId = new Map<string, Span>()
  readonly #children = new Map<Span, Span[]>()
  #nested: Map<Span, NestedSet> | undefined

  constructor(spans: readonly Span[], facts?: TraceFacts) {
    this.spans = spans.toSorted(byStart)
    for (const span of this.spans) if (!this.#byId.has(span.spanId)) this.#byId.set(span.spanId, span)
    for (const span of this.spans) {
      const parent = this.parentOf(span)
      if (parent === undefined) continue
      const siblings = this.#children.get(parent)
      if (siblings === undefined) this.#children.set(parent, [span])
      else siblings.push(span)
    }
    this.facts = facts ?? factsOf(this.spans)
  }

  /** Undefined for a root, and where the parent is not here. */
  parentOf(span: Span): Span | undefined {
    const parent = span.parentSpanId === '' ? undefined : this.#byId.get(span.parentSpanId)
    return parent === span ? undefined : parent
  }

  /** By start. */
  childrenOf(span: Span): readonly Span[] {
    return this.#children.get(span) ?? []
  }

  /** Spans that hang from none of the others. */
  get tops(): Span[] {
    return this.spans.filter(span => this.parentOf(span) === undefined)
  }

  /** Numbers of a walk through the tree: a span's descendants lie between its left and its right; 0 where none leads to it. */
  nestedSetOf(span: Span): NestedSet {
    this.#nested ??= this.#walk()
    return this.#nested.get(span) ?? { left: 0, right: 0 }
  }

  /** Depth first, every span once, parents before their children; what hangs in a circle is at the end. */
  inOrder(): { span: Span; depth: number }[] {
    const ordered: { span: Span; depth: number }[] = []
    const stack = this.tops.toReversed().map(span => ({ span, depth: 0 }))
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      ordered.push(top)
      for (const child of this.childrenOf(top.span).toReversed())
        stack.push({ span: child, depth: top.depth + 1 })
    }
    if (ordered.length === this.spans.length) return ordered
    const seen = new Set(ordered.map(({ span }) => span))
    return [...ordered, ...this.spans.filter(span => !seen.has(span)).map(span => ({ span, depth: 0 }))]
  }

  #walk(): Map<Span, NestedSet> {
    const nested = new Map<Span, NestedSet>()
    let number = 1
    const stack: { span: Span; next: number }[] = []
    for (const top of this.tops) {
      stack.push({ span: top, next: 0 })
      nested.set(top, { left: number++, right: 0 })
      for (let open = stack.at(-1); open !== undefined; open = stack.at(-1)) {
        const child = this.childrenOf(open.span)[open.next++]
        if (child === undefined) {
          ;(nested.get(open.span) as NestedSet).right = number++
          stack.pop()
        } else {
          nested.set(child, { left: number++, right: 0 })
          stack.push({ span: child, next: 0 })
        }
      }
    }
    return nested
  }
}

function byStart(a: Span, b: Span): number {
  if (a.startNs !== b.startNs) return a.startNs < b.startNs ? -1 : 1
  return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0
}

/** Root is the first span without a parent; where none is here, the first span of all. */
export function rootOf(spans: readonly Span[]): Span | undefined {
  return spans.find(({ parentSpanId }) => parentSpanId === '') ?? spans[0]
}

export function endNsOf({ startNs, durationNs }: Span): bigint {
  return startNs + BigInt(durationNs)
}

export function lastEndNs(spans: readonly Span[]): bigint {
  let last = 0n
  for (const end of spans.map(endNsOf)) if (end > last) last = end
  return last
}

function factsOf(spans: readonly Span[]): TraceFacts {
  const root = rootOf(spans)
  const [first] = spans
  if (root === undefined || first === undefined) return { rootName: '', rootService: '', durationNs: 0 }
  const endNs = lastEndNs(spans)
  return { rootName: root.name, rootService: root.service, durationNs: Number(endNs - first.startNs) }
}
