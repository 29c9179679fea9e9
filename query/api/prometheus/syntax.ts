import {
  type Binary,
  bare,
  type Expression,
  type Moment,
  type Selector,
  type Subquery,
} from '../../promql/ast.ts'
import { functions } from '../../promql/functions/index.ts'
import { parsePromQl } from '../../promql/parser.ts'
import { typeOf } from '../../promql/types.ts'
import { formatValue } from './values.ts'

type Tree = Readonly<Record<string, unknown>>

/**
 * A query as a tree, in the form that Prometheus' own page reads. Source: Prometheus HTTP API, parsing a PromQL expression into
 * an abstract syntax tree. Errors: QUERY_INVALID.
 */
export function syntaxTree(query: string): Tree {
  return treeOf(parsePromQl(query, { stepMs: 0, rangeMs: 0 }))
}

function treeOf(node: Expression): Tree {
  switch (node.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatValue(node.value) }
    case 'text':
      return { type: 'stringLiteral', val: node.value }
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
    case 'negation':
      return { type: 'unaryExpr', op: '-', expr: treeOf(node.of) }
    case 'paren':
      return { type: 'parenExpr', expr: treeOf(node.of) }
  }
}

function selectorTree(node: Selector): Tree {
  const { range, extension } = node
  return {
    type: range === undefined ? 'vectorSelector' : 'matrixSelector',
    name: node.name ?? '',
    ...(range === undefined ? {} : { range: range.ms }),
    ...momentTree(node),
    matchers: node.matchers.map(({ name, operator, value }) => ({ name, value, type: operator })),
    anchored: extension === 'anchored',
    smoothed: extension === 'smoothed',
  }
}

function subqueryTree(node: Subquery): Tree {
  return {
    type: 'subquery',
    expr: treeOf(node.of),
    range: node.range.ms,
    step: node.step?.ms ?? 0,
    ...momentTree(node),
  }
}

function momentTree({ offset, at }: { offset: Selector['offset']; at: Moment | undefined }): Tree {
  return {
    offset: offset?.ms ?? 0,
    timestamp: typeof at === 'number' ? at : null,
    startOrEnd: typeof at === 'string' ? at : null,
  }
}

function functionTree(name: string): Tree {
  const { args = [], optional = 0, isVariadic = false, returns = 'vector' } = functions[name] ?? {}
  return { name, argTypes: args, variadic: isVariadic ? -1 : optional, returnType: returns }
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
