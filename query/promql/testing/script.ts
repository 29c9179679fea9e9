import { durationMs, readSeries, type SeriesLine } from '../notation/series.ts'

/**
 * Scripts as Prometheus tests its engine with: series to load, queries, and what they must give. Source: prometheus
 * promql/promqltest/README.md.
 */
export interface Load {
  kind: 'load'
  stepMs: number
  /** Classic histograms are loaded as native ones with custom buckets besides. */
  withNative: boolean
  series: SeriesLine[]
}

export interface Evaluate {
  kind: 'eval'
  line: number
  query: string
  startMs: number
  stepMs: number
  count: number
  endMs: number
  isRange: boolean
  expect: Expectation[]
  series: SeriesLine[]
}

export interface Expectation {
  what: string
  match: 'msg' | 'regex' | undefined
  text: string
}

export type Command = Load | Evaluate | { kind: 'clear' }

const evalLine =
  /^eval(_\w+)?\s+(?:instant\s+(?:at\s+(\S+)\s+)?|range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+)(.*)$/

export function readScript(text: string): Command[] {
  return blocksOf(text).map(({ head, body, line }) => {
    if (head === 'clear') return { kind: 'clear' }
    return head.startsWith('load') ? loadOf(head, body) : evalOf(head, body, line)
  })
}

interface Block {
  head: string
  body: string[]
  line: number
}

/** A command with the lines that belong to it: indented, or what an evaluation expects. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  for (const [i, given] of text.split('\n').entries()) {
    const line = given.trim()
    if (line === '' || line.startsWith('#')) continue
    const last = blocks.at(-1)
    const belongs = /^\s/.test(given) || (line.startsWith('expect') && last?.head.startsWith('eval') === true)
    if (belongs && last !== undefined && last.head !== 'clear') last.body.push(line)
    else blocks.push({ head: line, body: [], line: i + 1 })
  }
  return blocks
}

function loadOf(line: string, body: readonly string[]): Load {
  const [name, step = ''] = line.split(/\s+/)
  return {
    kind: 'load',
    stepMs: durationMs(step),
    withNative: name === 'load_with_nhcb',
    series: body.map(readSeries),
  }
}

function evalOf(line: string, body: readonly string[], number: number): Evaluate {
  const found = evalLine.exec(line)
  if (found === null) throw new Error(`line ${number}: cannot read ${line}`)
  const [, mode = '', at, from, to, step, query = ''] = found
  const expect = body.filter(text => text.startsWith('expect') || text.startsWith('expected')).map(readExpect)
  if (mode === '_fail') expect.push({ what: 'fail', match: undefined, text: '' })
  if (mode === '_warn') expect.push({ what: 'warn', match: undefined, text: '' })
  if (mode === '_ordered') expect.push({ what: 'ordered', match: undefined, text: '' })
  const startMs = durationMs(from ?? at ?? '0')
  const stepMs = step === undefined ? 60_000 : durationMs(step)
  const endMs = to === undefined ? startMs : durationMs(to)
  return {
    kind: 'eval',
    line: number,
    query,
    startMs,
    stepMs,
    count: Math.floor((endMs - startMs) / stepMs) + 1,
    endMs,
    isRange: to !== undefined,
    expect,
    series: body.filter(text => !text.startsWith('expect')).map(readSeries),
  }
}

function readExpect(text: string): Expectation {
  const found =
    /^expect(?:ed_)?\s*(fail|warn|info|no_warn|no_info|ordered|string|range vector)(?:\s*_?(msg|message|regex|regexp)\s*:?)?\s*(.*)$/.exec(
      text,
    )
  if (found === null) throw new Error(`cannot read ${text}`)
  const [, what = '', match, rest = ''] = found
  return {
    what,
    match: match?.startsWith('regex') ? 'regex' : match === undefined ? undefined : 'msg',
    text: rest,
  }
}
