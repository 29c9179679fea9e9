import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const zeroMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000
const ns = (ms: number) => String(BigInt(ms) * 1_000_000n)
const range = { start: ns(zeroMs), end: ns(zeroMs + 60_000) }
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
const cart = { name: 'com.example.Cart', version: '1.2' }
const made = [
  { scope: cart, body: 'one', fields: {} },
  { scope: cart, body: 'two', fields: { scope_name: 'own' } },
  { scope: { name: 'com.example.Shop' }, body: '{"scope_name":"inside","n":1}', fields: {} },
  { scope: { name: 'millrace.file', version: '9' }, body: 'read from a file', fields: {} },
]

describe.skipIf(reason !== undefined)(
  `instrumentation scopes of lines${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      await scene.insert('logs', {
        resourceLogs: made.map(({ scope, body, fields }, i) => ({
          resource: { attributes: attributes({ 'service.name': 'shop', 'host.name': 'h1' }) },
          scopeLogs: [
            {
              scope,
              logRecords: [
                {
                  timeUnixNano: ns(zeroMs + 1_000 + i),
                  severityText: 'info',
                  body: { stringValue: body },
                  attributes: attributes(fields),
                },
              ],
            },
          ],
        })),
      })
    }, 60_000)
    afterAll(() => scene?.close())

    const get = async (path: string, parameters: Record<string, string>) => {
      const { status, body } = await scene.get(path, { ...range, ...parameters })
      expect(body['detail'] ?? body['error']).toBeUndefined()
      expect(status).toBe(200)
      return body
    }

    it.each([
      ['scope_name:com.example.Cart', ['one']],
      ['scope_name:com.* -scope_version:*', ['{"scope_name":"inside","n":1}']],
      ['scope_version:1.2', ['one', 'two']],
      ['scope_name:own', ['two']],
      ['-scope_name:*', ['read from a file']],
      ['{} | scope_name=~"com.+" | label_format x=scope_name', ['one', '{"scope_name":"inside","n":1}']],
    ])('%s is asked of the native API', async (query, expected) => {
      const { logs } = await get('/api/logs', { query, direction: 'forward' })
      expect((logs as { body: string }[]).map(({ body }) => body)).toEqual(expected)
    })

    it('are said of lines, and picked as fields', async () => {
      const whole = await get('/api/logs', { query: 'one' })
      expect(whole['logs']).toMatchObject([{ scope: 'com.example.Cart', scopeVersion: '1.2' }])
      const picked = await get('/api/logs', { fields: 'scope_name,scope_version', direction: 'forward' })
      expect((picked['logs'] as { attributes?: object }[]).map(line => line.attributes)).toEqual([
        { scope_name: 'com.example.Cart', scope_version: '1.2' },
        { scope_name: 'own', scope_version: '1.2' },
        { scope_name: 'com.example.Shop' },
        undefined,
      ])
    })

    it('are among the fields, facets and what is compared', async () => {
      const { fields } = await get('/api/logs/fields', {})
      expect(fields).toEqual([
        { field: 'scope_name', lines: 3, values: 3 },
        { field: 'scope_version', lines: 2, values: 1 },
      ])
      const counted = ['com.example.Cart', 'com.example.Shop', 'own'].map(value => ({ value, count: 1 }))
      for (const asked of [{}, { search: 'scope_n' }, { fields: 'scope_name' }]) {
        const { facets } = await get('/api/logs/facets', asked)
        expect(facets).toContainEqual({ field: 'scope_name', values: counted })
      }
      const { fields: compared } = await get('/api/logs/compare', { baselineQuery: 'file', query: 'one' })
      expect((compared as { field: string }[]).map(({ field }) => field)).toContain('scope_name')
    })

    it('are structured metadata in Loki', async () => {
      const parameters = new URLSearchParams({ ...range, query: '{scope_name!="own"}', direction: 'forward' })
      const headers = { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' }
      const response = await scene.request(`/loki/api/v1/query_range?${parameters}`, { headers })
      const { data } = (await response.json()) as {
        data: { result: { values: [string, string, { structuredMetadata?: Record<string, string> }][] }[] }
      }
      const found = data.result.flatMap(({ values }) => values)
      const besides = found.map(([, body, { structuredMetadata }]) => [
        body,
        structuredMetadata?.['scope_name'],
        structuredMetadata?.['scope_version'],
      ])
      expect(besides).toEqual([
        ['one', 'com.example.Cart', '1.2'],
        ['{"scope_name":"inside","n":1}', 'com.example.Shop', undefined],
        ['read from a file', undefined, undefined],
      ])
    })

    it('are detected as fields without a parser', async () => {
      const { fields } = await get('/loki/api/v1/detected_fields', { query: '{service_name="shop"}' })
      expect(fields).toContainEqual({ label: 'scope_name', type: 'string', cardinality: 3, parsers: null })
      expect(fields).toContainEqual({ label: 'scope_version', type: 'float', cardinality: 1, parsers: null })
      const { data } = await get('/loki/api/v1/label/scope_name/values', {})
      expect(data).toEqual(['com.example.Cart', 'com.example.Shop', 'own'])
    })

    it.each([
      'sum by (scope_name) (count_over_time({service="shop"}[1m]))',
      'sum by (scope_name) (count_over_time({service="shop"} | label_format x="y" [1m]))',
    ])('%s has a series for each', async query => {
      const { data } = await get('/loki/api/v1/query', { query, time: ns(zeroMs + 60_000) })
      const { result } = data as { result: { metric: Record<string, string>; value: [number, string] }[] }
      const counts = result.map(({ metric, value }) => [metric['scope_name'] ?? '', value[1]])
      expect(counts.sort()).toEqual([
        ['', '1'],
        ['com.example.Cart', '1'],
        ['com.example.Shop', '1'],
        ['own', '1'],
      ])
    })
  },
)
