import type { LabelExpression, LogQuery, Matcher, MatchOperator, Stage } from './ast.ts'
import { type LogFields, labelValue } from './fields.ts'
import { wordsOf } from './parser.ts'
import { toRegExp } from './regex.ts'
import { numberOf } from './units.ts'

export type LogPredicate = (fields: LogFields) => boolean

/**
 * The reference meaning of a query: what SQL pushes down must give the same answer. Live tail filters with it.
 * Everything that can be prepared (regular expressions, lower case) is prepared once.
 */
export function compilePredicate(query: LogQuery): LogPredicate {
  const tests = [...query.matchers.map(compileMatcher), ...query.stages.map(compileStage)]
  return fields => tests.every(test => test(fields))
}

function compileMatcher(matcher: Matcher): LogPredicate {
  const test = compileText(matcher.operator, matcher.value)
  return fields => test(labelValue(fields, matcher.label))
}

function compileText(operator: MatchOperator, value: string): (text: string) => boolean {
  if (operator === '=') return text => text === value
  if (operator === '!=') return text => text !== value
  const pattern = toRegExp(value, true)
  return operator === '=~' ? text => pattern.test(text) : text => !pattern.test(text)
}

function compileStage(stage: Stage): LogPredicate {
  if (stage.kind === 'label') return compileExpression(stage.expression)
  if (stage.kind === 'words') return compileWords(stage.words)
  const finds = stage.values.map(value => compileLine(value, stage.operator.endsWith('~')))
  const wanted = stage.operator.startsWith('|')
  return fields => finds.some(find => find(fields.body)) === wanted
}

function compileLine(value: string, isPattern: boolean): (body: string) => boolean {
  if (!isPattern) return body => body.includes(value)
  const pattern = toRegExp(value, false)
  return body => pattern.test(body)
}

function compileWords(words: readonly string[]): LogPredicate {
  return fields => {
    const present = new Set(wordsOf(fields.body))
    return words.every(word => present.has(word))
  }
}

function compileExpression(expression: LabelExpression): LogPredicate {
  if (expression.kind === 'text') {
    const test = compileText(expression.operator, expression.value)
    return fields => test(labelValue(fields, expression.label))
  }
  if (expression.kind === 'number') return compileNumber(expression)
  const left = compileExpression(expression.left)
  const right = compileExpression(expression.right)
  return expression.kind === 'and'
    ? fields => left(fields) && right(fields)
    : fields => left(fields) || right(fields)
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
  return fields => {
    const value = numberOf(labelValue(fields, expression.label))
    return value === undefined ? expression.operator === '!=' : compare(value, expression.value)
  }
}
