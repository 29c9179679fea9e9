import type { LabelExpression, LogQuery, Matcher, MatchOperator, Stage } from './ast.ts'
import { IpRanges } from './ip.ts'
import { LabelName } from './label-name.ts'
import { comparisons } from './pipeline/label-test.ts'
import { lineTest } from './pipeline/line-test.ts'
import { testOf } from './stages/labels-list.ts'
import { numberOf } from './units.ts'
import { type LogView, Needle } from './view.ts'

export type LogPredicate = (view: LogView) => boolean

/**
 * The meaning of a query of filters: what SQL pushes down must give the same answer. Whoever looks at very many lines filters with it:
 * everything that can be prepared (regular expressions, lower case) is prepared once. Its caller sees to it that there are no other stages (`isFilterQuery`).
 */
export function compilePredicate(query: LogQuery): LogPredicate {
  const tests = [...query.matchers.map(compileMatcher), ...query.stages.map(compileStage)]
  return view => tests.every(test => test(view))
}

function compileMatcher(matcher: Matcher): LogPredicate {
  return compileLabel(matcher.label, matcher.operator, matcher.value)
}

function compileLabel(label: string, operator: MatchOperator, value: string): LogPredicate {
  const name = new LabelName(label)
  const test = testOf({ label, operator, value })
  return view => test(view.label(name))
}

function compileStage(stage: Stage): LogPredicate {
  if (stage.kind === 'label') return compileExpression(stage.expression)
  if (stage.kind === 'any') {
    const inner = stage.of.map(compileStage)
    return view => inner.some(test => test(view))
  }
  if (stage.kind === 'not') {
    const inner = compileStage(stage.of)
    return view => !inner(view)
  }
  if (stage.kind === 'line' && !stage.operator.endsWith('~')) {
    const needles = stage.values.map(value => new Needle(value))
    const isWanted = stage.operator === '|='
    return view => needles.some(needle => view.includes(needle)) === isWanted
  }
  const test = lineTest(stage)
  if (test === undefined) throw new Error(`${stage.kind} is no filter`)
  return view => test(view.line())
}

function compileExpression(expression: LabelExpression): LogPredicate {
  switch (expression.kind) {
    case 'text':
      return compileLabel(expression.label, expression.operator, expression.value)
    case 'number':
      return compileNumber(expression)
    case 'ip': {
      const ranges = new IpRanges([expression.range])
      const name = new LabelName(expression.label)
      return view => ranges.has(view.label(name)) === (expression.operator === '=')
    }
    default: {
      const left = compileExpression(expression.left)
      const right = compileExpression(expression.right)
      return expression.kind === 'and' ? view => left(view) && right(view) : view => left(view) || right(view)
    }
  }
}

/** A line whose label is not a number matches no comparison but `!=`. */
function compileNumber(expression: Extract<LabelExpression, { kind: 'number' }>): LogPredicate {
  const compare = comparisons[expression.operator]
  const name = new LabelName(expression.label)
  return view => {
    const value = numberOf(view.label(name))
    return value === undefined ? expression.operator === '!=' : compare(value, expression.value)
  }
}
