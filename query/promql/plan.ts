import type { Expression, Moment, Selector, Subquery } from './ast.ts'
import { lastMs, lookbackMs, type Steps, usualStepMs } from './steps.ts'

/** Samples that must be there before an expression can be evaluated, both moments included. */
export interface Load {
  selector: Selector
  /** The steps at which the selector is evaluated. */
  steps: Steps
  fromMs: number
  toMs: number
}

/** All that an expression reads, of whatever is nested in it. */
export function loadsOf(expression: Expression, steps: Steps, whole = steps): Load[] {
  switch (expression.kind) {
    case 'number':
    case 'text':
      return []
    case 'selector':
      return [loadOf(expression, steps, whole)]
    case 'subquery':
      return loadsOf(expression.of, stepsOf(expression, steps, whole), whole)
    case 'negation':
      return loadsOf(expression.of, steps, whole)
    case 'aggregation':
      return [
        ...loadsOf(expression.of, steps, whole),
        ...(expression.parameter === undefined ? [] : loadsOf(expression.parameter, steps, whole)),
      ]
    case 'call':
      return expression.arguments.flatMap(argument => loadsOf(argument, steps, whole))
    case 'binary':
      return [...loadsOf(expression.left, steps, whole), ...loadsOf(expression.right, steps, whole)]
  }
}

function loadOf(selector: Selector, steps: Steps, whole: Steps): Load {
  const { firstMs, endMs } = span(selector, steps, whole)
  return { selector, steps, fromMs: firstMs - (selector.rangeMs ?? lookbackMs), toMs: endMs }
}

function span({ at, offsetMs }: { at: Moment | undefined; offsetMs: number }, steps: Steps, whole: Steps) {
  const fixedMs = momentOf(at, whole)
  return { firstMs: (fixedMs ?? steps.startMs) - offsetMs, endMs: (fixedMs ?? lastMs(steps)) - offsetMs }
}

/** `start()` and `end()` are those of the whole query, also inside of a subquery. */
export function momentOf(at: Moment | undefined, whole: Steps): number | undefined {
  if (at === 'start') return whole.startMs
  return at === 'end' ? lastMs(whole) : at
}

/** The steps of a subquery: whole multiples of its step, over all its windows. Source: Prometheus, subquery evaluation. */
export function stepsOf(subquery: Subquery, steps: Steps, whole: Steps): Steps {
  const stepMs = subquery.stepMs ?? usualStepMs
  const { firstMs, endMs } = span(subquery, steps, whole)
  const startMs = (Math.floor((firstMs - subquery.rangeMs) / stepMs) + 1) * stepMs
  return { startMs, stepMs, count: Math.max(0, Math.floor((endMs - startMs) / stepMs) + 1) }
}
