import {
  type Functions,
  GoTemplate,
  type GoValue,
  isMap,
  printValue,
  TemplateError,
} from '../../lib/go-template/index.ts'
import { parseDurationSeconds, partRegex } from '../../lib/logql/index.ts'
import type { Alerting } from './config.ts'
import { humanize, humanize1024, humanizeDuration, humanizeTimestamp, shortNumber } from './humanize.ts'
import type { RuleSample } from './sample.ts'

export interface TemplateData {
  sample: RuleSample
  alerting: Pick<Alerting, 'externalLabels' | 'externalUrl'>
  query: (expr: string) => Promise<RuleSample[]>
}

const maxQueries = 20

/**
 * Expands a template of a label or an annotation: `$labels`, `$value`, `$externalLabels`, `$externalURL`, and Prometheus'
 * functions. Source: Prometheus, template reference. What cannot be expanded says why in its place, as there.
 */
export async function expandTemplate(text: string, data: TemplateData): Promise<string> {
  if (!text.includes('{{')) return text
  const answers = new Map<string, GoValue>()
  for (;;)
    try {
      return expandNow(text, data, answers)
    } catch (error) {
      if (!(error instanceof Unanswered)) return `<error expanding template: ${(error as Error).message}>`
      if (answers.size >= maxQueries) return `<error expanding template: more than ${maxQueries} queries>`
      answers.set(error.expr, await answerOf(data, error.expr))
    }
}

/** Variables that every template has. */
const given: readonly string[] = ['$', '$labels', '$value', '$externalLabels', '$externalURL']

/**
 * What is wrong with a template whatever the data: its form, a function or a variable that there is not. Undefined where it can
 * be expanded.
 *
 * @example
 * templateFault('{{ critical }}') // => 'function "critical" not defined'
 */
export function templateFault(text: string): string | undefined {
  if (!text.includes('{{')) return undefined
  try {
    readTemplate(text, () => [], '')
  } catch (error) {
    return (error as Error).message
  }
  const actions = [...text.matchAll(/\{\{(.*?)\}\}/gs)].map(([, action = '']) =>
    action.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""'),
  )
  const named = (pattern: RegExp) => actions.flatMap(action => action.match(pattern) ?? [])
  const declared = named(/\$\w+(?=\s*(?:,\s*\$\w+\s*)?:=)/g)
  const unknown = named(/\$\w*/g).find(name => !given.includes(name) && !declared.includes(name))
  return unknown === undefined ? undefined : `undefined variable "${unknown}"`
}

/** A query whose answer has to be there before the template can be expanded. */
class Unanswered extends Error {
  readonly expr: string

  constructor(expr: string) {
    super(`the query ${expr} has no answer yet`)
    this.expr = expr
  }
}

async function answerOf({ query }: TemplateData, expr: string): Promise<GoValue> {
  const samples = await query(expr)
  return samples.map(({ labels, value }) => ({ Labels: { ...labels }, Value: value }))
}

function expandNow(
  text: string,
  { sample, alerting }: TemplateData,
  answers: ReadonlyMap<string, GoValue>,
): string {
  const { externalLabels, externalUrl } = alerting
  const query = (expr: GoValue) => {
    const asked = printValue(expr)
    if (!answers.has(asked)) throw new Unanswered(asked)
    return answers.get(asked)
  }
  const data = {
    Labels: { ...sample.labels },
    Value: sample.value,
    ExternalLabels: { ...externalLabels },
    ExternalURL: externalUrl,
  }
  return readTemplate(text, query, externalUrl).expand(data, {
    $labels: data.Labels,
    $value: data.Value,
    $externalLabels: data.ExternalLabels,
    $externalURL: externalUrl,
  })
}

function readTemplate(text: string, query: (expr: GoValue) => GoValue, externalUrl: string): GoTemplate {
  const functions = { ...plain, query, externalURL: () => externalUrl, pathPrefix: () => pathOf(externalUrl) }
  return new GoTemplate(text, functions)
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.replace(/\/$/, '') : ''
}

const plain: Functions = {
  first: list => {
    if (Array.isArray(list) && list.length > 0) return list[0]
    throw new TemplateError('first() called on vector with no elements')
  },
  label: (name, sample) => fieldOf(fieldOf(sample, 'Labels'), printValue(name)) ?? '',
  value: sample => fieldOf(sample, 'Value'),
  strvalue: sample => fieldOf(fieldOf(sample, 'Labels'), '__value__') ?? '',
  sortByLabel: (name, list) =>
    Array.isArray(list) ? list.toSorted((a, b) => (labelOf(a, name) < labelOf(b, name) ? -1 : 1)) : list,
  args: (...given) => Object.fromEntries(given.map((value, i) => [`arg${i}`, value])),
  humanize: value => humanize(numberOf(value)),
  humanize1024: value => humanize1024(numberOf(value)),
  humanizeDuration: value => humanizeDuration(numberOf(value)),
  humanizePercentage: value => `${shortNumber(numberOf(value) * 100)}%`,
  humanizeTimestamp: value => humanizeTimestamp(numberOf(value)),
  toTime: value => new Date(numberOf(value) * 1000),
  toDuration: value => humanizeDuration(numberOf(value)),
  now: () => Date.now() / 1000,
  parseDuration: text =>
    parseDurationSeconds(printValue(text)) ?? refuse(`not a duration: ${printValue(text)}`),
  title: text =>
    printValue(text).replaceAll(
      /(^|\s)(\p{L})/gu,
      (_, blank: string, letter: string) => blank + letter.toUpperCase(),
    ),
  toUpper: text => printValue(text).toUpperCase(),
  toLower: text => printValue(text).toLowerCase(),
  match: (pattern, text) => partRegex(printValue(pattern)).test(printValue(text)),
  reReplaceAll: (pattern, replacement, text) =>
    replaceAll(printValue(pattern), printValue(replacement), printValue(text)),
  safeHtml: text => printValue(text),
  stripPort: text => printValue(text).replace(/:\d+$/, ''),
  stripDomain: text => printValue(text).replace(/^([^.:]+)\.[^:]*(:\d+)?$/, '$1$2'),
  urlQueryEscape: text => encodeURIComponent(printValue(text)),
  graphLink: expr => `/metrics?${new URLSearchParams({ query: printValue(expr) })}`,
  tableLink: expr => `/metrics?${new URLSearchParams({ query: printValue(expr), view: 'table' })}`,
}

function refuse(message: string): never {
  throw new TemplateError(message)
}

function fieldOf(value: GoValue, name: string): GoValue {
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function labelOf(sample: GoValue, name: GoValue): string {
  return printValue(fieldOf(fieldOf(sample, 'Labels'), printValue(name)) ?? '')
}

/** Numbers, and texts that are such. */
function numberOf(value: GoValue): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  return Number.isNaN(number) && !/^nan$/i.test(String(value))
    ? refuse(`not a number: ${printValue(value)}`)
    : number
}

function replaceAll(pattern: string, replacement: string, text: string): string {
  return partRegex(pattern).replaceAll(text, replacement)
}
