import { OperatingError } from '../../../lib/base/index.ts'
import {
  formatLogQl,
  type LogQuery,
  type MetricQuery,
  parseLogQl,
  QueryError,
} from '../../../lib/logql/index.ts'
import { checkLogMetrics, evaluateLogMetrics } from '../../logql/metrics.ts'
import { searchEntries } from '../../logql/search.ts'
import { refuseRange } from '../../metrics.ts'
import { atMoment } from '../../promql/steps.ts'
import type { StoreCost } from '../../store-reader.ts'
import { instantResult, rangeResult } from '../prometheus/values.ts'
import type { Asked } from './asked.ts'
import { defaultStepMs, invalid, type Parameters, type Range } from './parameters.ts'
import { refuseEmpty } from './selection.ts'
import { categorizes, streamsOf } from './streams.ts'

const defaultLimit = 100
const maxLimit = 5_000

/** `query`: a metric at one moment. Source: Loki HTTP API, query logs at a single point in time. */
export async function query({ parameters, context, reader, tenant, signal }: Asked): Promise<object> {
  const text = queryOf(parameters)
  const asked = parseLogQl(text)
  if (asked.kind === 'log')
    throw new QueryError(
      'log queries are not supported as an instant query type, please change your query to a range query type',
      text,
      0,
    )
  const atMs = Number(parameters.timeNs('time', BigInt(context.clock.nowMs()) * 1_000_000n) / 1_000_000n)
  const steps = atMoment(atMs)
  const { value, cost } = await evaluateLogMetrics(reader, tenant, asked, steps, signal)
  return answer({ ...instantResult(value, atMs), stats: statsOf(cost, 0) })
}

/** `query_range`: lines, or a metric at each step. Source: Loki HTTP API, query logs within a range of time. */
export async function queryRange(asked: Asked): Promise<object> {
  const { parameters } = asked
  const text = queryOf(parameters)
  const parsed = parseLogQl(text)
  const range = parameters.range(1)
  // of lines it means nothing, and is looked at all the same
  if (parsed.kind === 'log') parameters.stepMs(range, Number.POSITIVE_INFINITY)
  return parsed.kind === 'log'
    ? await lines(asked, { query: parsed.query, ...range })
    : await metric(asked, parsed, range, text)
}

/** `format_query`: a query in one form. Source: Loki HTTP API, format a LogQL query. */
export function formatQuery({ parameters }: Asked): object {
  const text = queryOf(parameters)
  const parsed = parseLogQl(text)
  if (parsed.kind === 'metric') checkLogMetrics(parsed)
  return { status: 'success', data: formatLogQl(text) }
}

async function lines(
  { c, parameters, reader, tenant, signal }: Asked,
  range: Range & { query: LogQuery },
): Promise<object> {
  const direction = directionOf(parameters)
  const takes = atIntervals(parameters.intervalNs('interval'), direction)
  const search = { ...range, tenant, limit: limitOf(parameters), direction, takes }
  const { entries, isCut, cost } = await searchEntries(reader, search, signal)
  const isCategorized = categorizes(c.req.header('x-loki-response-encoding-flags'))
  const data = {
    resultType: 'streams',
    result: streamsOf(entries, isCategorized),
    ...(isCategorized ? { encodingFlags: ['categorize-labels'] } : {}),
    stats: statsOf(cost, entries.length),
  }
  const warnings = isCut ? ['too many lines were looked at: the rest of the range was left out'] : undefined
  return answer(data, warnings)
}

/** Of lines that lie closer together the first alone; undefined where every line is wanted. Source: Loki pkg/logql/engine.go, readStreams. */
function atIntervals(
  intervalNs: bigint,
  direction: 'forward' | 'backward',
): ((timestampNs: bigint) => boolean) | undefined {
  if (intervalNs === 0n) return undefined
  let last: bigint | undefined
  return ns => {
    const isFar = last === undefined || (direction === 'forward' ? ns - last : last - ns) >= intervalNs
    if (isFar) last = ns
    return isFar
  }
}

async function metric(
  { parameters, reader, tenant, limits, signal }: Asked,
  asked: MetricQuery,
  range: Range,
  text: string,
): Promise<object> {
  const stepMs = parameters.stepMs(range, limits.points) ?? defaultStepMs(range)
  // steps are multiples of their length. Source: Loki pkg/querier/queryrange/queryrangebase/step_align.go
  const [startMs, endMs] = [range.startNs, range.endNs].map(
    ns => Math.floor(Number(ns / 1_000_000n) / stepMs) * stepMs,
  ) as [number, number]
  const count = Math.floor((endMs - startMs) / stepMs) + 1
  const steps = { startMs, stepMs, count }
  const { value, cost } = await evaluateLogMetrics(reader, tenant, asked, steps, signal)
  refuseRange(value, text)
  return answer({ ...rangeResult(value, steps), stats: statsOf(cost, 0) })
}

function answer(data: object, warnings?: string[]): object {
  return { status: 'success', data, ...(warnings === undefined ? {} : { warnings }) }
}

function queryOf(parameters: Parameters): string {
  const text = parameters.text('query')
  refuseEmpty(text)
  return text
}

function limitOf(parameters: Parameters): number {
  const limit = parameters.count('limit', defaultLimit, Number.MAX_SAFE_INTEGER)
  if (limit <= maxLimit) return limit
  throw new OperatingError(
    'PARAMETER_INVALID',
    `max entries limit per query exceeded, limit > max_entries_limit (${limit} > ${maxLimit})`,
  )
}

function directionOf(parameters: Parameters): 'forward' | 'backward' {
  const text = parameters.text('direction').toLowerCase() || 'backward'
  if (text === 'forward' || text === 'backward') return text
  throw invalid(`invalid direction '${text}'`)
}

/** Source: Loki HTTP API, statistics. */
function statsOf({ rows, bytes }: StoreCost, returned: number) {
  return {
    summary: { totalLinesProcessed: rows, totalBytesProcessed: bytes, totalEntriesReturned: returned },
  }
}
