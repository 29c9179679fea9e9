import type { LabelExpression, Matcher, NumberOperator } from '../ast.ts'
import { IpRanges } from '../ip.ts'
import { testOf } from '../stages/labels-list.ts'
import { numberOf } from '../units.ts'
import type { LineLabels } from './labels.ts'
import { readings, unitOf, wholeNanoseconds } from './quantity.ts'

export type LabelTest = (labels: LineLabels) => boolean

/**
 * What a comparison of numbers does with a label that is no number: `error-label` keeps the line and gives it `__error__`,
 * as Loki does; `exclude` leaves the line out (but for `!=`), as `compilePredicate` does.
 */
export type OnBadNumber = 'error-label' | 'exclude'

export const comparisons: Readonly<Record<NumberOperator, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
}

export function matcherTest(matcher: Matcher): LabelTest {
  const test = testOf(matcher)
  return labels => test(labels.get(matcher.label))
}

type NumberFilter = Extract<LabelExpression, { kind: 'number' }>
type IpFilter = Extract<LabelExpression, { kind: 'ip' }>

/** A label filter's test. Source: Loki pkg/logql/log/label_filter.go. */
export function compileLabelTest(expression: LabelExpression, onBadNumber: OnBadNumber): LabelTest {
  switch (expression.kind) {
    case 'text':
      return matcherTest(expression)
    case 'number':
      return onBadNumber === 'exclude' ? lenientNumber(expression) : strictNumber(expression)
    case 'ip':
      return ipTest(expression)
    default:
      return joined(expression, onBadNumber)
  }
}

function joined(
  { kind, left, right }: Extract<LabelExpression, { kind: 'and' | 'or' }>,
  onBadNumber: OnBadNumber,
): LabelTest {
  const a = compileLabelTest(left, onBadNumber)
  const b = compileLabelTest(right, onBadNumber)
  if (kind === 'or') return labels => a(labels) || b(labels)
  // the second one is asked in any case: it may set an error
  return labels => {
    const isSo = a(labels)
    return b(labels) && isSo
  }
}

function lenientNumber({ label, operator, value }: NumberFilter): LabelTest {
  const compare = comparisons[operator]
  return labels => {
    const own = numberOf(labels.get(label))
    return own === undefined ? operator === '!=' : compare(own, value)
  }
}

function strictNumber({ label, operator, value, written }: NumberFilter): LabelTest {
  const compare = comparisons[operator]
  const unit = unitOf(written)
  const { read, problem } = readings[unit]
  const wanted = unit === 'duration' ? (wholeNanoseconds(value) ?? value) : value
  return labels => {
    if (!labels.has(label)) return false
    const text = labels.get(label)
    const own = read(text)
    if (own !== undefined) return compare(own, wanted)
    // what a parser said says more
    if (!labels.hasError) labels.fail('LabelFilterErr', problem(text))
    return true
  }
}

/** Lines with an error stay: only comparisons of texts drop them. */
function ipTest({ label, operator, range }: IpFilter): LabelTest {
  const ranges = new IpRanges([range])
  const wanted = operator === '='
  return labels => labels.hasError || (labels.has(label) && ranges.has(labels.get(label)) === wanted)
}
