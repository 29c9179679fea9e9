import type { LabelExpression, Matcher, NumberOperator, Stage } from '../ast.ts'
import { IpRanges } from '../ip.ts'
import { partRegex } from '../regex.ts'
import { testOf } from '../stages/labels-list.ts'
import { LinePattern } from '../stages/line-pattern.ts'
import { numberOf, parseDurationSeconds } from '../units.ts'
import { wordsOf } from '../words.ts'
import type { LineLabels } from './labels.ts'

export type LineTest = (line: string) => boolean
export type LabelTest = (labels: LineLabels) => boolean

/** A filter of lines as a test; undefined for other stages. */
export function lineTest(stage: Stage): LineTest | undefined {
  switch (stage.kind) {
    case 'line': {
      const tests = stage.values.map(value => textTest(value, stage.operator.endsWith('~')))
      return wanted(stage.operator.startsWith('|'), line => tests.some(test => test(line)))
    }
    case 'line-pattern': {
      const patterns = stage.values.map(value => new LinePattern(value))
      return wanted(stage.operator === '|>', line => patterns.some(pattern => pattern.matches(line)))
    }
    case 'line-ip': {
      const ranges = new IpRanges(stage.ranges)
      const { values } = stage
      return wanted(
        stage.operator === '|=',
        line => ranges.isIn(line) || values.some(value => line.includes(value)),
      )
    }
    case 'words':
      return wordsTest(stage.words)
    default:
      return undefined
  }
}

function wanted(isWanted: boolean, test: LineTest): LineTest {
  return isWanted ? test : line => !test(line)
}

function textTest(value: string, isPattern: boolean): LineTest {
  if (!isPattern) return line => line.includes(value)
  const pattern = partRegex(value)
  return line => pattern.test(line)
}

function wordsTest(words: readonly string[]): LineTest {
  return line => {
    const present = new Set(wordsOf(line))
    return words.every(word => present.has(word))
  }
}

/** `isStrict`: as Loki, a label that should be a number and is none keeps the line, and makes an error of it. */
export function labelTest(expression: LabelExpression, isStrict: boolean): LabelTest {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [labelTest(expression.left, isStrict), labelTest(expression.right, isStrict)]
      return expression.kind === 'and' ? l => left(l) && right(l) : l => left(l) || right(l)
    }
    case 'text':
      return matcherTest(expression)
    case 'ip': {
      const ranges = new IpRanges([expression.range])
      const { label, operator } = expression
      return l => ranges.has(l.get(label)) === (operator === '=')
    }
    case 'number':
      return isStrict ? strictNumberTest(expression) : lenientNumberTest(expression)
  }
}

export function matcherTest(matcher: Matcher): LabelTest {
  const test = testOf(matcher)
  return labels => test(labels.get(matcher.label))
}

export const comparisons: Readonly<Record<NumberOperator, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
}

type NumberExpression = Extract<LabelExpression, { kind: 'number' }>

/** A line whose label is not a number matches no comparison but `!=`. */
function lenientNumberTest({ label, operator, value }: NumberExpression): LabelTest {
  const compare = comparisons[operator]
  return labels => {
    const own = numberOf(labels.get(label))
    return own === undefined ? operator === '!=' : compare(own, value)
  }
}

/** Source: Loki pkg/logql/log/label_filter.go. */
function strictNumberTest({ label, operator, value, written }: NumberExpression): LabelTest {
  const compare = comparisons[operator]
  const read = readerFor(written)
  return labels => {
    if (labels.hasError) return true
    if (!labels.has(label)) return false
    const own = read(labels.get(label))
    if (own !== undefined) return compare(own, value)
    labels.fail('LabelFilterErr', `${JSON.stringify(labels.get(label))} is not a ${read.what}`)
    return true
  }
}

interface NumberReader {
  (text: string): number | undefined
  what: string
}

const readNumber: NumberReader = Object.assign(plainNumber, { what: 'number' })
const readDuration: NumberReader = Object.assign(parseDurationSeconds, { what: 'duration' })
const readBytes: NumberReader = Object.assign(numberOfBytes, { what: 'size in bytes' })

/** What a comparison reads labels as, by what stands in the query. */
function readerFor(written: string): NumberReader {
  if (/b$/i.test(written)) return readBytes
  return parseDurationSeconds(written) === undefined ? readNumber : readDuration
}

export function plainNumber(text: string): number | undefined {
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text)
  const infinite = /^([+-])?inf(?:inity)?$/i.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return /^nan$/i.test(text) ? Number.NaN : undefined
}

/** Source: github.com/dustin/go-humanize, ParseBytes: units in any case, with a space before them or not. */
export function numberOfBytes(text: string): number | undefined {
  const found = /^(\d+(?:\.\d*)?)\s*(?:([kmgtpe])(i)?)?b?$/i.exec(text.trim().replaceAll(',', ''))
  if (found === null) return undefined
  const [, amount, prefix = '', binary] = found
  const power = prefix === '' ? 0 : 'kmgtpe'.indexOf(prefix.toLowerCase()) + 1
  return Math.floor(Number(amount) * (binary === undefined ? 1000 : 1024) ** power)
}
