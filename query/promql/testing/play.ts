import { Annotations } from '../annotations.ts'
import type { Expression, Selector } from '../ast.ts'
import { type Column, labelKey, type Sample, sampleAt, type Value } from '../column.ts'
import { Evaluator } from '../evaluate.ts'
import { GatheredColumns } from '../gathered-columns.ts'
import type { NativeHistogram } from '../native/histogram.ts'
import { MemoryStore, toHistogram } from '../notation/memory-store.ts'
import { durationMs, type Point } from '../notation/series.ts'
import { parsePromQl } from '../parser.ts'
import { piecesOf } from '../pieces.ts'
import { loadsOf } from '../plan.ts'
import { atMoment } from '../steps.ts'
import type { StoredSeries } from '../stored-series.ts'
import { type Evaluate, type Expectation, readScript } from './script.ts'

/** Runs a script; answers the lines whose queries do not give what they must, with what they gave. */
export function playScript(text: string): {
  played: number
  wrong: { line: number; query: string; why: string }[]
} {
  let store = new MemoryStore()
  let played = 0
  const wrong: { line: number; query: string; why: string }[] = []
  for (const command of readScript(text)) {
    if (command.kind === 'clear') store = new MemoryStore()
    else if (command.kind === 'load') store.load(command)
    else {
      played++
      const why = check(store, command)
      if (why !== undefined) wrong.push({ line: command.line, query: command.query, why })
    }
  }
  return { played, wrong }
}

function check(store: MemoryStore, wanted: Evaluate): string | undefined {
  const mustFail = wanted.expect.some(({ what }) => what === 'fail')
  try {
    const notes = new Annotations(wanted.query)
    const value = evaluate(store, wanted, notes)
    if (mustFail) return 'it does not fail'
    return differenceOf(wanted, value) ?? noteDifference(wanted.expect, notes)
  } catch (error) {
    return mustFail ? undefined : String(error)
  }
}

function evaluate(
  store: MemoryStore,
  { query, startMs, stepMs, count, endMs, isRange }: Evaluate,
  notes: Annotations,
): Value {
  const steps = isRange ? { startMs, stepMs, count, endMs } : atMoment(startMs)
  const expression = parsePromQl(query, {
    stepMs: isRange ? stepMs : 0,
    rangeMs: isRange ? endMs - startMs : 0,
  })
  const pieces = piecesOf(expression)
  const loaded = new Map<Selector, StoredSeries[]>()
  const known = new Map<Expression, Column[]>()
  // as a query does it, each series apart where it may be
  for (const { selector, steps: own } of loadsOf(expression, steps)) {
    const series = store.select(selector)
    const piece = pieces.get(selector)
    loaded.set(selector, series)
    if (piece === undefined) continue
    const shared = { expression: piece, selector, steps: own, whole: steps, notes, reads: { samples: 0 } }
    const columns = new GatheredColumns(shared)
    for (const one of series) columns.add([one])
    known.set(piece, columns.columns())
  }
  return new Evaluator(steps, loaded, { notes, known }).evaluate(expression)
}

function differenceOf(wanted: Evaluate, value: Value): string | undefined {
  const text = wanted.expect.find(({ what }) => what === 'string')
  if (text !== undefined) return value.kind === 'string' ? undefined : `found a ${value.kind}`
  if (value.kind === 'string') return 'found a text'
  if (value.kind === 'scalar') {
    const [found, expected] = [value.values[0] as number, wanted.series[0]?.points[0]]
    return typeof expected === 'number' && isAbout(found, expected) ? undefined : `found ${found}`
  }
  return seriesDifference(wanted, pointsOf(value, wanted))
}

function pointsOf(value: Value, { startMs, stepMs, count }: Evaluate): Map<string, Map<number, Sample>> {
  if (value.kind === 'matrix')
    return new Map(value.series.map(({ labels, points }) => [labelKey(labels), new Map(points)]))
  const columns = value.kind === 'vector' ? value.columns : []
  return new Map(
    columns.map(column => {
      const points = new Map<number, Sample>()
      for (let step = 0; step < count; step++) {
        const sample = sampleAt(column, step)
        if (sample !== undefined) points.set(startMs + step * stepMs, sample)
      }
      return [labelKey(column.labels), points]
    }),
  )
}

function seriesDifference(wanted: Evaluate, found: Map<string, Map<number, Sample>>): string | undefined {
  const { startMs, stepMs } = stepsOf(wanted)
  const lines = wanted.series.filter(({ labels, points }) => points.length > 0 || labelKey(labels) !== '[]')
  for (const { labels, points } of lines) {
    const key = labelKey(labels)
    const own = found.get(key)
    if (own === undefined) return `${key} is missing, found ${[...found.keys()].join(' ')}`
    const wrong = points.findIndex(
      (point, i) => !isSameSample(own.get(startMs + i * stepMs), toExpected(point)),
    )
    if (wrong >= 0) return `${key} at ${wrong}: found ${describe(own.get(startMs + wrong * stepMs))}`
    if (own.size !== points.filter(point => point !== undefined).length)
      return `${key} has ${own.size} samples`
  }
  if (found.size !== lines.length) return `found ${[...found.keys()].join(' ')}`
  const isOrdered = wanted.expect.some(({ what }) => what === 'ordered')
  const order = lines.map(({ labels }) => labelKey(labels)).join()
  return isOrdered && order !== [...found.keys()].join()
    ? `in the order ${[...found.keys()].join()}`
    : undefined
}

/** Those of the answer: a range vector says its own. */
function stepsOf({ expect, startMs, stepMs }: Evaluate): { startMs: number; stepMs: number } {
  const range = expect.find(({ what }) => what === 'range vector')
  const [, from, , step] = /from (\S+) to (\S+) step (\S+)/.exec(range?.text ?? '') ?? []
  if (from === undefined || step === undefined) return { startMs, stepMs }
  return { startMs: durationMs(from), stepMs: durationMs(step) }
}

function toExpected(point: Point | undefined): Sample | 'stale' | undefined {
  return typeof point === 'object' ? toHistogram(point) : point
}

function isSameSample(found: Sample | undefined, expected: Sample | 'stale' | undefined): boolean {
  if (typeof found === 'number' || typeof expected === 'number')
    return typeof found === 'number' && typeof expected === 'number' && isAbout(found, expected)
  if (found === undefined || expected === undefined || expected === 'stale') return found === expected
  return isSameHistogram(found, expected)
}

function isSameHistogram(one: NativeHistogram, other: NativeHistogram): boolean {
  const pairs = [
    [one.count, other.count],
    [one.sum, other.sum],
    [one.zeroCount, other.zeroCount],
    [one.zeroThreshold, other.zeroThreshold],
  ] as const
  const isSameSide = (side: 'positive' | 'negative') =>
    [...new Set([...one[side].keys(), ...other[side].keys()])].every(index =>
      isAbout(one[side].get(index) ?? 0, other[side].get(index) ?? 0),
    )
  return (
    one.schema === other.schema &&
    String(one.bounds ?? '') === String(other.bounds ?? '') &&
    pairs.every(([a, b]) => isAbout(a, b)) &&
    isSameSide('positive') &&
    isSameSide('negative')
  )
}

function isAbout(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b))
}

function noteDifference(expected: readonly Expectation[], notes: Annotations): string | undefined {
  for (const { what, match, text } of expected) {
    if (!/^(no_)?(warn|info)$/.test(what)) continue
    const found = what.endsWith('warn') ? notes.warnings : notes.infos
    const isFound = match === undefined ? found.length > 0 : found.some(note => isNote(note, match, text))
    if (isFound !== !what.startsWith('no_')) return `notes: ${found.join(' | ')}`
  }
  return undefined
}

/** Names of metrics in notes are there only where names are removed late: see the test's list. */
function isNote(note: string, match: 'msg' | 'regex', text: string): boolean {
  const plain = text.replace(/^"|"$/g, '')
  return match === 'msg' ? note === plain : new RegExp(plain).test(note)
}

function describe(sample: Sample | undefined): string {
  if (typeof sample !== 'object') return String(sample)
  const { positive, negative, ...rest } = sample
  return JSON.stringify({ ...rest, positive: [...positive], negative: [...negative] })
}
