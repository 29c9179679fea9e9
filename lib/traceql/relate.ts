import type { Relation } from './ast.ts'
import type { Span } from './span.ts'
import type { Trace } from './trace.ts'

/** The spans of each side that stand in a relation to one of the other. */
export interface Related {
  left: Set<Span>
  right: Set<Span>
}

/**
 * `left > right`: the right one is a child of the left one; `>>` a descendant, `~` a sibling, and turned round `<` and
 * `<<`. Takes time in proportion to the spans, whatever their depth.
 */
export function relate(
  relation: Relation,
  trace: Trace,
  left: ReadonlySet<Span>,
  right: ReadonlySet<Span>,
): Related {
  switch (relation) {
    case '>':
      return children(trace, left, right)
    case '>>':
      return descendants(trace, left, right)
    case '<':
      return turned(children(trace, right, left))
    case '<<':
      return turned(descendants(trace, right, left))
    case '~':
      return siblings(left, right)
  }
}

function turned({ left, right }: Related): Related {
  return { left: right, right: left }
}

function children(trace: Trace, parents: ReadonlySet<Span>, candidates: ReadonlySet<Span>): Related {
  const found: Related = { left: new Set(), right: new Set() }
  for (const child of candidates) {
    const parent = trace.parentOf(child)
    if (parent === undefined || !parents.has(parent)) continue
    found.left.add(parent)
    found.right.add(child)
  }
  return found
}

function descendants(trace: Trace, ancestors: ReadonlySet<Span>, candidates: ReadonlySet<Span>): Related {
  const isBelow = new Map<Span, boolean>()
  const right = new Set([...candidates].filter(span => below(trace, span, ancestors, isBelow)))
  const left = new Set<Span>()
  const seen = new Set<Span>()
  for (const span of candidates)
    for (let up = trace.parentOf(span); up !== undefined && !seen.has(up); up = trace.parentOf(up)) {
      seen.add(up)
      if (ancestors.has(up)) left.add(up)
    }
  return { left, right }
}

/** Whether a span has one of the ancestors above it; what was found on the way is kept. */
function below(trace: Trace, span: Span, ancestors: ReadonlySet<Span>, known: Map<Span, boolean>): boolean {
  const way: Span[] = []
  let found = false
  for (let at: Span | undefined = span; at !== undefined; ) {
    const before = known.get(at)
    if (before !== undefined) {
      found = before
      break
    }
    // a circle of parents ends where it was entered
    known.set(at, false)
    way.push(at)
    const parent: Span | undefined = trace.parentOf(at)
    if (parent !== undefined && ancestors.has(parent)) {
      found = true
      break
    }
    at = parent
  }
  for (const one of way) known.set(one, found)
  return found
}

function siblings(left: ReadonlySet<Span>, right: ReadonlySet<Span>): Related {
  return { left: withSibling(left, right), right: withSibling(right, left) }
}

/** Those of the first that have another span of the same parent in the second. */
function withSibling(spans: ReadonlySet<Span>, others: ReadonlySet<Span>): Set<Span> {
  const count = new Map<string, number>()
  for (const { parentSpanId } of others) count.set(parentSpanId, (count.get(parentSpanId) ?? 0) + 1)
  return new Set(
    [...spans].filter(span => {
      if (span.parentSpanId === '') return false
      return (count.get(span.parentSpanId) ?? 0) > (others.has(span) ? 1 : 0)
    }),
  )
}
