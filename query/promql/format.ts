import { goNumber, goQuoted } from '../../lib/base/index.ts'
import {
  type Aggregation,
  type Binary,
  type Duration,
  type Expression,
  isPlain,
  type Moment,
  type Selector,
  type Span,
  type Subquery,
} from './ast.ts'
import { formatValue } from './number.ts'

/** A part of more bytes is put on lines of its own. */
const maxLineLength = 100

/**
 * A query as Prometheus writes it: its own text form, and over several lines where it is long. Source: Prometheus HTTP API,
 * formatting query expressions.
 *
 * @example
 * formatPromQl(parsePromQl('sum by(job)(rate(x [5m]))')) // => 'sum by (job) (rate(x[5m]))'
 */
export function formatPromQl(expression: Expression): string {
  return pretty(expression, 0)
}

function pretty(node: Expression, level: number): string {
  const text = textOf(node)
  const indent = '  '.repeat(level)
  if (node.kind === 'sign') return `${indent}${node.sign}${pretty(node.of, level).trimStart()}`
  if (Buffer.byteLength(text) <= maxLineLength) return node.kind === 'subquery' ? text : indent + text
  const inner = (of: Expression) => pretty(of, level + 1)
  switch (node.kind) {
    case 'aggregation': {
      const parameter = node.parameter === undefined ? '' : `${inner(node.parameter)},\n`
      return `${indent}${headOf(node)}(\n${parameter}${inner(node.of)}\n${indent})`
    }
    case 'binary':
      return `${inner(node.left)}\n${indent}${operatorOf(node)}\n${inner(node.right)}`
    case 'call':
      return `${indent}${node.name}(\n${node.arguments.map(inner).join(',\n')}\n${indent})`
    case 'paren':
      return `${indent}(\n${inner(node.of)}\n${indent})`
    case 'subquery':
      return `${pretty(node.of, level)}${suffixOf(node)}`
    default:
      return indent + text
  }
}

/** On one line. */
export function textOf(node: Expression): string {
  switch (node.kind) {
    case 'number':
      return numberText(node.value, node.isDuration)
    case 'text':
      return goQuoted(node.value)
    case 'selector':
      return selectorText(node)
    case 'subquery':
      return `${textOf(node.of)}${suffixOf(node)}`
    case 'aggregation': {
      const parameter = node.parameter === undefined ? '' : `${textOf(node.parameter)}, `
      return `${headOf(node)}(${parameter}${textOf(node.of)})`
    }
    case 'call':
      return `${node.name}(${node.arguments.map(textOf).join(', ')})`
    case 'binary':
      return `${textOf(node.left)} ${operatorOf(node)} ${textOf(node.right)}`
    case 'sign':
      return `${node.sign}${textOf(node.of)}`
    case 'paren':
      return `(${textOf(node.of)})`
  }
}

function headOf({ operator, by, labels }: Aggregation): string {
  if (by && labels.length === 0) return operator
  return `${operator} ${by ? 'by' : 'without'} ${labelList(labels)} `
}

function labelList(labels: readonly string[]): string {
  return `(${labels.map(labelName).join(', ')})`
}

/** In quotes where it is no plain name. */
function labelName(name: string): string {
  return /^[a-zA-Z_]\w*$/.test(name) ? name : goQuoted(name)
}

/** With `bool`, matching, grouping and fill. */
export function operatorOf({ operator, bool, on, labels, group, fill }: Binary): string {
  const parts: string[] = [operator]
  if (bool) parts.push('bool')
  if (labels.length > 0 || on || group !== undefined)
    parts.push(`${on ? 'on' : 'ignoring'} ${labelList(labels)}`)
  if (group !== undefined) parts.push(`group_${group.many} ${labelList(group.include)}`)
  const isBoth = fill.left !== undefined && Object.is(fill.left, fill.right)
  if (isBoth) parts.push(`fill (${goNumber(fill.left as number)})`)
  else {
    if (fill.left !== undefined) parts.push(`fill_left (${goNumber(fill.left)})`)
    if (fill.right !== undefined) parts.push(`fill_right (${goNumber(fill.right)})`)
  }
  return parts.join(' ')
}

function selectorText({ name = '', matchers, range, at, offset, extension }: Selector): string {
  const listed = matchers
    .filter(m => !(m.name === '__name__' && m.operator === '=' && m.value === name && name !== ''))
    .map(m => `${labelName(m.name)}${m.operator}${goQuoted(m.value)}`)
    .sort()
  const head = `${name}${listed.length === 0 ? '' : `{${listed.join(',')}}`}`
  const extended = extension === undefined ? '' : ` ${extension}`
  if (range === undefined) return `${head}${momentText(at)}${extended}${offsetText(offset)}`
  return `${head}[${spanText(range)}]${extended}${momentText(at)}${offsetText(offset)}`
}

function suffixOf({ range, step, at, offset }: Subquery): string {
  return `[${spanText(range)}:${step === undefined ? '' : spanText(step)}]${momentText(at)}${offsetText(offset)}`
}

function momentText(at: Moment | undefined): string {
  if (at === undefined) return ''
  return typeof at === 'number' ? ` @ ${(at / 1000).toFixed(3)}` : ` @ ${at}()`
}

function offsetText(offset: Span | undefined): string {
  return offset === undefined || (offset.ms === 0 && isPlain(offset.written))
    ? ''
    : ` offset ${spanText(offset)}`
}

/** As it was written where it is more than a number. */
function spanText({ ms, written }: Span): string {
  return isPlain(written) ? goDuration(ms) : durationText(written)
}

function durationText(duration: Duration): string {
  switch (duration.kind) {
    case 'number':
      return numberText(duration.seconds, duration.isDuration)
    case 'step':
    case 'range':
      return `${duration.kind}()`
    case 'negative':
      return `-${durationText(duration.of)}`
    case 'paren':
      return `(${durationText(duration.of)})`
    case 'max_of':
    case 'min_of':
      return `${duration.kind}(${durationText(duration.left)}, ${durationText(duration.right)})`
    case 'operation':
      return `${durationText(duration.left)} ${duration.operator} ${durationText(duration.right)}`
  }
}

function numberText(value: number, isDuration: boolean): string {
  if (isDuration) return goDuration(value * 1000)
  return formatValue(value)
}

const units: readonly (readonly [name: string, ms: number, isExact: boolean])[] = [
  ['y', 31_536_000_000, true],
  ['w', 604_800_000, true],
  ['d', 86_400_000, false],
  ['h', 3_600_000, false],
  ['m', 60_000, false],
  ['s', 1_000, false],
  ['ms', 1, false],
]

/** Years and weeks only where nothing is left over. Source: prometheus common/model, Duration.String. */
export function goDuration(given: number): string {
  if (given < 0) return `-${goDuration(-given)}`
  if (given === 0) return '0s'
  let left = Math.round(given)
  let text = ''
  for (const [name, ms, isExact] of units) {
    if (left < ms || (isExact && left % ms !== 0)) continue
    text += `${Math.floor(left / ms)}${name}`
    left %= ms
  }
  return text
}
