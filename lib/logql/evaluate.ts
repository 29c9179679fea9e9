import type { LabelExpression, LogQuery, Matcher, MatchOperator, Stage } from './ast.ts'
import { LabelName } from './label-name.ts'
import { partRegex, wholeRegex } from './regex.ts'
import { numberOf } from './units.ts'
import { type LogView, Needle } from './view.ts'
import { wordsOf } from './words.ts'

export type LogPredicate = (view: LogView) => boolean

/**
 * The reference meaning of a query: what SQL pushes down must give the same answer. Live tail filters with it.
 * Everything that can be prepared (regular expressions, lower case) is prepared once.
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
  const test = compileText(operator, value)
  return view => test(view.label(name))
}

function compileText(operator: MatchOperator, value: string): (text: string) => boolean {
  if (operator === '=') return text => text === value
  if (operator === '!=') return text => text !== value
  const pattern = wholeRegex(value)
  return operator === '=~' ? text => pattern.test(text) : text => !pattern.test(text)
}

function compileStage(stage: Stage): LogPredicate {
  if (stage.kind === 'label') return compileExpression(stage.expression)
  if (stage.kind === 'words') return compileWords(stage.words)
  const finds = stage.values.map(value => compileLine(value, stage.operator.endsWith('~')))
  const wanted = stage.operator.startsWith('|')
  return view => finds.some(find => find(view)) === wanted
}

function compileLine(value: string, isPattern: boolean): LogPredicate {
  const needle = new Needle(value)
  if (!isPattern) return view => view.includes(needle)
  const pattern = partRegex(value)
  return view => pattern.test(view.line())
}

function compileWords(words: readonly string[]): LogPredicate {
  return view => {
    const present = new Set(wordsOf(view.line()))
    return words.every(word => present.has(word))
  }
}

function compileExpression(expression: LabelExpression): LogPredicate {
  if (expression.kind === 'text') return compileLabel(expression.label, expression.operator, expression.value)
  if (expression.kind === 'number') return compileNumber(expression)
  const left = compileExpression(expression.left)
  const right = compileExpression(expression.right)
  return expression.kind === 'and' ? view => left(view) && right(view) : view => left(view) || right(view)
}

const comparisons = {
  '=': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
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
