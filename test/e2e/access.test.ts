import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limitsOf } from '../../query/access/limits.ts'
import { isOpen } from '../../query/access/paths.ts'
import { makeToken, type Scope } from '../../query/access/token.ts'
import { changeTokens } from '../../query/access/token-file.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'
import { until } from './stack.ts'

const reason = storeUnavailable()
const nowMs = Date.now()
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
/** Stands in everything that the other tenant has. */
const marker = 'zq9secret'

/** What every tenant has: lines, with a template and fields, and a metric. */
function dataOf(tenant: string, word: string) {
  const resource = {
    attributes: attributes({
      'service.name': `${word}service`,
      'host.name': `${word}host`,
      'millrace.tenant': tenant,
      [`${word}resource`]: `${word}value`,
    }),
  }
  const nanos = (i: number) => String(BigInt(nowMs - 60_000 - i * 1000) * 1_000_000n)
  const logRecords = Array.from({ length: 20 }, (_, i) => ({
    timeUnixNano: nanos(i),
    severityText: 'error',
    body: { stringValue: `${word}body number ${i} of all` },
    attributes: attributes({ [`${word}key`]: `${word}value` }),
  }))
  const dataPoints = [{ timeUnixNano: nanos(1), asInt: '7' }]
  return {
    logs: { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] },
    metrics: {
      resourceMetrics: [
        { resource, scopeMetrics: [{ metrics: [{ name: `${word}metric`, gauge: { dataPoints } }] }] },
      ],
    },
  }
}

/** Whatever any route may be asked with, so that it answers with data where it has some. */
const everything: Record<string, string> = {
  query: '{service_name=~".+"}',
  'match[]': '{}',
  fields: '',
  start: new Date(nowMs - 3_600_000).toISOString(),
  end: new Date(nowMs + 60_000).toISOString(),
  time: new Date(nowMs).toISOString(),
  step: '60s',
  path: '/',
  host: '',
}

describe.skipIf(reason !== undefined)(
  `access${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: RowsScene
    const secrets: Record<string, string> = {}
    beforeAll(async () => {
      scene = await startRowsScene({
        query: { auth: 'token', limits: { tenants: { small: { rowsRead: 5, points: 10 } } } },
      })
      const token = async (name: string, tenants: string[], scopes: Scope[] = ['read']) => {
        const { token: made, secret } = makeToken({ name, tenants, scopes, expiresMs: null }, nowMs)
        await changeTokens(scene.config.dataDir, tokens => [...tokens, made])
        secrets[name] = secret
      }
      await token('mine', ['mine'])
      await token('theirs', ['theirs'])
      await token('both', ['mine', 'theirs'])
      await token('small', ['small'])
      await token('admin', ['*'], ['admin'])
      for (const [tenant, word] of [
        ['mine', 'mine'],
        ['theirs', marker],
        ['small', 'small'],
      ] as const) {
        const data = dataOf(tenant, word)
        await scene.insert('logs', data.logs)
        await scene.insert('metrics', data.metrics)
      }
    }, 60_000)
    afterAll(() => scene?.close())

    const bearer = (name: string) => ({ authorization: `Bearer ${secrets[name]}` })
    const ask = async (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
      await scene.request(path, { ...init, headers })
    /** Routes with something in the place of parameters, as they are asked. */
    const asked = () =>
      scene.routes
        .filter(({ path, method }) => !path.includes('*') && method !== 'ALL' && path !== '/loki')
        .map(({ method, path }) => ({
          method,
          route: path,
          path: path.replaceAll(/:name\b/g, 'service_name').replaceAll(/[:{]\w+\}?/g, 'x'),
        }))
    const withRange = (path: string, range = everything) => {
      const all = '{__name__=~".+"}'
      const isMetrics = path.startsWith('/prometheus') || path.startsWith('/api/metrics')
      return `${path}?${new URLSearchParams({ ...range, ...(isMetrics ? { query: all, 'match[]': all } : {}) })}`
    }

    it('asks for a token wherever data are, and says how one comes by it', async () => {
      const paths = asked().filter(({ path }) => !isOpen(path))
      expect(paths.length).toBeGreaterThan(40)
      for (const { method, path } of paths) {
        const answer = await ask(withRange(path), {}, { method })
        expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([
          path,
          401,
          'Bearer realm="millrace", Basic realm="millrace"',
        ])
        expect(await answer.text()).toContain('millrace tokens create')
      }
      for (const path of ['/nosuch/../api/logs', '/api/logs/', '/loki/nosuch', '/jaeger/api/traces'])
        expect([path, (await ask(path, {})).status]).toEqual([path, 401])
    })

    it('leaves open what probes ask and nothing else', () => {
      expect([...new Set(asked().map(({ path }) => path))].filter(path => isOpen(path)).toSorted()).toEqual([
        '/api/login',
        '/api/session',
        '/healthz',
        '/loki/ready',
        '/prometheus/-/healthy',
        '/prometheus/-/ready',
        '/ready',
        '/readyz',
        '/tempo/ready',
      ])
    })

    it('shows nothing of one tenant with the token of another, on any route', async () => {
      let shown = 0
      for (const { method, path } of asked()) {
        if (isOpen(path)) continue
        const controller = new AbortController()
        const init = { method, signal: controller.signal }
        const mine = await ask(withRange(path), bearer('mine'), init)
        const text = await textOf(mine)
        expect([path, mine.status >= 500]).toEqual([path, false])
        expect([path, text.includes(marker)]).toEqual([path, false])
        if (text.includes('mineservice') || text.includes('minekey') || text.includes('minemetric')) shown++
        controller.abort()
      }
      // the test would be of no use if routes answered nothing
      expect(shown).toBeGreaterThan(15)
    })

    it('narrows by X-Scope-OrgID, and never widens', async () => {
      const services = async (name: string, tenant?: string) => {
        const headers = { ...bearer(name), ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }) }
        const answer = await ask(withRange('/loki/api/v1/label/service/values'), headers)
        return answer.status === 200 ? ((await answer.json()) as { data?: string[] }).data : answer.status
      }
      expect(await services('both', 'mine')).toEqual(['mineservice'])
      expect(await services('both', 'theirs')).toEqual([`${marker}service`])
      expect(await services('both')).toBe(401)
      expect(await services('mine', 'mine')).toEqual(['mineservice'])
      expect(await services('mine', 'theirs')).toBe(403)
      expect(await services('admin', 'theirs')).toEqual([`${marker}service`])
      expect(await services('admin')).toBeUndefined()
    })

    it('takes a token as password of Basic and in the cookie of a login', async () => {
      const basic = Buffer.from(`anybody:${secrets['mine']}`).toString('base64')
      expect((await ask('/api/logs', { authorization: `Basic ${basic}` })).status).toBe(200)
      const login = async (token: string, headers: Record<string, string> = {}) =>
        await ask(
          '/api/login',
          { 'content-type': 'application/json', ...headers },
          {
            method: 'POST',
            body: JSON.stringify({ token }),
          },
        )
      expect((await login('millrace_nosuch')).status).toBe(401)
      expect((await login(secrets['mine'] as string, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
      const right = await login(secrets['mine'] as string)
      expect(await right.json()).toMatchObject({ auth: 'token', token: { name: 'mine' }, tenants: ['mine'] })
      const cookie = right.headers.get('set-cookie') ?? ''
      expect(cookie).toMatch(/HttpOnly/)
      expect(cookie).toMatch(/SameSite=Strict/)
      const sent = { cookie: cookie.split(';')[0] as string }
      expect((await ask('/api/logs', sent)).status).toBe(200)
      expect(await (await ask('/api/session', sent)).json()).toMatchObject({ token: { name: 'mine' } })
      expect(await (await ask('/api/session', {})).json()).toEqual({
        auth: 'token',
        token: null,
        tenants: [],
      })
      const out = await ask('/api/session', sent, { method: 'DELETE' })
      expect(out.headers.get('set-cookie')).toMatch(/millrace_token=;/)
    })

    it('answers refusals in the tongue of the path', async () => {
      expect((await ask('/loki/api/v1/labels', {})).headers.get('content-type')).toMatch(/^text\/plain/)
      expect(await (await ask('/prometheus/api/v1/labels', {})).json()).toMatchObject({
        status: 'error',
        errorType: 'unauthorized',
      })
      expect(await (await ask('/api/logs', {})).json()).toMatchObject({
        status: 401,
        type: expect.any(String),
      })
    })

    it('lets only an admin delete, and nobody from another site', async () => {
      const remove = async (headers: Record<string, string>) =>
        (await ask(`/loki/api/v1/delete?query={}&start=9999999998`, headers, { method: 'POST' })).status
      expect(await remove(bearer('mine'))).toBe(403)
      expect(await remove({ ...bearer('admin'), origin: 'https://elsewhere.example' })).toBe(403)
      expect(await remove({ ...bearer('admin'), 'sec-fetch-site': 'same-site' })).toBe(403)
      // in the future: refused by itself
      expect(await remove(bearer('admin'))).toBe(400)
    })

    it('holds the limits of a tenant, and says which', async () => {
      const small = await ask(
        withRange('/api/logs', { ...everything, query: '{} |= "body"' }),
        bearer('small'),
      )
      expect([small.status, ((await small.json()) as { detail: string }).detail]).toEqual([
        422,
        'the store would read more than 5 rows (query.limits.rowsRead): ask about a shorter time or fewer streams',
      ])
      const points = await ask(
        withRange('/api/logs/histogram', { ...everything, step: '1m' }),
        bearer('small'),
      )
      expect(((await points.json()) as { detail: string }).detail).toContain('are more than 10')
    })

    it('refuses a token from the moment it is revoked', async () => {
      const { token, secret } = makeToken(
        { name: 'brief', tenants: ['mine'], scopes: ['read'], expiresMs: null },
        nowMs,
      )
      await changeTokens(scene.config.dataDir, tokens => [...tokens, token])
      const status = async () => (await ask('/api/logs', { authorization: `Bearer ${secret}` })).status
      expect(await status()).toBe(200)
      await changeTokens(scene.config.dataDir, tokens => tokens.filter(({ id }) => id !== token.id))
      expect(await status()).toBe(401)
    })

    it('lists what runs with how far it is, and ends it in the store', async () => {
      const request = scene.access.running.open({
        id: randomUUID(),
        tenant: 'mine',
        token: 'mine',
        method: 'GET',
        path: '/api/logs',
        query: 'slow',
        startedMs: Date.now(),
      })
      const asker = {
        tenant: 'mine',
        token: undefined,
        limits: limitsOf(scene.config.query.limits, 'mine'),
        request,
      }
      // by itself it would take hours
      const slow = scene.reader
        .as(scene.access.askingOf(asker))
        .rows(
          'SELECT sum(cityHash64(number)) AS n FROM numbers(1000000000000)',
          {},
          new AbortController().signal,
        )
      const ended = expect(slow).rejects.toMatchObject({ code: 'QUERY_KILLED' })
      const list = async (name: string) => {
        const answer = await ask('/api/queries', bearer(name))
        const { queries } = (await answer.json()) as {
          queries: { id: string; query: string; rows: number }[]
        }
        return queries.filter(({ query }) => query === 'slow')
      }
      await until(async () => ((await list('mine'))[0]?.rows ?? 0) > 0, 10_000)
      expect(await list('theirs')).toEqual([])
      const [{ id = '' } = {}] = await list('admin')
      const end = async (name: string) =>
        (await ask(`/api/queries/${id}`, bearer(name), { method: 'DELETE' })).status
      expect(await end('theirs')).toBe(404)
      expect(await end('mine')).toBe(204)
      await ended
      const running =
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%system%'"
      await until(async () => {
        const { rows } = await scene.reader.rows<{ n: number }>(running, {}, new AbortController().signal)
        return Number(rows[0]?.n) === 0
      }, 10_000)
      const missing = await ask('/api/queries/nosuch', bearer('mine'), { method: 'DELETE' })
      expect(missing.status).toBe(404)
    })

    it('writes down who asked what', async () => {
      await ask('/api/logs?query=audited', bearer('mine'))
      await ask(
        '/loki/api/v1/series',
        { ...bearer('mine'), 'content-type': 'application/x-www-form-urlencoded' },
        {
          method: 'POST',
          body: 'match[]={audited="form"}',
        },
      )
      await scene.access.audit?.close()
      const lines = readFileSync(join(scene.config.dataDir, 'query', 'audit.log'), 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Record<string, unknown>)
      expect(lines.find(({ parameters }) => parameters === 'query=audited')).toMatchObject({
        token: 'mine',
        tenant: 'mine',
        method: 'GET',
        path: '/api/logs',
        status: 200,
      })
      expect(lines.some(({ parameters }) => String(parameters).includes('{audited='))).toBe(true)
      expect(lines.some(({ status, token }) => status === 401 && token === '')).toBe(true)
      expect(JSON.stringify(lines)).not.toContain(secrets['mine'])
    })
  },
)

/** Of what goes on without an end, the beginning. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
    return await response.text()
  const reader = response.body?.getReader()
  const first = await reader?.read()
  await reader?.cancel()
  return Buffer.from(first?.value ?? []).toString('utf8')
}
