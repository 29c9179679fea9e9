import { type Nanos, nanosOfMs, type PointMetric } from '../../../../lib/otlp/index.ts'
import type { ResourceMetrics } from '../../../metrics/metric-batch.ts'
import { type Fields, isFields } from './json-values.ts'

const oneName = 'metric_name'
const manyNames = 'metric_name:'
const oneValue = '_value'

/**
 * The metrics of an event of Splunk's, which says `"event": "metric"` or nothing there: one by `metric_name` and `_value`, or any number by
 * `metric_name:NAME`; all other fields are their dimensions. Undefined for an event that is none.
 * Source: https://docs.splunk.com/Documentation/Splunk/latest/Metrics/GetMetricsInOther
 */
export function splunkMetricsOf(event: Fields, nowMs: number, hostName: string): ResourceMetrics | undefined {
  const { fields } = event
  if (!isMetric(event) || !isFields(fields)) return undefined
  const values = valuesOf(fields)
  const { host, source, sourcetype } = event
  const named = Object.entries({ source, sourcetype }).filter(([, value]) => typeof value === 'string')
  const attributes = Object.fromEntries([...named, ...dimensionsOf(fields)]) as Record<string, string>
  const time = timeOf(event['time']) ?? nanosOfMs(nowMs)
  return {
    resource: { 'service.name': 'splunk', 'host.name': typeof host === 'string' ? host : hostName },
    scope: 'millrace.splunk',
    metrics: values.map(([name, value]) => gaugeOf(name, value, time, attributes)),
  }
}

/** It has values, and no event beside them. */
export function isMetric({ event, fields }: Fields): boolean {
  const isNone = event === undefined || event === null || event === '' || event === 'metric'
  return isNone && isFields(fields) && valuesOf(fields).length > 0
}

function valuesOf(fields: Fields): [name: string, value: number][] {
  const many = Object.entries(fields)
    .filter(([key]) => key.startsWith(manyNames))
    .map(([key, value]) => [key.slice(manyNames.length), value] as const)
  const name = fields[oneName]
  const all = typeof name === 'string' ? [...many, [name, fields[oneValue]] as const] : many
  return all
    .map(([key, value]) => [key, numberOf(value)] as [string, number])
    .filter(([key, value]) => key !== '' && Number.isFinite(value))
}

function dimensionsOf(fields: Fields): [string, string][] {
  return Object.entries(fields)
    .filter(([key]) => key !== oneName && key !== oneValue && !key.startsWith(manyNames))
    .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)])
}

/** Senders write numbers as text too. */
function numberOf(value: unknown): number {
  if (typeof value === 'string' && value.trim() !== '') return Number(value)
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN
}

/** Seconds, with a fraction or not, as a number or as text. */
function timeOf(value: unknown): Nanos | undefined {
  const seconds = numberOf(value)
  return Number.isFinite(seconds) && seconds > 0 ? nanosOfMs(seconds * 1000) : undefined
}

function gaugeOf(name: string, value: number, time: Nanos, attributes: Record<string, string>): PointMetric {
  return { name, description: '', unit: '', kind: 'gauge', points: [{ time, value, attributes }] }
}
