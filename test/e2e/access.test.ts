import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOpen } from '../../query/access/paths.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type AccessScene, marker, startAccessScene, withRange } from './access-scene.ts'

const reason = storeUnavailable()

describe.skipIf(reason !== undefined)(
  `access${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: AccessScene
    beforeAll(async () => {
      scene = await startAccessScene()
    }, 60_000)
    afterAll(() => scene?.close())

    const bearer = (name: string) => scene.bearer(name)
    const ask: AccessScene['ask'] = async (path, headers, init) => await scene.ask(path, headers, init)
    /** Routes with something in the place of parameters, as they are asked. */
    const asked = () =>
      scene.routes
        .filter(({ path, method }) => !path.includes('*') && method !== 'ALL' && path !== '/loki')
        .map(({ method, path }) => ({
          method,
          route: path,
          path: path.replaceAll(/:name\b/g, 'service_name').replaceAll(/[:{]\w+\}?/g, 'x'),
        }))

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
        if (answer.status === 200 && tenant !== undefined)
          expect(answer.headers.get('x-scope-orgid')).toBe(tenant)
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
      const basic = Buffer.from(`anybody:${scene.secrets['mine']}`).toString('base64')
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
      expect((await login(scene.secrets['mine'] as string, { 'sec-fetch-site': 'cross-site' })).status).toBe(
        403,
      )
      const right = await login(scene.secrets['mine'] as string)
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
        tenant: null,
      })
      const out = await ask('/api/session', sent, { method: 'DELETE' })
      expect(out.headers.get('set-cookie')).toMatch(/millrace_token=;/)
    })

    it('takes the tenant out of the address beside the token of the page alone', async () => {
      const services = async (headers: Record<string, string>, tenant: string) => {
        const answer = await ask(
          `${withRange('/loki/api/v1/label/service/values')}&tenant=${tenant}`,
          headers,
        )
        return answer.status === 200 ? ((await answer.json()) as { data?: string[] }).data : answer.status
      }
      const cookie = (name: string) => ({
        cookie: `millrace_token=${scene.secrets[name]}; millrace_tenant=mine`,
      })
      expect(await services(cookie('both'), 'theirs')).toEqual([`${marker}service`])
      expect(await services(cookie('both'), 'mine')).toEqual(['mineservice'])
      expect(await services(cookie('mine'), 'theirs')).toBe(403)
      expect(await services(bearer('both'), 'mine')).toBe(401)
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
