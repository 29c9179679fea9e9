import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'
import { until } from './stack.ts'

const reason = storeUnavailable()
const nowMs = Date.now()
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
const lines = 25_000
const bodyOf = (i: number) => (i === 7 ? 'with "quotes", and\ntwo lines' : `line ${i}`)

describe.skipIf(reason !== undefined)(
  `export${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      const logRecords = Array.from({ length: lines }, (_, i) => ({
        // several lines share one time
        timeUnixNano: String(BigInt(nowMs - 600_000 + Math.floor(i / 3)) * 1_000_000n),
        severityText: 'info',
        body: { stringValue: bodyOf(i) },
        attributes: attributes({ seq: String(i), 'http.route': '/cart' }),
      }))
      const resource = { attributes: attributes({ 'service.name': 'shop', 'host.name': 'h1' }) }
      await scene.insert('logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
    }, 60_000)
    afterAll(() => scene?.close())

    const get = async (parameters: Record<string, string>, init: RequestInit = {}) =>
      await scene.request(`/api/logs/export?${new URLSearchParams({ start: 'now-1h', ...parameters })}`, init)

    it('has every line once, in order, over many pages', async () => {
      const text = await (await get({})).text()
      const seqs = text
        .trimEnd()
        .split('\n')
        .map(line => Number((JSON.parse(line) as { attributes: { seq: string } }).attributes.seq))
      expect(seqs).toEqual(Array.from({ length: lines }, (_, i) => i))
      const newest = await (await get({ direction: 'backward', limit: '12000', format: 'raw' })).text()
      expect(newest.split('\n').slice(0, 2)).toEqual([bodyOf(lines - 1), bodyOf(lines - 2)])
      expect(newest.trimEnd().split('\n')).toHaveLength(12_000)
    })

    it('goes on behind the last line that came', async () => {
      const first = (await (await get({ limit: '3' })).text()).trimEnd().split('\n')
      const { id } = JSON.parse(first[1] ?? '{}') as { id: string }
      const rest = (await (await get({ limit: '2', cursor: id, format: 'raw' })).text()).trimEnd().split('\n')
      expect(rest).toEqual(['line 2', 'line 3'])
      const page = await scene.get('/api/logs', { start: 'now-1h', direction: 'forward', limit: '5' })
      const cursor = String(page.body['next'])
      expect(await (await get({ limit: '1', cursor, format: 'raw' })).text()).toBe('line 5\n')
      expect((await get({ cursor: 'nosuch!' })).status).toBe(400)
    })

    it('takes every stage of LogQL: raw lines are what they make of them', async () => {
      const query = '{} | pattern "line <n>" | n > 20000 | line_format "no {{.n}} of {{.seq}}"'
      const raw = (await (await get({ query, format: 'raw', limit: '4000' })).text()).trimEnd().split('\n')
      expect(raw.length).toBe(4000)
      expect([raw[0], raw.at(-1)]).toEqual(['no 20001 of 20001', 'no 24000 of 24000'])
      const [first = ''] = (await (await get({ query, limit: '1' })).text()).split('\n')
      const line = JSON.parse(first) as { body: string; message: string; attributes: object; id: string }
      expect(line).toMatchObject({
        body: 'line 20001',
        message: 'no 20001 of 20001',
        attributes: { n: '20001' },
      })
      const next = await get({ query, format: 'raw', limit: '1', cursor: line.id })
      expect(await next.text()).toBe('no 20002 of 20002\n')
    })

    it('writes tables that spreadsheets read', async () => {
      const response = await get({ format: 'csv', fields: 'seq,http_route,body', query: '{seq="7"}' })
      expect(response.headers.get('content-type')).toMatch(/^text\/csv/)
      expect(response.headers.get('content-disposition')).toMatch(
        /filename="logs-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-to-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.csv"/,
      )
      const text = await response.text()
      expect(text).toMatch(
        /^id,timestamp,seq,http_route,body\r\n\d+-0-0-7,\d+,7,\/cart,"with ""quotes"", and\ntwo lines"\r\n$/,
      )
    })

    it('has the fields that are asked for and nothing more, as the search has', async () => {
      const fields = 'level,http_route'
      const [line = ''] = (await (await get({ fields, limit: '1' })).text()).split('\n')
      const shape = {
        id: expect.any(String),
        timestamp: expect.any(String),
        level: 'info',
        attributes: { http_route: '/cart' },
      }
      expect(JSON.parse(line)).toEqual(shape)
      const { body } = await scene.get('/api/logs', { start: 'now-1h', limit: '1', fields })
      expect(body['logs']).toEqual([shape])
    })

    it.each([
      ['gzip', 'gzip', gunzipSync],
      ['gzip, zstd', 'zstd', zstdDecompressSync],
      ['gzip;q=0.2, zstd;q=0', 'gzip', gunzipSync],
    ] as const)('compresses for %s', async (accept, encoding, decompress) => {
      const response = await get({ format: 'raw' }, { headers: { 'accept-encoding': accept } })
      expect(response.headers.get('content-encoding')).toBe(encoding)
      const bytes = Buffer.from(await response.arrayBuffer())
      const text = decompress(bytes).toString()
      expect(bytes.length).toBeLessThan(text.length / 2)
      expect(text.endsWith(`line ${lines - 1}\n`)).toBe(true)
    })

    it('ends with whoever reads it, and holds nothing for a slow reader', async () => {
      const before = process.memoryUsage().arrayBuffers
      const response = await get({})
      const reader = response.body?.getReader()
      await reader?.read()
      expect(scene.access.running.list('default').map(({ about }) => about.path)).toEqual([
        '/api/logs/export',
      ])
      // the store is done with the page, though hardly anything of it was read
      await until(() => scene.access.running.list('default')[0]?.queryIds.length === 1, 5_000)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64_000_000)
      await reader?.cancel()
      await until(() => scene.access.running.list('default').length === 0, 5_000)
    })
  },
)
