import type { Expression, Moment, Selector, Subquery } from './ast.ts'
import { infoSelectors } from './info-selectors.ts'
import { endOf, lastMs, lookbackMs, type Steps, usualStepMs } from './steps.ts'

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
    case 'sign':
    case 'paren':
      return loadsOf(expression.of, steps, whole)
    case 'aggregation':
      return [
        ...loadsOf(expression.of, steps, whole),
        ...(expression.parameter === undefined ? [] : loadsOf(expression.parameter, steps, whole)),
      ]
    case 'call': {
      const read = expression.name === 'info' ? expression.arguments.slice(0, 1) : expression.arguments
      return [...read, ...infoSelectors(expression)].flatMap(argument => loadsOf(argument, steps, whole))
    }
    case 'binary':
      return [...loadsOf(expression.left, steps, whole), ...loadsOf(expression.right, steps, whole)]
  }
}

/** How far a window reaches before and behind the moment of its evaluation. */
export function reachOf(of: Selector | Subquery, ownLookbackMs = lookbackMs) {
  const rangeMs = of.range?.ms ?? ownLookbackMs
  if (of.kind === 'subquery' || of.extension === undefined) return { beforeMs: rangeMs, afterMs: 0 }
  const beforeMs = of.range === undefined ? rangeMs : rangeMs + lookbackMs
  return { beforeMs, afterMs: of.extension === 'smoothed' ? lookbackMs : 0 }
}

function loadOf(selector: Selector, steps: Steps, whole: Steps): Load {
  const { firstMs, endMs } = span(selector, steps, whole)
  const { beforeMs, afterMs } = reachOf(selector, steps.lookbackMs)
  return { selector, steps, fromMs: firstMs - beforeMs, toMs: endMs + afterMs }
}

function span({ at, offset }: Selector | Subquery, steps: Steps, whole: Steps) {
  const fixedMs = momentOf(at, whole)
  const offsetMs = offset?.ms ?? 0
  return { firstMs: (fixedMs ?? steps.startMs) - offsetMs, endMs: (fixedMs ?? lastMs(steps)) - offsetMs }
}

/** `start()` and `end()` are those of the whole query, also inside of a subquery. */
export function momentOf(at: Moment | undefined, whole: Steps): number | undefined {
  if (at === 'start') return whole.startMs
  return at === 'end' ? endOf(whole) : at
}

/** The steps of a subquery: whole multiples of its step, over all its windows. Source: Prometheus, subquery evaluation. */
export function stepsOf(subquery: Subquery, steps: Steps, whole: Steps): Steps {
  const stepMs = subquery.step?.ms ?? usualStepMs
  const { firstMs, endMs } = span(subquery, steps, whole)
  const startMs = (Math.floor((firstMs - subquery.range.ms) / stepMs) + 1) * stepMs
  const count = Math.max(0, Math.floor((endMs - startMs) / stepMs) + 1)
  return { ...steps, startMs, stepMs, count }
}
