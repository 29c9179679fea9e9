export interface Request {
  path: string
  parameters: Record<string, string>
  headers?: Record<string, string>
}

export interface Reply {
  status: number
  /** What two answers must have in common, in an order of its own. */
  content: unknown
  text: string
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

/** Where two answers first differ; undefined where they say the same. */
export function difference(ours: Reply, theirs: Reply): string | undefined {
  if (ours.status !== theirs.status)
    return `status ${ours.status} (${short(ours.text)}) instead of ${theirs.status} (${short(theirs.text)})`
  return differenceOf(ours.content, theirs.content, '')
}

function differenceOf(ours: unknown, theirs: unknown, at: string): string | undefined {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    for (let i = 0; i < Math.min(ours.length, theirs.length); i++) {
      const found = differenceOf(ours[i], theirs[i], `${at}[${i}]`)
      if (found !== undefined) return `${found} (${ours.length} of ${theirs.length})`
    }
    if (ours.length === theirs.length) return undefined
    const rest = ours.length > theirs.length ? ['more', ours[theirs.length]] : ['less', theirs[ours.length]]
    return `${at}: ${ours.length} instead of ${theirs.length}, ${rest[0]} ${short(JSON.stringify(rest[1]))}`
  }
  if (isRecord(ours) && isRecord(theirs)) return differentKeys(ours, theirs, at)
  if (isSameNumber(ours, theirs) || JSON.stringify(ours) === JSON.stringify(theirs)) return undefined
  return `${at}: ${short(JSON.stringify(ours))} instead of ${short(JSON.stringify(theirs))}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function differentKeys(ours: Record<string, unknown>, theirs: Record<string, unknown>, at: string) {
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  const found = [...keys].flatMap(key => differenceOf(ours[key], theirs[key], `${at}.${key}`) ?? [])
  return found.length === 0 ? undefined : found.join('; ')
}

/** Sums come out of another order of adding up. */
function isSameNumber(ours: unknown, theirs: unknown): boolean {
  if (typeof ours !== 'string' || typeof theirs !== 'string') return false
  const [a, b] = [Number(ours), Number(theirs)]
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-9)
}

const short = (text: string | undefined) => (text ?? 'nothing').trim().slice(0, 300)

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
