import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'

/** Yesterday, in UTC: a whole day of samples. */
export const dayMs = 86_400_000
export const startMs = Math.floor(Date.now() / dayMs) * dayMs - dayMs
const everyMs = 60_000
const perSeries = dayMs / everyMs
export const seriesOfMetric = 1_000

interface Metric {
  name: string
  type: 'counter' | 'gauge' | 'histogram'
  /** Labels of the series of this number, the same in both languages. */
  labels: (series: number) => Record<string, string>
  /** The value of a sample by the numbers of its series and of the sample, for either. */
  value: (series: number, sample: number) => number
  sql: string
}

const edges = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf']

/** Each of a thousand series, with a sample each minute of the day, scraped at a moment of its own. */
const metrics: readonly Metric[] = [
  {
    name: 'requests_total',
    type: 'counter',
    labels: s => ({ service: `svc-${s % 20}`, instance: `i-${Math.floor(s / 20)}` }),
    value: (s, i) => i * (17 + (s % 37)) * 60 + ((i * i * (s % 11)) % 977),
    sql: 'i * (17 + s % 37) * 60 + (i * i * (s % 11)) % 977',
  },
  {
    name: 'load',
    type: 'gauge',
    labels: s => ({ service: `svc-${s % 20}`, instance: `i-${Math.floor(s / 20)}` }),
    value: (s, i) => ((i * (s + 7)) % 1009) / 8,
    sql: '((i * (s + 7)) % 1009) / 8',
  },
  {
    name: 'took_seconds_bucket',
    type: 'histogram',
    labels: s => ({
      service: `svc-${s % 20}`,
      instance: `i-${Math.floor(s / 200)}`,
      le: edges[Math.floor(s / 20) % 10] as string,
    }),
    value: (s, i) => i * (1 + (Math.floor(s / 20) % 10)) * (3 + (s % 5)),
    sql: 'i * (1 + intDiv(s, 20) % 10) * (3 + s % 5)',
  },
]

export const samples = metrics.length * seriesOfMetric * perSeries

/** When a series was scraped first. */
const firstMs = (series: number) => startMs + ((series * 37) % 60) * 1000

/** The samples in OpenMetrics' text format, for promtool. */
export async function writeOpenMetrics(path: string): Promise<void> {
  const out = createWriteStream(path)
  for (const metric of metrics) {
    out.write(`# TYPE ${metric.name} unknown\n`)
    for (let s = 0; s < seriesOfMetric; s++) if (!out.write(linesOf(metric, s))) await once(out, 'drain')
  }
  out.end('# EOF\n')
  await once(out, 'finish')
}

function linesOf(metric: Metric, s: number): string {
  const labels = Object.entries(metric.labels(s)).map(([name, value]) => `${name}="${value}"`)
  const head = `${metric.name}{${labels.join()}}`
  let text = ''
  for (let i = 0; i < perSeries; i++)
    text += `${head} ${metric.value(s, i)} ${(firstMs(s) + i * everyMs) / 1000}\n`
  return text
}

/** Spreads numbers over 64 bits, as hashes of labels are. Source: Knuth, multiplicative hashing. */
const spread = 11_400_714_819_323_198_485n
const nameBits = 48n

/** As the aggregator makes them: 16 bits of the metric, 48 of the series. */
function fingerprintOf(m: number, s: number): bigint {
  const metric = BigInt.asUintN(64, BigInt(m + 1) * spread) >> nameBits
  const series = BigInt.asUintN(64, BigInt(s + 1) * spread) >> (64n - nameBits)
  return (metric << nameBits) | series
}

/** The same into our tables, as the aggregator would have put them there. */
export async function insertSamples(client: ClickHouseClient, tenant: string): Promise<void> {
  for (const [m, metric] of metrics.entries()) {
    const rows = Array.from({ length: seriesOfMetric }, (_, s) => seriesRow(metric, m, s, tenant))
    await client.insert({ table: 'metric_series', values: rows, format: 'JSONEachRow' })
    await client.command({
      query: `INSERT INTO metric_samples (Tenant, Fingerprint, Timestamp, Value, IngestedOn)
        SELECT {tenant:String}, bitOr(toUInt64(${(fingerprintOf(m, 0) >> nameBits) << nameBits}), bitShiftRight((s + 1) * toUInt64(${spread}), ${64n - nameBits})),
          fromUnixTimestamp64Milli(toInt64(${startMs} + ((s * 37) % 60) * 1000 + i * ${everyMs})), toFloat64(${metric.sql}), today()
        FROM (SELECT intDiv(number, ${perSeries}) AS s, number % ${perSeries} AS i FROM numbers(${seriesOfMetric * perSeries}))`,
      query_params: { tenant },
    })
  }
  await client.command({ query: 'OPTIMIZE TABLE metric_samples FINAL' })
}

function seriesRow(metric: Metric, m: number, s: number, tenant: string) {
  const labels = metric.labels(s)
  return {
    Tenant: tenant,
    MetricName: metric.name,
    Fingerprint: String(fingerprintOf(m, s)),
    Type: metric.type,
    Temporality: metric.type === 'gauge' ? '' : 'cumulative',
    Labels: labels,
    ServiceName: labels['service'],
    FirstSeen: textOf(firstMs(s)),
    LastSeen: textOf(firstMs(s) + (perSeries - 1) * everyMs),
  }
}

/** As DateTime64 is written. */
function textOf(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}
