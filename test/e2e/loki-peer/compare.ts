import type { Reply } from '../peer-difference.ts'

export interface Request {
  path: string
  parameters: Record<string, string>
  headers?: Record<string, string>
}

/** Asks one of the two, and brings the answer into a form in which it can be compared. */
export async function ask(url: string, { path, parameters, headers }: Request): Promise<Reply> {
  const address = `${url}/loki/api/v1/${path}?${new URLSearchParams(parameters)}`
  const response = await fetch(address, headers === undefined ? {} : { headers })
  const text = await response.text()
  return {
    status: response.status,
    content: response.ok ? contentOf(path, JSON.parse(text)) : undefined,
    text,
  }
}

interface Answer {
  data?: { resultType?: string; result?: unknown; encodingFlags?: unknown }
}
interface Stream {
  stream: Record<string, string>
  values: [string, string, Besides?][]
}
interface Series {
  metric: Record<string, string>
  value?: [number, string]
  values?: [number, string][]
}

function contentOf(path: string, answer: Answer): unknown {
  if (path === 'labels') return othersThanOurs(answer.data)
  if (path === 'series') return (answer.data as unknown as object[]).map(sorted).sort(byText)
  if (path === 'index/volume') return sorted(answer.data?.result)
  if (path === 'patterns') return shapesOf(answer.data)
  if (path === 'detected_fields') return fieldsOf(answer as unknown as DetectedFields)
  if (path.startsWith('detected_field/')) return valuesOf(answer as unknown as DetectedFields)
  if (!/^(query(_range)?|index\/volume_range)$/.test(path)) return sorted(answer)
  const { resultType, result } = answer.data ?? {}
  if (resultType === 'streams') return [resultType, linesOf(result as Stream[])]
  // its time is milliseconds in Loki
  if (resultType === 'scalar') return [resultType, (result as unknown[])[1]]
  const series = (result as Series[]).map(({ metric, value, values }) => [
    sortedLabels(metric),
    ...(value === undefined ? (values ?? []) : [value]).map(([time, sample]) => [time, sample]),
  ])
  return [resultType, ...series.sort(byText)]
}

interface DetectedFields {
  fields?: { label: string; type: string; cardinality: number; parsers: string[] | null }[]
  values?: string[]
  limit?: number
}

function fieldsOf({ fields, limit }: DetectedFields): unknown {
  const own = (fields ?? []).filter(({ label }) => label !== 'detected_level')
  return [own.map(sorted).sort(byText), limit]
}

function valuesOf({ values, limit }: DetectedFields): unknown {
  return [values?.toSorted(), limit]
}

/** What lines have in common each of the two finds in its own way: of that only the form is compared. */
function shapesOf(patterns: unknown): unknown {
  const all = (patterns ?? []) as { pattern: unknown; samples: [unknown, unknown][] }[]
  const kinds = all.map(({ pattern, samples }) => [
    typeof pattern,
    samples.every(([time, count]) => Number.isInteger(time) && Number.isInteger(count)),
  ])
  return kinds[0]
}

/**
 * Of every line Millrace says its level; Loki was told not to look for it. What an error says of the line is in Go's words there,
 * and in the parser's.
 */
function sortedLabels({ detected_level: _, ...labels }: Record<string, string>): unknown {
  return sorted('__error_details__' in labels ? { ...labels, __error_details__: '…' } : labels)
}

/** Labels that Millrace has of every line stand beside those that were pushed. */
function othersThanOurs(names: unknown): unknown {
  const ours = new Set(['detected_level', 'host', 'level', 'service'])
  return ((names ?? []) as string[]).filter(name => !ours.has(name))
}

/** What stands beside a line with its labels. */
function besidesOf({ structuredMetadata, parsed }: Besides): unknown {
  const of = (labels: Record<string, string> = {}) => sortedLabels(labels)
  return { structuredMetadata: of(structuredMetadata), parsed: of(parsed) }
}

interface Besides {
  structuredMetadata?: Record<string, string>
  parsed?: Record<string, string>
}

function linesOf(streams: readonly Stream[]): unknown[] {
  const lines = streams.flatMap(({ stream, values }) =>
    values.map(([time, line, beside]) => [
      time,
      line,
      sortedLabels(stream),
      ...(beside === undefined ? [] : [besidesOf(beside)]),
    ]),
  )
  return lines.sort(byText)
}

function byText(a: unknown, b: unknown): number {
  const [first, second] = [JSON.stringify(a), JSON.stringify(b)]
  return first < second ? -1 : first > second ? 1 : 0
}

/** Objects with their keys in order, so that their text can be compared. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, own]) => [key, sorted(own)]))
}
