import {
  type LabelValue,
  parseTraceQl,
  type SeriesSteps,
  type TraceSeries,
} from '../../../lib/traceql/index.ts'
import type { Limits } from '../../access/limits.ts'
import { exemplarsOf, maxExemplars, type SpanExemplar } from '../../traces/exemplars.ts'
import { traceSeries } from '../../traces/metrics.ts'
import { anyValue } from '../../traces/otlp.ts'
import type { TraceReader } from '../../traces/trace-reader.ts'
import { typedValue } from '../../traces/typed-value.ts'
import { invalid, type Parameters } from './parameters.ts'
import { metricsOf, shortName } from './search.ts'

type Labels = TraceSeries['labels']

/** `api/metrics/query_range`: a value per step, and with `exemplars` spans that stand for others. Source: grafana/tempo, pkg/tempopb/tempo.proto, QueryRangeResponse. */
export async function queryRange(
  reader: TraceReader,
  parameters: Parameters,
  { points }: Pick<Limits, 'points'>,
): Promise<object> {
  const steps = parameters.steps(points)
  const query = parseTraceQl(queryOf(parameters))
  const found = await traceSeries(reader, query, steps)
  const asked = parameters.count('exemplars', query.exemplars === true ? maxExemplars : 0, maxExemplars)
  const exemplars = await exemplarsOf(reader, query, steps, found, query.exemplars === false ? 0 : asked)
  const series = found.map(one => ({
    ...named(one.labels),
    samples: samplesOf(one.values, steps),
    ...exemplarsIn(exemplars.get(one)),
  }))
  return { series, metrics: metricsOf(reader) }
}

function exemplarsIn(found: readonly SpanExemplar[] | undefined): object {
  if (found === undefined) return {}
  const exemplars = found.map(({ span, value }) => ({
    labels: [
      ['trace:id', span.traceId],
      ['span:id', span.spanId],
      ['name', span.name],
      ['resource.service.name', span.service],
    ].map(([key, stringValue]) => ({ key, value: { stringValue } })),
    value,
    timestampMs: String(span.startNs / 1_000_000n),
  }))
  return { exemplars }
}

/** `api/metrics/query`: one value for the whole range. */
export async function queryInstant(reader: TraceReader, parameters: Parameters): Promise<object> {
  const { startNs, endNs } = parameters.range('1h')
  const steps = { startNs, stepNs: endNs - startNs, count: 1 }
  const found = await traceSeries(reader, parseTraceQl(queryOf(parameters)), steps)
  const series = found
    .filter(({ values }) => !Number.isNaN(values[0]))
    .map(({ labels, values }) => ({ ...named(labels), value: values[0] }))
  return { series, metrics: metricsOf(reader) }
}

function queryOf(parameters: Parameters): string {
  const query = parameters.text('q') || parameters.text('query')
  if (query === '') throw invalid('q', 'it is missing')
  return query
}

function samplesOf(values: Float64Array, { startNs, stepNs }: SeriesSteps): object[] {
  const samples: object[] = []
  for (const [step, value] of values.entries()) {
    const timestampMs = String((startNs + stepNs * BigInt(step)) / 1_000_000n)
    if (!Number.isNaN(value)) samples.push({ timestampMs, value })
  }
  return samples
}

function named(labels: Labels): { labels: object[]; promLabels: string } {
  return {
    labels: labels.map(([key, value]) => ({ key, value: labelValue(key, value) })),
    promLabels: `{${labels.map(([key, value]) => `${promName(key)}=${JSON.stringify(String(value ?? '<nil>'))}`).join(', ')}}`,
  }
}

/** Attributes have the type that they look like; everything else is a text, or a number that the stage made. */
function labelValue(key: string, value: LabelValue): object {
  if (typeof value === 'number') return { doubleValue: value }
  if (value === undefined || !key.includes('.')) return { stringValue: value ?? 'nil' }
  return anyValue(typedValue(shortName(key), value))
}

/** In quotes where it is no plain name, as Prometheus writes labels. */
function promName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name)
}
