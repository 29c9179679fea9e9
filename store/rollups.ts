/**
 * The rollups: tables of partial aggregates per window, one table for each length of window. Aggregator, migrations and
 * query all go by what stands here: a dimension more is a line more (and a column of that name in the rows).
 * Additive: late rows amend the window they belong to, and any number of aggregators add up; so always read with the
 * measure's own aggregate.
 */
export interface Rollup {
  name: string
  windows: readonly RollupWindow[]
  /** What windows are kept apart by, in the order of the table's key. */
  dimensions: Readonly<Record<string, string>>
  measures: Readonly<Record<string, { aggregate: 'sum' | 'min' | 'max' | 'anyLast'; type: string }>>
  /** Whether the table is sorted by time first (ranges of all series) or by dimensions first (series over time). */
  timeFirst: boolean
}

export interface RollupWindow {
  name: '10s' | '1m' | '5m' | '1h'
  seconds: number
  keptDays: number
}

const word = 'LowCardinality(String)'
const count = { aggregate: 'sum', type: 'UInt64' } as const

/** From the finest to the coarsest; each holds a whole number of the one before. */
export const rollupWindows = [
  { name: '10s', seconds: 10, keptDays: 90 },
  { name: '1m', seconds: 60, keptDays: 400 },
  { name: '5m', seconds: 300, keptDays: 800 },
  { name: '1h', seconds: 3600, keptDays: 2000 },
] as const satisfies readonly RollupWindow[]

export const rollups = {
  /** Lines and the bytes of their bodies. */
  logs: {
    name: 'log_rollup',
    windows: rollupWindows,
    dimensions: { ServiceName: word, Level: word, Host: word },
    measures: { Lines: count, Bytes: count },
    timeFirst: true,
  },
  /** Lines of a template: see aggregator/patterns. */
  patterns: {
    name: 'pattern_rollup',
    windows: rollupWindows.filter(({ name }) => name === '1m' || name === '1h'),
    dimensions: { ServiceName: word, Level: word, PatternId: 'UInt64' },
    measures: { Lines: count },
    timeFirst: true,
  },
  /** Samples of a series; Last is the newest of the window with its time. */
  metrics: {
    name: 'metric_rollup',
    windows: rollupWindows,
    dimensions: { Fingerprint: 'UInt64' },
    measures: {
      Count: count,
      Sum: { aggregate: 'sum', type: 'Float64' },
      Min: { aggregate: 'min', type: 'Float64' },
      Max: { aggregate: 'max', type: 'Float64' },
      Last: { aggregate: 'max', type: 'Tuple(Timestamp DateTime64(3), Value Float64)' },
    },
    timeFirst: false,
  },
  /** Rollups that the configuration defines: see docs/metrics.md. Series tells label sets apart. */
  custom: {
    name: 'custom_rollup',
    windows: rollupWindows,
    dimensions: { RollupName: word, Definition: 'UInt64', Series: 'UInt64' },
    measures: {
      Labels: { aggregate: 'anyLast', type: 'Map(LowCardinality(String), String)' },
      Count: count,
      Sum: { aggregate: 'sum', type: 'Float64' },
      Min: { aggregate: 'min', type: 'Float64' },
      Max: { aggregate: 'max', type: 'Float64' },
    },
    timeFirst: false,
  },
} as const satisfies Record<string, Rollup>

/** The value of every label of the series in which lines end up when a window of a custom rollup has too many. */
export const overflowValue = '__overflow__'

/** What a rollup of the configuration counts, as it stands beside the ranges that it has counted. */
export interface CountedRollup {
  /** LogQL: the lines. */
  where: string
  value: string
  /** Names of the series' labels, and what of a line they are. */
  labels: readonly (readonly [name: string, of: string])[]
}

export type RollupName = keyof typeof rollups
export type RollupTable = `${(typeof rollups)[RollupName]['name']}_${(typeof rollupWindows)[number]['name']}`

export function rollupTable<R extends Rollup>(rollup: R, window: RollupWindow): RollupTable {
  return `${rollup.name}_${window.name}` as RollupTable
}

/** The columns as rows are sent. */
export function rollupColumns({ dimensions, measures }: Rollup): Record<string, string> {
  return {
    Tenant: word,
    ...dimensions,
    Window: 'DateTime',
    ...Object.fromEntries(Object.entries(measures).map(([name, { type }]) => [name, type])),
    IngestedOn: 'Date',
  }
}

/** The tables of a rollup. IngestedOn keeps the window of a late row as long as that of one in time. */
export function rollupStatements(rollup: Rollup): string[] {
  return rollup.windows.map(window => createTable(rollup, window))
}

function createTable(rollup: Rollup, window: RollupWindow): string {
  const { dimensions, measures, timeFirst } = rollup
  const names = Object.keys(dimensions)
  const order = timeFirst ? ['Tenant', 'Window', ...names] : ['Tenant', ...names, 'Window']
  const columns = [
    `Tenant ${word}`,
    ...Object.entries(dimensions).map(([name, type]) => `${name} ${type}`),
    'Window DateTime CODEC(Delta(4), ZSTD(1))',
    ...Object.entries(measures).map(
      ([name, { aggregate, type }]) =>
        `${name} SimpleAggregateFunction(${aggregate}, ${stored(type)}) CODEC(ZSTD(1))`,
    ),
    'IngestedOn SimpleAggregateFunction(max, Date) CODEC(ZSTD(1))',
  ]
  return `CREATE TABLE IF NOT EXISTS ${rollupTable(rollup, window)}
(
    ${columns.join(',\n    ')}
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Window)
ORDER BY (${order.join(', ')})
TTL greatest(toDate(Window), IngestedOn) + toIntervalDay(${window.keptDays})
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000`
}

/** The engine has no aggregate of maps with words as keys. */
function stored(type: string): string {
  return type.replace('Map(LowCardinality(String),', 'Map(String,')
}
