import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const hourMs = 3_600_000
/** Two hours ago, at a whole hour. */
const zeroMs = Math.floor(Date.now() / hourMs) * hourMs - 2 * hourMs
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** Streams as Grafana's users have them; `body` is what a collector sends that parses nothing. */
const streams = [
  {
    service: 'shop',
    host: 'h1',
    level: 'info',
    lines: 40,
    body: (i: number) => `user ${i} logged in`,
    fields: { 'http.status_code': '200', took: '12ms' },
  },
  { service: 'shop', host: 'h2', level: 'error', lines: 5, body: () => 'payment failed', fields: {} },
  {
    service: 'api',
    host: 'h1',
    level: 'info',
    lines: 10,
    body: (i: number) => JSON.stringify({ req: { path: '/cart', bytes: i }, cached: true }),
    fields: { 'k8s.pod.name': 'api-0' },
  },
]

describe.skipIf(reason !== undefined)(
  `Loki's HTTP API${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      for (const { service, host, level, lines, body, fields } of streams)
        await scene.insert('logs', {
          resourceLogs: [
            {
              resource: { attributes: attributes({ 'service.name': service, 'host.name': host }) },
              scopeLogs: [
                {
                  logRecords: Array.from({ length: lines }, (_, i) => ({
                    timeUnixNano: String(BigInt(zeroMs + i * 61_000) * 1_000_000n),
                    severityText: level,
                    body: { stringValue: body(i) },
                    attributes: attributes(fields),
                  })),
                },
              ],
            },
          ],
        })
    }, 30_000)
    afterAll(() => scene?.close())

    const range = { start: new Date(zeroMs).toISOString(), end: new Date(zeroMs + hourMs).toISOString() }
    const ask = async (path: string, parameters: Record<string, string> = {}) => {
      const address = `/loki/api/v1/${path}?${new URLSearchParams({ ...range, ...parameters })}`
      const response = await scene.request(address)
      const text = await response.text()
      if (response.status !== 200) return { status: response.status, text }
      return JSON.parse(text) as Record<string, unknown>
    }

    it('lists labels, by GET and by form', async () => {
      const all = ['detected_level', 'host', 'level', 'service', 'service_name']
      expect(await ask('labels')).toEqual({ status: 'success', data: all })
      const body = new URLSearchParams({ ...range, query: '{service_name="shop"}' })
      const form = await scene.request('/loki/api/v1/label', { method: 'POST', body })
      expect(await form.json()).toEqual({ status: 'success', data: all })
      expect(await ask('labels', { query: '{service_name="nobody"}' })).toEqual({ status: 'success' })
      expect(await ask('labels', { start: '1', end: '2' })).toEqual({ status: 'success' })
    })

    it('lists values of labels and of fields, and nothing for what is unknown', async () => {
      expect(await ask('label/service_name/values')).toEqual({ status: 'success', data: ['api', 'shop'] })
      expect(
        await ask('label/detected_level/values', { query: '{service_name="shop", host=~"h.*"}' }),
      ).toEqual({ status: 'success', data: ['error', 'info'] })
      expect(await ask('label/http_status_code/values')).toEqual({ status: 'success', data: ['200'] })
      expect(await ask('label/nosuch/values')).toEqual({ status: 'success' })
    })

    it('lists series, of several selectors and of none', async () => {
      const shop = {
        service: 'shop',
        service_name: 'shop',
        host: 'h2',
        level: 'error',
        detected_level: 'error',
      }
      expect(await ask('series', { 'match[]': '{level="error"}' })).toEqual({
        status: 'success',
        data: [shop],
      })
      for (const match of ['{}', '{service_name=~".+"}'])
        expect((await ask('series', { 'match[]': match }))['data']).toHaveLength(3)
      const both = new URLSearchParams({ ...range })
      both.append('match[]', '{level="error"}')
      both.append('match[]', '{service="shop"}')
      const response = await scene.request(`/loki/api/v1/series?${both}`)
      expect(((await response.json()) as { data: unknown[] }).data).toHaveLength(2)
    })

    it('counts streams, lines and bytes exactly, from rollups and from lines', async () => {
      expect(await ask('index/stats', { query: '{service_name="shop"}' })).toEqual({
        streams: 2,
        chunks: 2,
        entries: 45,
        bytes:
          Array.from({ length: 40 }, (_, i) => `user ${i} logged in`.length).reduce((a, b) => a + b) + 70,
      })
      expect(
        await ask('index/stats', { query: '{service_name="shop"} |= "failed" | json | logfmt' }),
      ).toMatchObject({ streams: 1, entries: 5, bytes: 70 })
      expect(
        await ask('index/stats', {
          query: '{}',
          start: String(zeroMs / 1000 + 61),
          end: `${zeroMs / 1000 + 62}.5`,
        }),
      ).toMatchObject({ entries: 3 })
    })

    it('gives volumes as a vector, by the labels that the query names', async () => {
      const at = zeroMs / 1000 + 3600
      const found = await ask('index/volume', { query: '{service_name=~`.+`}', limit: '5000' })
      expect(found).toMatchObject({ status: 'success', data: { resultType: 'vector' } })
      const { result } = found['data'] as { result: { metric: object; value: [number, string] }[] }
      expect(result.map(({ metric, value }) => [metric, value[0]])).toEqual([
        [{ service_name: 'shop' }, at],
        [{ service_name: 'api' }, at],
      ])
      expect(await ask('index/volume', { query: '{level="error"}', targetLabels: 'host' })).toMatchObject({
        data: { result: [{ metric: { host: 'h2' }, value: [at, '70'] }] },
      })
      expect(
        await ask('index/volume', {
          query: '{level="error"}',
          targetLabels: 'host,level',
          aggregateBy: 'labels',
        }),
      ).toMatchObject({
        data: { result: [{ metric: { host: '' }, value: [at, '70'] }, { metric: { level: '' } }] },
      })
      expect(await ask('index/volume', { query: '{}', limit: '1' })).toMatchObject({
        data: { result: [{ metric: { service_name: 'shop', host: 'h1', detected_level: 'info' } }] },
      })
    })

    it('gives volumes over time as a matrix', async () => {
      const found = await ask('index/volume_range', {
        query: '{service_name="shop", level="error"}',
        step: '60',
      })
      expect(found).toMatchObject({
        data: {
          resultType: 'matrix',
          result: [{ metric: { service_name: 'shop', level: 'error' } }],
        },
      })
      const { result } = found['data'] as { result: { values: [number, string][] }[] }
      expect(result[0]?.values).toEqual(
        [0, 1, 2, 3, 4].map(i => [zeroMs / 1000 + (i + 1) * 60 - 0.001, '14']),
      )
      expect(await ask('index/volume_range', { query: '{level="error"}', step: '1h' })).toMatchObject({
        data: { resultType: 'vector', result: [{ value: [zeroMs / 1000 + 3599.999, '70'] }] },
      })
    })

    it('detects labels and fields with their types, parsers and paths', async () => {
      expect(await ask('detected_labels', { query: '' })).toEqual({
        detectedLabels: [
          { label: 'detected_level', cardinality: 2 },
          { label: 'host', cardinality: 2 },
          { label: 'level', cardinality: 2 },
          { label: 'service', cardinality: 2 },
          { label: 'service_name', cardinality: 2 },
        ],
      })
      const { fields, limit } = (await ask('detected_fields', {
        query: '{service_name="api"} | json | logfmt | drop __error__, __error_details__',
      })) as { fields: { label: string }[]; limit: number }
      expect(limit).toBe(1000)
      const byLabel = Object.fromEntries(fields.map(field => [field.label, field]))
      expect(byLabel['req_path']).toEqual({
        label: 'req_path',
        type: 'string',
        cardinality: 1,
        parsers: ['json'],
        jsonPath: ['req', 'path'],
      })
      expect(byLabel['req_bytes']).toMatchObject({ type: 'int', cardinality: 10 })
      expect(byLabel['cached']).toMatchObject({ type: 'boolean' })
      expect(byLabel['k8s_pod_name']).toEqual({
        label: 'k8s_pod_name',
        type: 'string',
        cardinality: 1,
        parsers: null,
      })
      expect(byLabel['detected_level']).toMatchObject({ cardinality: 1, parsers: null })
      expect(await ask('detected_field/took/values', { query: '{service_name="shop"}' })).toEqual({
        values: ['12ms'],
        limit: 1000,
      })
      expect(await ask('detected_field/host/values', { query: '{service_name="shop"}', limit: '1' })).toEqual(
        {
          values: ['h1'],
          limit: 1,
        },
      )
    })

    it('gives patterns by level, with what differs as the filter |> takes it', async () => {
      const { data } = (await ask('patterns', { query: '{service_name="shop"}', step: '10s' })) as {
        data: { pattern: string; level: string; samples: [number, number][] }[]
      }
      expect(data.map(({ pattern, level }) => [pattern, level])).toEqual([
        ['user <_> logged in', 'info'],
        ['payment failed', 'error'],
      ])
      expect(data[1]?.samples).toEqual([0, 1, 2, 3, 4].map(i => [zeroMs / 1000 + i * 60, 1]))
    })

    it('says what it is, what may be asked, and that there are no rules', async () => {
      expect(await ask('status/buildinfo')).toMatchObject({ version: expect.stringMatching(/^3\./) })
      expect(await ask('drilldown-limits')).toMatchObject({
        limits: { volume_enabled: true, retention_period: '720h' },
        pattern_ingester_enabled: true,
        version: expect.any(String),
      })
      expect(await (await scene.request('/loki/api/v1/rules')).text()).toBe('{}\n')
      expect((await scene.request('/loki/api/v1/rules/some')).status).toBe(404)
      const inPrometheus = await scene.request('/loki/prometheus/api/v1/rules')
      expect(await inPrometheus.json()).toEqual({ status: 'success', data: { groups: [] } })
    })

    it.each([
      ['index/stats', { query: '' }, 400, 'parse error at line 1, col 1: syntax error: unexpected $end'],
      ['index/volume', {}, 400, 'parse error'],
      ['index/volume', { query: '{}', aggregateBy: 'x' }, 400, 'invalid aggregation option'],
      ['index/volume', { query: '{}', limit: '-1' }, 400, 'limit must be a positive value'],
      ['index/volume_range', { query: '{}', step: '0' }, 400, 'zero or negative'],
      ['query_range', { query: '{}', step: '0' }, 400, 'zero or negative'],
      ['query_range', { query: '{}', step: 'x' }, 400, 'cannot parse "x" to a valid duration'],
      ['index/volume_range', { query: '{}', step: '1ms' }, 400, 'exceeded maximum resolution'],
      ['detected_fields', { query: '' }, 400, 'parse error'],
      ['labels', { start: 'yesterday' }, 400, 'cannot parse "yesterday" to a valid timestamp'],
      ['labels', { start: '10', end: '9' }, 400, 'end timestamp must not be before'],
      ['series', { 'match[]': '{a=' }, 400, 'parse error at line 1, col 4'],
      ['series', { 'match[]': 'words' }, 400, 'parse error'],
      ['v2alpha/tail', {}, 404, '404 page not found'],
    ])('says of %s %j what is wrong as text', async (path, parameters, status, text) => {
      const answer = await ask(path, parameters as Record<string, string>)
      expect(answer).toEqual({ status, text: expect.stringContaining(text) })
    })

    it('deletes lines, notes it, and takes nothing back', async () => {
      const remove = async (method: string, parameters: Record<string, string>) =>
        await scene.request(`/loki/api/v1/delete?${new URLSearchParams(parameters)}`, { method })
      expect((await remove('POST', { query: '{level="error"}' })).status).toBe(400)
      expect((await remove('POST', { query: '{level="error"}', start: '0', end: '9999999999' })).status).toBe(
        400,
      )
      expect((await remove('POST', { query: '{level="error"}', start: String(zeroMs / 1000) })).status).toBe(
        204,
      )
      expect(await ask('index/stats', { query: '{level="error"}' })).toMatchObject({ entries: 0 })
      expect(await ask('index/stats', { query: '{}' })).toMatchObject({ entries: 50 })
      const listed = (await (await scene.request('/loki/api/v1/delete')).json()) as Record<string, unknown>[]
      expect(listed).toMatchObject([
        { query: '{level="error"}', status: 'processed', start_time: zeroMs / 1000 },
      ])
      const id = String(listed[0]?.['request_id'])
      expect((await remove('DELETE', { request_id: id })).status).toBe(400)
      expect((await remove('DELETE', { request_id: 'nosuch' })).status).toBe(404)
    })
  },
)
