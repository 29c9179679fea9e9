import { type RollupWindow, rollups, rollupTable, rollupWindows } from '../../store/index.ts'
import type { StoreCost, StoreReader } from '../store-reader.ts'
import type { Selector } from './ast.ts'
import { conditionOf } from './series.ts'
import { maxSeries, refuseTooMuch } from './series-limits.ts'
import type { Steps } from './steps.ts'
import type { StoredSeries } from './stored-series.ts'

/** A rollup as its aggregators have it now. */
interface Present {
  name: string
  /** As text: it takes 64 bits. */
  definition: string
  kind: string
  windows: string[]
  isAsked: number
}

interface Row {
  labels: Record<string, string>
  points: [timeMs: number, value: number][]
}

const measures: Readonly<Record<string, string>> = {
  count: 'sum(Count)',
  bytes: 'sum(Sum)',
  sum: 'sum(Sum)',
  min: 'min(Min)',
  max: 'max(Max)',
}

/**
 * The rollups of the configuration whose name the selector takes, as series: a sample at the end of each window that has
 * lines. Counts and sums are increases by themselves, so rate, increase and sum_over_time are exact where steps and
 * range are whole windows; the coarsest such window answers.
 */
export async function loadRollups(
  reader: StoreReader,
  tenant: string,
  selector: Selector,
  steps: Steps,
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<{ series: StoredSeries[]; cost: StoreCost; tables: string[] }> {
  const present = await presentRollups(reader, tenant, selector, signal)
  const answer = { series: [] as StoredSeries[], cost: present.cost, tables: [] as string[] }
  for (const rollup of present.rows) {
    const window = windowFor(rollup, selector, steps)
    if (window === undefined) continue
    const found = await windowsOf(reader, tenant, selector, rollup, window, range, signal)
    answer.series.push(...found.series)
    answer.cost.rows += found.cost.rows
    answer.cost.bytes += found.cost.bytes
    if (found.series.length > 0) answer.tables.push(rollupTable(rollups.custom, window))
  }
  return answer
}

/** Of each name the definition that counted last. That there are none is known for a while. */
async function presentRollups(reader: StoreReader, tenant: string, selector: Selector, signal: AbortSignal) {
  if (reader.withoutRollups.has(tenant)) return { rows: [], cost: { rows: 0, bytes: 0 } }
  const { sql, params } = conditionOf(selector.matchers.filter(({ name }) => name === '__name__'))
  const statement = `SELECT RollupName AS name, toString(argMax(Definition, Newest)) AS definition,
      argMax(Kind, Newest) AS kind, argMax(Windows, Newest) AS windows, ${sql.replaceAll('MetricName', 'RollupName') || '1'} AS isAsked
    FROM custom_rollup_ranges WHERE Tenant = {tenant:String} AND IsDone = 1 GROUP BY RollupName`
  const { rows, cost } = await reader.rows<Present>(statement, { ...params, tenant }, signal)
  if (rows.length === 0) reader.withoutRollups.set(tenant, true)
  return { rows: rows.filter(({ isAsked }) => Number(isAsked) === 1), cost }
}

/** The coarsest window of which step, range and moments are whole multiples, else the finest there is. */
function windowFor(rollup: Present, selector: Selector, steps: Steps): RollupWindow | undefined {
  const has = rollupWindows.filter(({ name }) => rollup.windows.includes(name))
  const multiples = [
    steps.startMs - (selector.offset?.ms ?? 0),
    steps.count > 1 ? steps.stepMs : 0,
    selector.range?.ms ?? 0,
  ]
  const fits = ({ seconds }: RollupWindow) => multiples.every(ms => ms % (seconds * 1000) === 0)
  // an instant selector shows the lines of one window: the finest, or as long as a step
  const isBounded = selector.range === undefined && steps.count === 1
  return (isBounded ? undefined : has.findLast(fits)) ?? has[0]
}

async function windowsOf(
  reader: StoreReader,
  tenant: string,
  selector: Selector,
  { name, definition, kind }: Present,
  window: RollupWindow,
  range: { fromMs: number; toMs: number },
  signal: AbortSignal,
): Promise<{ series: StoredSeries[]; cost: StoreCost }> {
  const labels = conditionOf(selector.matchers.filter(matcher => matcher.name !== '__name__'))
  const windowMs = window.seconds * 1000
  const statement = `SELECT labels, arraySort(p -> p.1, groupArray((ms, value))) AS points FROM (
      SELECT Series, anyLast(Labels) AS labels, toUnixTimestamp(Window) * 1000 + {window:UInt64} AS ms, ${measures[kind] ?? 'sum(Count)'} AS value
      FROM ${rollupTable(rollups.custom, window)}
      WHERE Tenant = {tenant:String} AND RollupName = {rollup:String} AND Definition = {definition:UInt64}
        AND Window >= fromUnixTimestamp64Milli({from:Int64}) AND Window <= fromUnixTimestamp64Milli({to:Int64})
        AND ${labels.sql || '1'}
      GROUP BY Series, Window HAVING sum(Count) > 0
    ) GROUP BY Series, labels LIMIT ${maxSeries + 1}`
  const parameters = {
    ...labels.params,
    tenant,
    rollup: name,
    definition,
    window: windowMs,
    from: Math.floor(range.fromMs) - windowMs,
    to: Math.ceil(range.toMs),
  }
  const { rows, cost } = await reader.rows<Row>(statement, parameters, signal)
  refuseTooMuch(
    rows.length,
    rows.reduce((sum, row) => sum + row.points.length, 0),
  )
  const delta = kind !== 'min' && kind !== 'max'
  return { series: rows.map(row => toSeries(name, row, delta, windowMs)), cost }
}

function toSeries(name: string, { labels, points }: Row, delta: boolean, windowMs: number): StoredSeries {
  return {
    labels: { __name__: name, ...labels },
    delta,
    samples: {
      timesMs: Float64Array.from(points, ([ms]) => Number(ms)),
      values: Float64Array.from(points, ([, value]) => Number(value)),
    },
    staleMs: new Float64Array(),
    lookbackMs: windowMs,
  }
}
