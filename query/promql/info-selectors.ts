import { bare, type Expression, type LabelMatch, type Moment, type Selector, type Subquery } from './ast.ts'
import { typeOf } from './types.ts'

const usualName: LabelMatch = { name: '__name__', operator: '=', value: 'target_info' }
const anyInfo: LabelMatch = { name: '__name__', operator: '=~', value: '.+_info' }

/** What a call reads beside its arguments: the info series of `info`. */
export function infoSelectors(expression: Expression): readonly Selector[] {
  return expression.kind === 'call' && expression.reads !== undefined ? [expression.reads] : []
}

/**
 * The info series that `info(of, {…})` takes labels from: `target_info`, or what the matchers of names in the second
 * argument say; at the moment that the selectors in the first one say where they agree. Source: Prometheus
 * querying/functions, info.
 */
export function infoSelectorOf(given: readonly Expression[]): Selector | undefined {
  const [of, labels] = given
  if (of === undefined) return undefined
  const matchers = labels?.kind === 'selector' ? labels.matchers : [usualName]
  return {
    kind: 'selector',
    name: undefined,
    matchers: [...namesOf(matchers), ...matchers.filter(({ name }) => name !== '__name__')],
    range: undefined,
    ...momentIn(of),
    extension: undefined,
    from: of.from,
    to: of.to,
  }
}

/** Matchers of the info metric's name; where all say what it is not, it is another one that ends in `_info`. */
export function namesOf(matchers: readonly LabelMatch[]): LabelMatch[] {
  const names = matchers.filter(({ name }) => name === '__name__')
  if (names.length === 0) return [usualName]
  const isPositive = names.some(({ operator }) => operator === '=' || operator === '=~')
  return isPositive ? names : [anyInfo, ...names]
}

interface Reference {
  at: Moment | undefined
  offsetMs: number
}

/** Where the selectors inside agree, and nothing stands beside them that is evaluated at its own time. */
function momentIn(of: Expression): Pick<Selector, 'at' | 'offset'> {
  const found: Reference[] = []
  const isWhole = collect(of, [], found)
  const first = found[0]
  const none = { at: undefined, offset: undefined }
  if (first === undefined || !isWhole || found.some(other => !isSameMoment(first, other))) return none
  const { at, offsetMs } = first
  if (offsetMs === 0) return { at, offset: undefined }
  return {
    at,
    offset: { ms: offsetMs, written: { kind: 'number', seconds: offsetMs / 1000, isDuration: true } },
  }
}

function isSameMoment(one: Reference, other: Reference): boolean {
  if (typeof one.at === 'number' && typeof other.at === 'number')
    return one.at - one.offsetMs === other.at - other.offsetMs
  return one.at === other.at && one.offsetMs === other.offsetMs
}

/** Answers whether all that is not a number comes from selectors. */
function collect(expression: Expression, around: readonly Subquery[], found: Reference[]): boolean {
  const inner = bare(expression)
  if (inner.kind === 'selector') {
    found.push(referenceOf(inner, around))
    return true
  }
  const parts = partsOf(inner)
  const before = found.length
  const inside = inner.kind === 'subquery' ? [inner, ...around] : around
  const isWhole = parts.map(part => collect(part, inside, found)).every(Boolean)
  return isWhole && found.length > before
}

/** Subqueries shift a selector until a moment holds it. */
function referenceOf({ at, offset }: Selector, around: readonly Subquery[]): Reference {
  const reference: Reference = { at, offsetMs: offset?.ms ?? 0 }
  for (const subquery of around) {
    if (reference.at !== undefined) break
    reference.at = subquery.at
    reference.offsetMs += subquery.offset?.ms ?? 0
  }
  return reference
}

/** Those of them that give series. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'subquery':
    case 'sign':
    case 'aggregation':
      return [expression.of]
    case 'call':
      return expression.arguments.slice(0, expression.name === 'info' ? 1 : undefined).filter(givesSeries)
    case 'binary':
      return [expression.left, expression.right].filter(givesSeries)
    default:
      return []
  }
}

function givesSeries(expression: Expression): boolean {
  const type = typeOf(expression)
  return type === 'vector' || type === 'matrix'
}
