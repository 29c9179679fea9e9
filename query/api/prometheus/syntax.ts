import {
  type Binary,
  bare,
  type Duration,
  type Expression,
  isPlain,
  type LabelMatch,
  type Moment,
  type Selector,
  type Span,
  type Subquery,
} from '../../promql/ast.ts'
import { functions } from '../../promql/functions/index.ts'
import { formatValue } from '../../promql/number.ts'
import { parsePromQl } from '../../promql/parser.ts'
import { typeOf } from '../../promql/types.ts'

type Tree = Readonly<Record<string, unknown>>

/**
 * A query as a tree, in the form that Prometheus' own page reads. Source: Prometheus HTTP API, parsing a PromQL expression into
 * an abstract syntax tree. Errors: QUERY_INVALID.
 */
export function syntaxTree(query: string): Tree {
  return treeOf(parsePromQl(query, { stepMs: 0, rangeMs: 0, isOnlyRead: true }))
}

function treeOf(node: Expression): Tree {
  switch (node.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatValue(node.value) }
    case 'text':
      return { type: 'stringLiteral', val: node.value.toWellFormed() }
    case 'selector':
      return selectorTree(node)
    case 'subquery':
      return subqueryTree(node)
    case 'aggregation':
      return {
        type: 'aggregation',
        op: node.operator,
        expr: treeOf(node.of),
        param: node.parameter === undefined ? null : treeOf(node.parameter),
        grouping: node.labels,
        without: !node.by,
      }
    case 'call':
      return { type: 'call', func: functionTree(node.name), args: node.arguments.map(treeOf) }
    case 'binary':
      return {
        type: 'binaryExpr',
        op: node.operator,
        lhs: treeOf(node.left),
        rhs: treeOf(node.right),
        matching: matchingTree(node),
        bool: node.bool,
      }
    case 'sign':
      return { type: 'unaryExpr', op: node.sign, expr: treeOf(node.of) }
    case 'paren':
      return { type: 'parenExpr', expr: treeOf(node.of) }
  }
}

function selectorTree(node: Selector): Tree {
  const { range, extension } = node
  return {
    type: range === undefined ? 'vectorSelector' : 'matrixSelector',
    name: node.name ?? '',
    ...(range === undefined ? {} : spanTree('range', range)),
    ...momentTree(node),
    matchers: nameLast(node).map(({ name, operator, value }) => ({
      name,
      value: value.toWellFormed(),
      type: operator,
    })),
    anchored: extension === 'anchored',
    smoothed: extension === 'smoothed',
  }
}

function subqueryTree(node: Subquery): Tree {
  return {
    type: 'subquery',
    expr: treeOf(node.of),
    ...spanTree('range', node.range),
    ...spanTree('step', node.step),
    ...momentTree(node),
  }
}

/** Prometheus adds the name before the braces behind what stands in them. */
function nameLast({ name, matchers }: Selector): readonly LabelMatch[] {
  return name === undefined ? matchers : [...matchers.slice(1), ...matchers.slice(0, 1)]
}

/** Milliseconds where it is a number; else 0, and how it is worked out. */
function spanTree(name: string, span: Span | undefined): Tree {
  const isNumber = span === undefined || isPlain(span.written)
  return {
    [name]: isNumber ? (span?.ms ?? 0) : 0,
    [`${name}Expr`]: isNumber ? null : durationTree(span.written),
  }
}

function durationTree(duration: Duration): Tree {
  const of = (op: string, lhs: Tree | null, rhs: Tree | null) => ({
    type: 'durationExpr',
    op,
    lhs,
    rhs,
    wrapped: false,
  })
  switch (duration.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatValue(duration.seconds), duration: duration.isDuration }
    case 'step':
    case 'range':
      return of(duration.kind, null, null)
    case 'negative': {
      const inner = duration.of
      if (inner.kind !== 'number') return of('-', null, durationTree(inner))
      return durationTree({ ...inner, seconds: -inner.seconds })
    }
    case 'paren': {
      const inner = durationTree(duration.of)
      return { ...(isPlain(duration.of) ? of('+', null, inner) : inner), wrapped: true }
    }
    case 'max_of':
    case 'min_of':
      return of(duration.kind, durationTree(duration.left), durationTree(duration.right))
    case 'operation':
      return of(duration.operator, durationTree(duration.left), durationTree(duration.right))
  }
}

function momentTree({ offset, at }: { offset: Selector['offset']; at: Moment | undefined }): Tree {
  return {
    ...spanTree('offset', offset),
    timestamp: typeof at === 'number' ? at : null,
    startOrEnd: typeof at === 'string' ? at : null,
  }
}

function functionTree(name: string): Tree {
  const { args = [], optional = 0, isVariadic = false, repeated, returns = 'vector' } = functions[name] ?? {}
  return { name, argTypes: args, variadic: isVariadic ? -1 : (repeated ?? optional), returnType: returns }
}

function matchingTree(node: Binary): Tree | null {
  const isOfVectors = [node.left, node.right].every(side => typeOf(bare(side)) === 'vector')
  if (!isOfVectors) return null
  const { operator, group, labels, on, fill } = node
  const isMany = operator === 'and' || operator === 'or' || operator === 'unless'
  const single = group === undefined ? 'one-to-one' : group.many === 'left' ? 'many-to-one' : 'one-to-many'
  return {
    card: isMany ? 'many-to-many' : single,
    labels,
    on,
    include: group?.include ?? [],
    fillValues: { lhs: fill.left ?? null, rhs: fill.right ?? null },
  }
}
