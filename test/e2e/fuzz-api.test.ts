import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const nowMs = Date.now()
const runs = Number(process.env['FUZZ_RUNS'] ?? 25)
const seed = Number(process.env['MILLRACE_SEED'] ?? nowMs % 1_000_000)
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** Texts that have been wrong somewhere before, and any other. */
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e308',
    'NaN',
    'null',
    '{}',
    '{',
    "' OR 1=1 --",
    '${jndi}',
    '%00',
    '\u0000',
    '\ud800',
    '😀',
    '../../etc/passwd',
    '{q0:String}',
    '9'.repeat(40),
    '('.repeat(500),
    '[]',
    'a,b,,c',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const query = fc.constantFrom(
  '{}',
  '{service_name=~".+"}',
  '{level="error"} |= "x" | status >= 5',
  '{service="shop"} |~ "(a|b)+$" != "q"',
  '{service="shop"} | json | logfmt',
  '{a=~"("}',
  'words and more',
  '{} | took > 1ms',
  '',
  'up',
  'sum(rate({a="b"}[5m]))',
  'rate(up[5m])',
  'histogram_quantile(0.9, sum by (le) (rate(x_bucket[1m])))',
  '1 / 0',
)
const time = fc.constantFrom('now', 'now-1h', '0', iso(-3600), iso(0), iso(60), String(nowMs * 1e6))
const duration = fc.constantFrom('1s', '60', '1m', '1h30m', '1500ms', '7s')
const number = fc.constantFrom('1', '5', '100', '5000')

/** What parameters there are, with values that may be right. */
const parameters: Readonly<Record<string, fc.Arbitrary<string>>> = {
  query,
  baselineQuery: query,
  'match[]': query,
  match: query,
  start: time,
  end: time,
  time,
  baselineStart: time,
  baselineEnd: time,
  since: fc.oneof(duration, time),
  step: duration,
  interval: duration,
  limit: number,
  line_limit: number,
  backfill: number,
  before: number,
  after: number,
  from: number,
  to: number,
  fields: fc.constantFrom('level', 'message,a.b', 'größe', 'a,'.repeat(80)),
  search: fc.constantFrom('', 'o', 'ö'),
  statistics: fc.constantFrom('true', 'false'),
  format: fc.constantFrom('jsonl', 'csv', 'raw'),
  direction: fc.constantFrom('forward', 'backward'),
  cursor: fc.constantFrom('', 'MS0xLTEtMQ', '1-1-1-1'),
  id: fc.constantFrom('1-0-0-0', `${nowMs}000000-0-0-0`),
  lastEventId: fc.constantFrom('', '0-0', '0-99999', '5-1-1'),
  of: fc.constantFrom('search', 'histogram', 'facets', 'patterns'),
  targetLabels: fc.constantFrom('', 'service_name,host', 'nosuch'),
  aggregateBy: fc.constantFrom('series', 'labels'),
  host: fc.constantFrom('', 'h1'),
  path: fc.constantFrom('', '/var/log/x'),
  form: fc.constantFrom('bytes', 'pieces'),
  metric: fc.constantFrom('', 'up'),
  request_id: fc.constantFrom('', 'x'),
}
/** What is wrong, and looks as if it were nearly right. */
const odd = fc.oneof(
  oddText,
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom('1.5', '-5', '9999999999', 'now+900y', '900y', '0s', '-1m', '1ns', '{', '{a="'),
  fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999+14:00', '2026-02-30', 'FORWARD'),
)
/** Mostly right, so that something is asked of the store, with a little that is not. */
const asked = fc
  .tuple(
    fc.record(parameters, { requiredKeys: ['query', 'match[]', 'start', 'end'] }),
    fc.dictionary(fc.constantFrom(...Object.keys(parameters)), odd, { maxKeys: 2 }),
  )
  .map(([right, wrong]): Record<string, string> => Object.assign({}, right, wrong))

function iso(seconds: number): string {
  return new Date(nowMs + seconds * 1000).toISOString()
}

describe.skipIf(reason !== undefined)(
  `any parameters${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 240_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene({ query: { limits: { deadlineSeconds: 5 } } })
      const resource = { attributes: attributes({ 'service.name': 'shop', 'host.name': 'h1' }) }
      const logRecords = Array.from({ length: 200 }, (_, i) => ({
        timeUnixNano: String(BigInt(nowMs - i * 1000) * 1_000_000n),
        severityText: i % 2 === 0 ? 'error' : 'info',
        body: { stringValue: i % 3 === 0 ? `{"a":{"b":${i}}}` : `took=${i}ms größe="${i}" x` },
        attributes: attributes({ status: String(i), took: `${i}ms`, 'a.b': 'c', größe: 'ja' }),
      }))
      await scene.insert('logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
      const dataPoints = [{ timeUnixNano: String(BigInt(nowMs) * 1_000_000n), asInt: '7' }]
      const metrics = [{ name: 'up', gauge: { dataPoints } }]
      await scene.insert('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] })
    }, 60_000)
    afterAll(() => scene?.close())

    const routes = () =>
      scene.routes.filter(
        ({ path, method }) => method !== 'ALL' && !path.includes('*') && !/readyz?$|delete$/.test(path),
      )

    it('are never answered with 500, on any route, and take no memory along', async () => {
      const unique = [...new Map(routes().map(one => [`${one.method} ${one.path}`, one])).values()]
      expect(unique.length).toBeGreaterThan(45)
      const beforeBytes = await heapBytes()
      const failures = new Map<string, object>()
      const statuses = new Map<number, number>()
      for (const { method, path } of unique)
        for (const [given, word] of fc.sample(fc.tuple(asked, oddText), { numRuns: runs, seed })) {
          const status = await ask(method, path, given, word)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          const error = String(scene.entries.at(-1)?.attributes?.['error']).slice(0, 300)
          if (status === 500) failures.set(`${method} ${path} ${error}`, { ...given, word })
        }
      // else nothing would have been asked of the store
      expect(statuses.get(200)).toBeGreaterThan((unique.length * runs) / 4)
      expect([...failures], `with the seed ${seed}`).toEqual([])
      // what is not collected yet counts, too
      expect((await heapBytes()) - beforeBytes).toBeLessThan(250_000_000)
      expect(scene.access.running.list(undefined)).toEqual([])
    })

    /** Reads the answer to its end, or, where it has none, its beginning. */
    async function ask(
      method: string,
      path: string,
      given: Readonly<Record<string, string>>,
      word: string,
    ): Promise<number> {
      const named = path.replaceAll(/:\w+|\{\w+\}/g, () => encodeURIComponent(word.toWellFormed()) || 'x')
      const search = new URLSearchParams(
        Object.entries(given).map(([name, value]): [string, string] => [name, value.toWellFormed()]),
      )
      const isForm = method === 'POST' && /^\/(?:loki|prometheus)/.test(path)
      const address = isForm ? named : `${named}?${search}`
      const init: RequestInit = { method, signal: AbortSignal.timeout(20_000) }
      if (isForm) init.body = search
      else if (method === 'POST') {
        init.body = word
        init.headers = { 'content-type': 'application/json' }
      }
      const response = await scene.request(address, init)
      if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
        const reader = response.body?.getReader()
        await Promise.race([reader?.read(), new Promise(resolve => setTimeout(resolve, 50))])
        await reader?.cancel()
      } else await response.arrayBuffer()
      return response.status
    }
  },
)

async function heapBytes(): Promise<number> {
  await new Promise(resolve => setTimeout(resolve, 50))
  const { heapUsed, arrayBuffers, external } = process.memoryUsage()
  return heapUsed + arrayBuffers + external
}
