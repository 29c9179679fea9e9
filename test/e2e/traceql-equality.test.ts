import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  compilePipeline,
  parseTraceQl,
  type Span,
  SpanGatherer,
  stagedSeries,
  Trace,
  toSeries,
} from '../../lib/traceql/index.ts'
import type { TracesAnswer } from '../../query/index.ts'
import { selectionOf } from '../../query/traces/candidates.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { madeTraces, toRequest } from './made-traces.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const startNs = BigInt(Math.floor(Date.now() / 60_000) * 60_000 - 600_000) * 1_000_000n
const start = String(startNs)
const end = String(startNs + 60_000_000_000n)
const traces = madeTraces(7, 150, startNs)

/** Those of which a row tells all, and so SQL alone. */
const ofOneRow = [
  '{}',
  '{ false }',
  '{ .a }',
  '{ !.flag }',
  '{ .a = nil }',
  '{ nil != .region }',
  '{ nil = nil }',
  '{ parent = nil }',
  '{ span:parentID != nil }',
  '{ status = error && kind != server }',
  '{ status = .a }',
  '{ name = "GET /cart" }',
  '{ name != "" || statusMessage =~ "time.*" }',
  '{ name < "S" && name >= "G" }',
  '{ span.a = "abc" }',
  '{ span.a = "" }',
  '{ span.a != "" }',
  '{ .region = "" }',
  '{ resource.region != "abc" }',
  '{ .region =~ ".*" }',
  '{ .region !~ "[0-9]+" }',
  '{ span."we ird" = "true" }',
  '{ .a = "Äpfel" }',
  '{ .a > "B" }',
  '{ .a = 200 }',
  '{ .a != 200 }',
  '{ .a >= 1e3 || .b < -1 }',
  '{ .a = true }',
  '{ .a != true }',
  '{ .flag = (.b = 500) }',
  '{ (.a = 200) = (.b = 200) }',
  '{ .a = .b }',
  '{ .a != .b }',
  '{ .a < .b }',
  '{ .a + 1 > .b * 2 - 10 }',
  '{ .a / 0 > 5 }',
  '{ .a % 7 = 4 }',
  '{ .a ^ 2 = 40000 }',
  '{ -.a > 0 }',
  '{ duration > 100ms && duration <= 1.5s }',
  '{ duration * 2 = 3s }',
  '{ duration = 0 }',
  '{ resource.service.name = "web" }',
  '{ .service.name != "web" }',
  '{ resource.service.name = nil }',
  '{ .service.name =~ "c.*" && !(kind = client) }',
  '{ event.a = "abc" }',
  '{ event.a != "abc" }',
  '{ event.a > 100 }',
  '{ event.a = nil }',
  '{ event:name = "exception" && event:timeSinceStart < 1us }',
  '{ link.a != nil }',
  '{ link:traceID =~ "b+" }',
  '{ event.flag }',
  '{ instrumentation:name = "tracer" && instrumentation.x = nil }',
  '{ instrumentation.a = "abc" || instrumentation:version = "2" }',
  '{ instrumentation."we ird" != nil }',
  '{ instrumentation.b > 100 }',
  '{ nestedSetParent < 0 }',
  '{ nestedSetParent != -1 }',
  '{ span:id = "0000000000000001" }',
]
const ofTraces = [
  '{ event.flag = true }',
  '{ rootServiceName = "web" && status = error }',
  '{ !(rootName = "SELECT") }',
  '{ traceDuration > 40s }',
  '{ childCount > 1 }',
  '{ nestedSetLeft > 3 }',
  '{ nestedSetParent > 1 }',
  '{ parent.a = "abc" }',
  '{ parent.resource.region != nil }',
  '{ kind = server } && { kind = client }',
  '{ kind = server } || { status = error }',
  '{ kind = server } > { kind = client }',
  '{ kind = server } >> { status = error }',
  '{ kind = client } < { kind = server }',
  '{ status = error } << { kind = server }',
  '{ kind = server } ~ { kind = client }',
  '{} !> { kind = client }',
  '{ kind = server } !>> { kind = client }',
  '{ kind = server } !< { kind = client }',
  '{ kind = server } !<< {}',
  '{ kind = server } !~ { kind = client }',
  '{ kind = server } &> { kind = client }',
  '{ kind = server } &>> {}',
  '{ kind = server } &< {}',
  '{ kind = server } &<< { status = error }',
  '{ kind = server } &~ {}',
  '{ .a } > {} > {}',
  '({ .a } || { .b = 200 }) && { status = ok }',
  '{} | count() > 4',
  '{ kind = server } | avg(duration) > 500ms',
  '{} | sum(.a) >= 1000 | { .a > 1 }',
  '{} | min(.a) < 0',
  '{} | max(duration) - min(duration) > 1s',
  '{} | by(resource.service.name) | count() > 2',
  '{} | by(name) | count() > 2 | coalesce() | count() > 3',
  '({} | count() > 3) && { status = error }',
  '{ status = error } | select(span.a)',
]

const ofSeries = [
  '{} | rate()',
  '{ status = error } | count_over_time() by (resource.service.name, kind)',
  '{} | count_over_time() by (.a, duration)',
  '{} | sum_over_time(span.a) by (name)',
  '{} | avg_over_time(.a + .b)',
  '{} | min_over_time(duration) by (status)',
  '{ kind = server } | max_over_time(event:timeSinceStart)',
  '{} | quantile_over_time(duration, 0, .25, .9, 1) by (kind)',
  '{} | histogram_over_time(duration)',
  '{} | histogram_over_time(span.a) by (name)',
  '{} | count_over_time() by (event:name)',
  '{} | count_over_time() by (rootName)',
  '{ kind = server } >> { kind = client } | rate() by (name)',
  '{} | by(name) | count() > 2 | avg_over_time(duration)',
  '{} | sum_over_time(parent.a)',
  '{} | rate() by (name) > 0.5',
  '{} | count_over_time() by (.a) | topk(2)',
  '{} | max_over_time(duration) by (name) | bottomk(1)',
]
const stepNs = 10_000_000_000n

interface Labelled {
  labels: { key: string; value: Record<string, string | number | boolean> }[]
  samples: { timestampMs: string; value: number }[]
}

function expectedSeries(query: string): unknown[] {
  const { pipeline, metrics, series } = parseTraceQl(query)
  if (metrics?.kind !== 'overTime') throw new Error('no series')
  const steps = { startNs, stepNs, count: 6 }
  const evaluate = compilePipeline(pipeline)
  const gatherer = new SpanGatherer(metrics, steps)
  for (const trace of traces.map(spans => new Trace(spans)))
    for (const set of evaluate(trace)) for (const span of set.spans) gatherer.add(span, trace)
  return stagedSeries(toSeries(metrics, gatherer.finish(), steps), series).map(({ labels, values }) => [
    labels.map(([key, value]) => [key, value ?? 'nil']),
    [...values].flatMap((value, step) => (Number.isNaN(value) ? [] : [[step, rounded(value)]])),
  ])
}

/** Sums of doubles depend on their order. */
const rounded = (value: number) => Number(value.toPrecision(9))

/** Trace by trace the ids of the spans that are taken. */
function expected(query: string): Record<string, string[]> {
  const evaluate = compilePipeline(parseTraceQl(query).pipeline)
  return Object.fromEntries(
    traces.flatMap(spans => {
      const taken = evaluate(new Trace(spans)).flatMap(set => set.spans.map(({ spanId }) => spanId))
      return taken.length === 0 ? [] : [[spans[0]?.traceId ?? '', taken.sort()]]
    }),
  )
}

describe.skipIf(reason !== undefined)(
  `TraceQL in SQL${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      for (let at = 0; at < traces.length; at += 50)
        await scene.insert('traces', toRequest(traces.slice(at, at + 50).flat() as Span[]))
    }, 30_000)
    afterAll(() => scene?.close())

    async function found(query: string): Promise<Record<string, string[]>> {
      const { status, body } = await scene.get('/api/traces', {
        query,
        start,
        end,
        limit: '1000',
        spans: '100',
      })
      expect([status, body['detail'], body['warnings']]).toEqual([200, undefined, []])
      return Object.fromEntries(
        (body as unknown as TracesAnswer).traces.map(trace => {
          expect(trace.matched).toBe(trace.spans.length)
          return [trace.traceId, trace.spans.map(({ spanId }) => spanId).sort()]
        }),
      )
    }

    it.each([...ofOneRow, ...ofTraces])('takes the spans that are meant: %s', async query => {
      expect(await found(query)).toEqual(expected(query))
    })

    it.each(ofOneRow)('is exact where one row tells all: %s', query => {
      const selection = selectionOf(parseTraceQl(query).pipeline)
      expect(selection.isExact).toBe(true)
    })

    it.each(ofSeries)('makes the series that are meant: %s', async q => {
      const { status, body } = await scene.get('/tempo/api/metrics/query_range', {
        q,
        start,
        end,
        step: '10s',
      })
      expect(status).toBe(200)
      const found = (body as unknown as { series: Labelled[] }).series.map(({ labels, samples }) => [
        labels.map(({ key, value }) => {
          const [of] = Object.values(value)
          // an attribute's value has the type that its text looks like
          return [key, key.includes('.') ? String(of) : of]
        }),
        samples.map(({ timestampMs, value }) => [
          Number((BigInt(timestampMs) * 1_000_000n - startNs) / stepNs),
          rounded(value),
        ]),
      ])
      const wanted = expectedSeries(q)
      expect(wanted.length).toBeGreaterThan(0)
      expect(found).toEqual(wanted)
    })

    it('is asked what tells traces apart', () => {
      const sizes = [...ofOneRow, ...ofTraces].map(query => Object.keys(expected(query)).length)
      expect(sizes.filter(size => size === 0).length).toBeLessThan(6)
      expect(sizes.filter(size => size > 0 && size < traces.length).length).toBeGreaterThan(70)
    })

    it('says of a trace what all of its spans say', async () => {
      const { body } = await scene.get('/api/traces', { start, end, limit: '1000' })
      for (const one of (body as unknown as TracesAnswer).traces) {
        const spans = traces.find(([span]) => span?.traceId === one.traceId) ?? []
        const { facts } = new Trace(spans)
        expect(one).toMatchObject({
          rootName: facts.rootName,
          rootService: facts.rootService,
          durationNs: facts.durationNs,
          spanCount: spans.length,
          errorCount: spans.filter(({ status }) => status === 'error').length,
        })
        expect(one.services.reduce((sum, { spans: count }) => sum + count, 0)).toBe(spans.length)
      }
    })

    it('has nothing of a query in SQL but as a parameter', () => {
      const odd = "x' OR 1=1 --"
      const query = `{ span.${JSON.stringify(odd)} = ${JSON.stringify(odd)} && name =~ ${JSON.stringify(odd)} && event.${JSON.stringify(odd)} != 5 && .q > 77123 }`
      const { spanSql, traceSql, params } = selectionOf(parseTraceQl(`${query} && ${query}`).pipeline)
      for (const sql of [spanSql, traceSql ?? '']) {
        expect(sql).not.toContain('1=1')
        expect(sql).not.toContain('77123')
      }
      expect(Object.values(params)).toContain(odd)
    })
  },
)
