/**
 * Series as tests write them: `errors{job="a"} 0+1x5 _ stale {{schema:0 count:1 sum:1 buckets:[1]}}`. Source: Prometheus, unit
 * testing rules.
 */
export interface SeriesLine {
  labels: Record<string, string>
  points: (Point | undefined)[]
}

export type Point = number | 'stale' | HistogramText

export interface HistogramText {
  fields: Record<string, number | readonly number[] | string>
}

/** `1h2m`, or seconds. */
export function durationMs(text: string): number {
  if (/^-?[\d.]+$/.test(text)) return Number(text) * 1000
  const units: Record<string, number> = {
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
    y: 31_536_000_000,
  }
  let ms = 0
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ms|[smhdwy])/g))
    ms += Number(number) * (units[unit ?? ''] ?? 0)
  return text.startsWith('-') ? -ms : ms
}

export function readSeries(text: string): SeriesLine {
  const found =
    /^((?:"[^"]*"|[\p{L}_:][\p{L}\p{N}_:.]*)?)\s*((?!\{\{)\{(?:[^"}]|"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`)*\})?(@st)?\s*(.*)$/u.exec(
      text,
    )
  if (found === null) throw new Error(`cannot read ${text}`)
  const [, name = '', labels = '', start, rest = ''] = found
  if (start !== undefined) throw new Error('start timestamps')
  // a number alone is a scalar
  if (labels === '' && /^(nan|[-+]?inf)$/i.test(name) && rest === '')
    return { labels: {}, points: [numberOf(name)] }
  const set: Record<string, string> = {}
  if (name !== '') set['__name__'] = name.startsWith('"') ? (JSON.parse(name) as string) : name
  readLabels(labels.slice(1, -1), set)
  return { labels: set, points: readPoints(rest) }
}

function readLabels(text: string, into: Record<string, string>): void {
  const pattern =
    /("(?:[^"\\]|\\.)*"|[\p{L}\p{N}_.]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`))?\s*,?\s*/gu
  for (const [, name = '', value] of text.matchAll(pattern)) {
    const plain = name.startsWith('"') ? (JSON.parse(name) as string) : name
    if (value === undefined) into['__name__'] = plain
    else into[plain] = value.startsWith('"') ? (JSON.parse(value) as string) : value.slice(1, -1)
  }
}

export function numberOf(text: string): number {
  const lower = text.toLowerCase()
  if (/inf/.test(lower)) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (lower === 'nan') return Number.NaN
  return Number(text)
}

const token = /\{\{[^}]*\}\}|[^\s{]+/g

function readPoints(text: string): (Point | undefined)[] {
  const parts: string[] = []
  // what belongs to a histogram stands without a blank before and behind it
  for (const found of text.matchAll(token)) {
    const joins = parts.length > 0 && text[found.index - 1] !== ' ' && text[found.index - 1] !== '\t'
    if (joins) parts[parts.length - 1] += found[0]
    else parts.push(found[0])
  }
  return parts.flatMap(expand)
}

function expand(part: string): (Point | undefined)[] {
  const blank = /^_(?:x(\d+))?$/.exec(part)
  if (blank !== null) return new Array<undefined>(Number(blank[1] ?? 1)).fill(undefined)
  const stale = /^stale(?:x(\d+))?$/.exec(part)
  if (stale !== null) return new Array<Point>(Number(stale[1] ?? 0) + 1).fill('stale')
  if (part.startsWith('{{')) return expandHistograms(part)
  const found =
    /^([-+]?(?:nan|inf|[\d.]+(?:e[-+]?\d+)?))(?:([-+])((?:nan|inf|[\d.]+(?:e[-+]?\d+)?)))?(?:x(\d+))?$/i.exec(
      part,
    )
  if (found === null) throw new Error(`cannot read the value ${part}`)
  const [, first = '', sign, by = '0', times] = found
  const step = sign === undefined ? 0 : numberOf(by) * (sign === '-' ? -1 : 1)
  return rising(numberOf(first), step, Number(times ?? 0) + 1)
}

/** Each by adding to the one before it, as Prometheus does, which may be another number than the product in the last digit. */
function rising(first: number, step: number, count: number): number[] {
  const values: number[] = []
  for (let value = first; values.length < count; value += step) values.push(value)
  return values
}

function expandHistograms(part: string): Point[] {
  const found = /^\{\{([^}]*)\}\}(?:([-+])\{\{([^}]*)\}\})?(?:x(\d+))?$/.exec(part)
  if (found === null) throw new Error(`cannot read the histogram ${part}`)
  const [, first = '', sign, by, times] = found
  const made = Array.from({ length: Number(times ?? 0) + 1 }, (_, i) => ({
    fields: { ...readFields(first), ...(by === undefined || i === 0 ? {} : { plus: `${sign}${i}`, by }) },
  }))
  return made as Point[]
}

export function readFields(text: string): HistogramText['fields'] {
  const fields: Record<string, number | number[] | string> = {}
  for (const [, name = '', list, one = ''] of text.matchAll(/(\w+):(?:\[([^\]]*)\]|(\S+))/g))
    fields[name] =
      list !== undefined
        ? list
            .trim()
            .split(/\s+/)
            .filter(item => item !== '')
            .map(numberOf)
        : name === 'counter_reset_hint'
          ? one
          : numberOf(one)
  return fields
}
