import { type Binary, type Expression, isComparison, isSetOperator, type ValueType } from './ast.ts'
import type { FunctionKind } from './functions/kind.ts'
import { typeOf } from './types.ts'

const names: Readonly<Record<ValueType, string>> = {
  scalar: 'a number',
  vector: 'an instant vector',
  matrix: 'a range vector',
  string: 'a text',
}

/** Throws what `refuse` makes of a wrong number or type of arguments; it is told which one. */
export function checkArguments(
  name: string,
  { args, optional = 0, isVariadic = false, repeated = 1 }: FunctionKind,
  given: readonly Expression[],
  refuse: (message: string, argument: number, suggestion?: string) => Error,
): void {
  const least = args.length - optional
  const most = isVariadic ? Number.POSITIVE_INFINITY : args.length - 1 + (args.length === 0 ? 1 : repeated)
  if (given.length < least || given.length > most)
    throw refuse(`${name} takes ${describeCount(least, most)} arguments, found ${given.length}`, -1)
  for (const [i, argument] of given.entries()) {
    const wanted = args[Math.min(i, args.length - 1)] as ValueType
    if (typeOf(argument) === wanted) continue
    const suggestion = wanted === 'matrix' ? `${name}(metric[5m])` : undefined
    throw refuse(`${name} wants ${names[wanted]}`, i, suggestion)
  }
}

function describeCount(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return `at least ${least}`
  return least === most ? `${least}` : `${least} to ${most}`
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
  if (bool && !isComparison(operator)) throw refuse('bool goes with comparisons only')
  if (sides.every(type => type === 'scalar') && isComparison(operator) && !bool)
    throw refuse('a comparison of two numbers needs bool', `write ${operator} bool`)
  if (isSetOperator(operator)) checkSets(binary, sides, refuse)
  if (sides.includes('scalar')) checkPlain(binary, hasMatching, refuse)
  const twice = on ? labels.find(label => group?.include.includes(label)) : undefined
  if (twice !== undefined) throw refuse(`the label ${twice} stands in on and in the grouping`)
}

function checkSets(
  { operator, group, fill }: Binary,
  sides: readonly ValueType[],
  refuse: (message: string) => Error,
): void {
  if (sides.includes('scalar')) throw refuse(`${operator} goes with two instant vectors`)
  if (group !== undefined) throw refuse(`no grouping goes with ${operator}: it is many to many`)
  if (hasFill(fill)) throw refuse(`fill does not go with ${operator}`)
}

function checkPlain(
  { labels, fill }: Binary,
  hasMatching: boolean,
  refuse: (message: string) => Error,
): void {
  if (hasMatching && labels.length > 0) throw refuse('matching goes with two instant vectors')
  if (hasFill(fill)) throw refuse('fill goes with two instant vectors')
}

function hasFill({ left, right }: Binary['fill']): boolean {
  return left !== undefined || right !== undefined
}
