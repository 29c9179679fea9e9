import type { AggregateName, IntrinsicName, MetricsName } from './ast.ts'

/** Intrinsic fields as they are written. Source: TraceQL documentation, intrinsic fields. */
export const intrinsicNames: ReadonlyMap<string, IntrinsicName> = new Map([
  ['name', 'name'],
  ['status', 'status'],
  ['statusMessage', 'statusMessage'],
  ['kind', 'kind'],
  ['duration', 'duration'],
  ['childCount', 'childCount'],
  ['traceDuration', 'traceDuration'],
  ['rootName', 'rootName'],
  ['rootServiceName', 'rootServiceName'],
  ['nestedSetLeft', 'nestedSetLeft'],
  ['nestedSetRight', 'nestedSetRight'],
  ['nestedSetParent', 'nestedSetParent'],
  ['parent', 'span:parentID'],
  ['span:id', 'span:id'],
  ['span:parentID', 'span:parentID'],
  ['span:name', 'name'],
  ['span:status', 'status'],
  ['span:statusMessage', 'statusMessage'],
  ['span:kind', 'kind'],
  ['span:duration', 'duration'],
  ['span:childCount', 'childCount'],
  ['trace:id', 'trace:id'],
  ['trace:duration', 'traceDuration'],
  ['trace:rootName', 'rootName'],
  ['trace:rootService', 'rootServiceName'],
  ['event:name', 'event:name'],
  ['event:timeSinceStart', 'event:timeSinceStart'],
  ['link:spanID', 'link:spanID'],
  ['link:traceID', 'link:traceID'],
  ['instrumentation:name', 'instrumentation:name'],
  ['instrumentation:version', 'instrumentation:version'],
])

export const statusNames: ReadonlySet<string> = new Set(['error', 'ok', 'unset'])
export const kindNames: ReadonlySet<string> = new Set([
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
])
export const scopeNames = ['span', 'resource', 'event', 'link', 'instrumentation'] as const
export const aggregateNames: ReadonlySet<string> = new Set<AggregateName>([
  'count',
  'avg',
  'min',
  'max',
  'sum',
])
export const metricsNames: ReadonlySet<string> = new Set<MetricsName>([
  'rate',
  'count_over_time',
  'min_over_time',
  'max_over_time',
  'avg_over_time',
  'sum_over_time',
  'quantile_over_time',
  'histogram_over_time',
])
export const stageNames: ReadonlySet<string> = new Set(['by', 'coalesce', 'select'])
