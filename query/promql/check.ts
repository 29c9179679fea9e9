import type { Binary, Expression, ValueType } from './ast.ts'
import { isComparison } from './binary.ts'
import { functions } from './functions/index.ts'
import type { FunctionKind } from './functions/kind.ts'
import { isSetOperator } from './sets.ts'

const names: Readonly<Record<ValueType, string>> = {
  scalar: 'a number',
  vector: 'an instant vector',
  matrix: 'a range vector',
  string: 'a text',
}

/** What an expression gives. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar'
    case 'text':
      return 'string'
    case 'selector':
      return expression.rangeMs === undefined ? 'vector' : 'matrix'
    case 'subquery':
      return 'matrix'
    case 'aggregation':
      return 'vector'
    case 'call':
      return functions[expression.name]?.returns ?? 'vector'
    case 'negation':
      return typeOf(expression.of)
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector'
  }
}

/** Throws what `refuse` makes of a wrong number or type of arguments; it is told which one. */
export function checkArguments(
  name: string,
  { args, optional = 0, isVariadic = false }: FunctionKind,
  given: readonly Expression[],
  refuse: (message: string, argument: number, suggestion?: string) => Error,
): void {
  const least = args.length - optional
  if (given.length < least || (given.length > args.length && !isVariadic)) {
    const wanted = isVariadic
      ? `at least ${least}`
      : optional === 0
        ? `${least}`
        : `${least} to ${args.length}`
    throw refuse(`${name} takes ${wanted} arguments, found ${given.length}`, -1)
  }
  for (const [i, argument] of given.entries()) {
    const wanted = args[Math.min(i, args.length - 1)] as ValueType
    if (typeOf(argument) === wanted) continue
    const suggestion = wanted === 'matrix' ? `${name}(metric[5m])` : undefined
    throw refuse(`${name} wants ${names[wanted]}`, i, suggestion)
  }
}

export function checkVector(operator: string, of: Expression, refuse: (message: string) => Error): void {
  if (typeOf(of) !== 'vector') throw refuse(`${operator} wants an instant vector, found ${names[typeOf(of)]}`)
}

/** Throws what `refuse` makes of sides that do not go with the operator. */
export function checkBinary(
  binary: Binary,
  hasMatching: boolean,
  refuse: (message: string, suggestion?: string) => Error,
): void {
  const { operator, bool, group, on, labels } = binary
  const sides = [typeOf(binary.left), typeOf(binary.right)]
  const odd = sides.find(type => type !== 'scalar' && type !== 'vector')
  if (odd !== undefined)
    throw refuse(`${operator} goes with numbers and instant vectors, found ${names[odd]}`)
  const isOfNumbers = sides.every(type => type === 'scalar')
  if (bool && !isComparison(operator)) throw refuse('bool goes with comparisons only')
  if (isOfNumbers && isComparison(operator) && !bool)
    throw refuse('a comparison of two numbers needs bool', `write ${operator} bool`)
  if (isSetOperator(operator)) {
    if (sides.includes('scalar')) throw refuse(`${operator} goes with two instant vectors`)
    if (group !== undefined) throw refuse(`no grouping goes with ${operator}: it is many to many`)
  }
  if (hasMatching && sides.includes('scalar')) throw refuse('matching goes with two instant vectors')
  const twice = on ? labels.find(label => group?.include.includes(label)) : undefined
  if (twice !== undefined) throw refuse(`the label ${twice} stands in on and in the grouping`)
}
