import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../lib/base/index.ts'
import { itemsOf, readSpool } from '../../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { prometheusConfig } from './config.ts'
import { PrometheusSource } from './source.ts'

const text = `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",job="own"} 1027 1395066363000
http_requests_total{code="400",path="C:\\\\a \\"b\\""} 3
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 2
latency_seconds_bucket{le="+Inf"} 5
latency_seconds_sum 7.5
latency_seconds_count 5
# TYPE rpc summary
rpc{quantile="0.5"} 4.5
rpc_sum 9
rpc_count 2
untyped_thing -Inf
`
const openMetrics = `# TYPE jobs counter
# UNIT jobs_seconds seconds
jobs_total{queue="a"} 5 1700000000.5 # {trace_id="5b8efff798038103d269b633813fc60c"} 0.25 1700000000.1
jobs_created{queue="a"} 1699999000
# EOF
ignored 1
`
let body = text
let contentType = 'text/plain; version=0.0.4'
const target = createServer((_, response) => {
  response.setHeader('content-type', contentType)
  response.end(body)
})
await new Promise<void>(resolve => target.listen(0, '127.0.0.1', () => resolve()))
const address = `127.0.0.1:${(target.address() as AddressInfo).port}`
afterAll(() => target.close())

async function scraped(job: object, work: (spooled: TestSpool) => Promise<void>): Promise<void> {
  await withSpool(async spooled => {
    const input = {
      type: 'prometheus',
      scrape_interval: '100ms',
      scrape_configs: [{ job_name: 'shop', ...job }],
    }
    const config = prometheusConfig.parse(input)
    const source = new PrometheusSource({ ...spooled, clock: systemClock, random: Math.random, config })
    source.begin()
    try {
      await work(spooled)
    } finally {
      await source.close()
    }
  })
}

interface Point {
  attributes?: { key: string; value: { stringValue: string } }[]
  asDouble?: number | string
  [key: string]: unknown
}

async function metricsIn({ spool }: TestSpool) {
  const records = await readSpool(spool.lane('metrics').log)
  const found = new Map<string, { service: string; json: Record<string, unknown>; points: Point[] }>()
  for (const { service, json } of records.flatMap(({ value }) => itemsOf('metrics', value))) {
    const data = Object.values(json).find(value => typeof value === 'object') as { dataPoints: Point[] }
    found.set(String(json['name']), { service, json, points: data.dataPoints })
  }
  return found
}

const labelsOf = (point: Point | undefined) =>
  Object.fromEntries((point?.attributes ?? []).map(({ key, value }) => [key, value.stringValue]))

describe('scraping', () => {
  test('keeps names, labels, types, times and help, and says that the target is up', async () => {
    body = text
    contentType = 'text/plain; version=0.0.4'
    await scraped({ static_configs: [{ targets: [address], labels: { env: 'test' } }] }, async spooled => {
      await until('a scrape', async () => (await metricsIn(spooled)).has('up'))
      const metrics = await metricsIn(spooled)
      const requests = metrics.get('http_requests_total')
      expect(requests).toMatchObject({
        service: 'shop',
        json: { description: 'Requests.', sum: { isMonotonic: true } },
      })
      expect(requests?.points.map(labelsOf)).toEqual([
        { code: '200', env: 'test', exported_job: 'own', instance: address, job: 'shop' },
        { code: '400', env: 'test', path: 'C:\\a "b"', instance: address, job: 'shop' },
      ])
      expect(requests?.points[0]).toMatchObject({ asDouble: 1027, timeUnixNano: '1395066363000000000' })
      const histogram = metrics.get('latency_seconds')?.points[0]
      expect(histogram).toMatchObject({
        count: '5',
        sum: 7.5,
        explicitBounds: [0.1],
        bucketCounts: ['2', '3'],
      })
      expect(metrics.get('rpc')?.points[0]).toMatchObject({
        count: '2',
        quantileValues: [{ quantile: 0.5, value: 4.5 }],
      })
      expect(metrics.get('untyped_thing')?.points[0]?.asDouble).toBe('-Infinity')
      expect(metrics.get('up')?.points[0]?.asDouble).toBe(1)
      expect(metrics.get('scrape_samples_scraped')?.points[0]?.asDouble).toBe(10)
    })
  })

  test('reads OpenMetrics: seconds, exemplars, since when a counter counts', async () => {
    body = openMetrics
    contentType = 'application/openmetrics-text; version=1.0.0'
    await scraped({ static_configs: [{ targets: [address] }] }, async spooled => {
      await until('a scrape', async () => (await metricsIn(spooled)).has('jobs_total'))
      const metrics = await metricsIn(spooled)
      expect(metrics.get('jobs_total')?.points[0]).toMatchObject({
        asDouble: 5,
        timeUnixNano: '1700000000500000000',
        startTimeUnixNano: '1699999000000000000',
        exemplars: [{ asDouble: 0.25, traceId: '5b8efff798038103d269b633813fc60c' }],
      })
      expect(metrics.has('ignored')).toBe(false)
      expect(metrics.has('jobs_created')).toBe(false)
    })
  })

  test('says down for who does not answer, and keeps what relabelling keeps', async () => {
    body = text
    contentType = 'text/plain'
    const folder = mkdtempSync(join(tmpdir(), 'millrace-scrape-'))
    writeFileSync(
      join(folder, 'targets.json'),
      JSON.stringify([{ targets: ['127.0.0.1:1', address], labels: { zone: 'a' } }]),
    )
    const job = {
      file_sd_configs: [{ files: [join(folder, '*.json')] }],
      relabel_configs: [
        { source_labels: ['__address__'], regex: '(.*):(\\d+)', target_label: 'port', replacement: '${2}' },
      ],
      metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'rpc.*|untyped_thing', action: 'drop' }],
    }
    await scraped(job, async spooled => {
      const downs = async () =>
        (await readSpool(spooled.spool.lane('metrics').log))
          .flatMap(({ value }) => itemsOf('metrics', value))
          .filter(({ json }) => json['name'] === 'up')
          .map(({ json }) => (json['gauge'] as { dataPoints: Point[] }).dataPoints[0])
      await until(
        'both targets',
        async () => new Set((await downs()).map(point => point?.asDouble)).size === 2,
      )
      const down = (await downs()).find(point => point?.asDouble === 0)
      expect(labelsOf(down)).toEqual({ job: 'shop', instance: '127.0.0.1:1', port: '1', zone: 'a' })
      const metrics = await metricsIn(spooled)
      expect(metrics.has('http_requests_total')).toBe(true)
      expect(metrics.has('rpc')).toBe(false)
      expect(String(spooled.entries[0]?.attributes['error'])).toContain('ECONNREFUSED')
    })
    rmSync(folder, { recursive: true })
  })

  test.skipIf(!hasNodeExporter())(
    'takes all that node_exporter has (needs prometheus-node-exporter)',
    async () => {
      const port = 40_000 + Math.floor(Math.random() * 10_000)
      const exporter: ChildProcess = spawn(
        'prometheus-node-exporter',
        [`--web.listen-address=127.0.0.1:${port}`],
        { stdio: 'ignore' },
      )
      try {
        await scraped({ static_configs: [{ targets: [`127.0.0.1:${port}`] }] }, async spooled => {
          await until('a scrape', async () => (await metricsIn(spooled)).has('node_cpu_seconds_total'), 8_000)
          const answer = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
          const families = [...answer.matchAll(/^# TYPE (\S+) /gm)].map(match => match[1] ?? '')
          const metrics = await metricsIn(spooled)
          expect(families.length).toBeGreaterThan(50)
          expect(families.filter(name => !metrics.has(name) && !name.startsWith('promhttp'))).toEqual([])
        })
      } finally {
        exporter.kill('SIGKILL')
      }
    },
    20_000,
  )
})

function hasNodeExporter(): boolean {
  try {
    execFileSync('which', ['prometheus-node-exporter'])
    return true
  } catch {
    return false
  }
}
