import { endNsOf, type Span, type Trace } from '../../lib/traceql/index.ts'

/** A stretch of time that a span, and none of its children, kept the trace from ending. */
export interface PathSegment {
  spanId: string
  startNs: bigint
  endNs: bigint
}

/** A span on the way, of which the time before `endNs` is still to be told. */
interface Frame {
  spanId: string
  startNs: bigint
  endNs: bigint
  /** By end, the last at the end; within the span. */
  children: readonly Child[]
  left: number
}

interface Child {
  span: Span
  startNs: bigint
  endNs: bigint
}

/**
 * What a trace's duration is made of: from the end of the root backwards, the child that ended last before that moment, then
 * what the span did before the child started, and so on. Shorten a stretch and the trace is shorter. In order of time, without
 * gaps; children that outlive their parent count up to its end, and those that ended while another on the path was running do
 * not count, since nothing waited for them. Source: Jaeger UI's critical path, after Zhang et al., "CRISP" (USENIX ATC 2022).
 */
export function criticalPath(trace: Trace, root: Span): PathSegment[] {
  const segments: PathSegment[] = []
  const stack = [frameOf(trace, { span: root, startNs: root.startNs, endNs: endNsOf(root) })]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const child = lastBefore(top)
    const from = child?.endNs ?? top.startNs
    if (top.endNs > from) segments.push({ spanId: top.spanId, startNs: from, endNs: top.endNs })
    if (child === undefined) {
      stack.pop()
      continue
    }
    // the child first, then this span goes on before it
    top.endNs = child.startNs
    stack.push(frameOf(trace, child))
  }
  return segments.reverse()
}

function frameOf(trace: Trace, { span, startNs, endNs }: Child): Frame {
  const children = trace
    .childrenOf(span)
    .map(child => ({
      span: child,
      startNs: greatest(child.startNs, startNs),
      endNs: least(endNsOf(child), endNs),
    }))
    .filter(child => child.endNs > child.startNs)
    .sort((a, b) => (a.endNs === b.endNs ? 0 : a.endNs < b.endNs ? -1 : 1))
  return { spanId: span.spanId, startNs, endNs, children, left: children.length }
}

function lastBefore(frame: Frame): Child | undefined {
  while (frame.left > 0) {
    const child = frame.children[--frame.left] as Child
    if (child.endNs <= frame.endNs) return child
  }
  return undefined
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
