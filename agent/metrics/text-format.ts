import { OperatingError } from '../../lib/base/index.ts'
import type { Exemplar } from '../../lib/otlp/index.ts'
import type { Family, FamilyType, Sample } from './family.ts'
import { numberOf } from './from-families.ts'

const types: ReadonlySet<string> = new Set([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
])
const suffixes: Readonly<Partial<Record<FamilyType, readonly string[]>>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
}
const name = /[a-zA-Z_:][a-zA-Z0-9_:.]*/y
const label = /\s*(?:"((?:[^"\\]|\\.)*)"|([a-zA-Z_][a-zA-Z0-9_.]*))\s*(?:=\s*"((?:[^"\\]|\\.)*)")?\s*,?/y

/**
 * Reads Prometheus' text format and OpenMetrics' (with `# EOF`, units, exemplars, times in seconds).
 * Errors: METRICS_INVALID, with the line.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/, OpenMetrics 1.0
 */
export function parseMetricsText(text: string, isOpenMetrics: boolean): Family[] {
  const families = new Map<string, Family>()
  let number = 0
  for (const line of text.split('\n')) {
    number++
    const trimmed = line.trim()
    if (trimmed === '') continue
    if (trimmed === '# EOF') break
    if (trimmed.startsWith('#')) readComment(trimmed, families)
    else readSample(trimmed, number, isOpenMetrics, families)
  }
  return [...families.values()].filter(({ samples }) => samples.length > 0)
}

function familyOf(families: Map<string, Family>, key: string): Family {
  const family = families.get(key) ?? { name: key, type: 'unknown', help: '', unit: '', samples: [] }
  families.set(key, family)
  return family
}

function readComment(line: string, families: Map<string, Family>): void {
  const match = /^#\s+(HELP|TYPE|UNIT)\s+(\S+)\s*(.*)$/.exec(line)
  if (match === null) return
  const [, kind, quoted = '', rest = ''] = match
  const family = familyOf(families, quoted.replace(/^"|"$/g, ''))
  if (kind === 'HELP') family.help = rest.replaceAll('\\n', '\n').replaceAll('\\\\', '\\')
  else if (kind === 'UNIT') family.unit = rest
  else if (types.has(rest)) family.type = rest as FamilyType
}

function readSample(
  line: string,
  number: number,
  isOpenMetrics: boolean,
  families: Map<string, Family>,
): void {
  const [before = '', ...exemplarParts] = isOpenMetrics ? splitExemplar(line) : [line]
  name.lastIndex = 0
  let sampleName = name.exec(before)?.[0] ?? ''
  let at = sampleName.length
  const labels: Record<string, string> = {}
  if (before[at] === '{' || before.startsWith('{')) {
    const read = readLabels(before, before.indexOf('{', at) + 1, number)
    Object.assign(labels, read.labels)
    sampleName = sampleName === '' ? read.name : sampleName
    at = read.end
  }
  const [value = '', time, ...rest] = before.slice(at).trim().split(/\s+/)
  const parsed = numberOf(value)
  if (sampleName === '' || !isValue(value, parsed) || rest.length > 0 || !Number.isFinite(Number(time ?? 0)))
    throw invalid(number, line)
  const sample: Sample = { name: sampleName, labels, value: parsed }
  if (time !== undefined) sample.timeMs = Number(time) * (isOpenMetrics ? 1_000 : 1)
  if (exemplarParts.length > 0) sample.exemplar = readExemplar(exemplarParts.join(' # '), number)
  familyFor(families, sampleName).samples.push(sample)
}

function isValue(written: string, read: number): boolean {
  return written !== '' && (!Number.isNaN(read) || written.toLowerCase() === 'nan')
}

/** ` # {labels} value time` behind a sample; a label's value may hold that too. */
function splitExemplar(line: string): string[] {
  const close = line.lastIndexOf(' # {')
  if (close < 0) return [line]
  const isInLabels = (line.slice(0, close).match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1
  return isInLabels ? [line] : [line.slice(0, close), line.slice(close + 3)]
}

function readLabels(line: string, from: number, number: number) {
  const labels: Record<string, string> = {}
  let metric = ''
  let at = from
  while (line[at] !== '}') {
    label.lastIndex = at
    const match = label.exec(line)
    if (match === null) throw invalid(number, line)
    const [, quoted, plain, value] = match
    // a quoted name without a value is the metric's own (UTF-8 names)
    if (value === undefined) metric = unescapeText(quoted ?? '')
    else labels[plain ?? unescapeText(quoted ?? '')] = unescapeText(value)
    at = label.lastIndex
  }
  return { labels, name: metric, end: at + 1 }
}

function readExemplar(text: string, number: number): Exemplar {
  const { labels, end } = readLabels(text, 1, number)
  const [value = '', time = '0'] = text.slice(end).trim().split(/\s+/)
  const { trace_id: traceId = '', span_id: spanId = '', ...attributes } = labels
  const seconds = Number(time)
  const whole = Math.floor(seconds)
  return {
    value: numberOf(value),
    time: { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) },
    traceId: /^[0-9a-f]{32}$/i.test(traceId) ? traceId : '',
    spanId: /^[0-9a-f]{16}$/i.test(spanId) ? spanId : '',
    attributes,
  }
}

/** The family that a sample belongs to: of its name, or of its name without a suffix that the family's type has. */
function familyFor(families: Map<string, Family>, sample: string): Family {
  const own = families.get(sample)
  if (own !== undefined) return own
  const cut = sample.lastIndexOf('_')
  const family = families.get(sample.slice(0, cut))
  if (family !== undefined && suffixes[family.type]?.includes(sample.slice(cut)) === true) return family
  return familyOf(families, sample)
}

function unescapeText(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
    : text
}

function invalid(number: number, line: string): OperatingError {
  return new OperatingError('METRICS_INVALID', `line ${number} is no sample: ${line.slice(0, 120)}`)
}
