import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeToken } from '../../query/access/token.ts'
import { changeTokens } from '../../query/access/token-file.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const small = (name: string, text: string) => `kind: Dashboard
metadata: { name: ${name} }
spec:
  panels: { a: { spec: { plugin: { kind: Markdown, spec: { text: ${text} } } } } }
  layouts: [ { spec: { items: [ { x: 0, y: 0, width: 12, height: 4, content: { $ref: '#/spec/panels/a' } } ] } } ]
`
/** The first is the configured one; names that would meet, or leave the folder, if they were folders as they are. */
const tenants = ['default', 'acme', 'ACME', '..', 'a/b', 'dashboards']

describe.skipIf(reason !== undefined)('dashboards of tenants', { timeout: 60_000 }, () => {
  let scene: RowsScene
  let secret = ''
  beforeAll(async () => {
    scene = await startRowsScene({ query: { auth: 'token' } })
    const made = makeToken({ name: 'all', tenants: ['*'], scopes: ['admin'], expiresMs: null }, Date.now())
    await changeTokens(scene.config.dataDir, tokens => [...tokens, made.token])
    secret = made.secret
  }, 60_000)
  afterAll(() => scene?.close())

  const ask = async (tenant: string, path: string, method = 'GET', body?: object) =>
    await scene.request(`/api/dashboards${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        'x-scope-orgid': tenant,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const savedOf = async (tenant: string) => {
    const { dashboards } = (await (await ask(tenant, '')).json()) as {
      dashboards: { name: string; origin: string }[]
    }
    return dashboards.filter(({ origin }) => origin === 'saved').map(({ name }) => name)
  }

  it('are saved by each under the same name, seen and deleted by nobody else', async () => {
    for (const [i, tenant] of tenants.entries()) {
      expect([tenant, await savedOf(tenant)]).toEqual([tenant, []])
      const saved = await ask(tenant, '/mine', 'PUT', { text: small('mine', `of-${i}`), base: 0 })
      expect([tenant, saved.status, await saved.json()]).toEqual([tenant, 200, { version: 1 }])
    }
    for (const [i, tenant] of tenants.entries()) {
      const { text } = (await (await ask(tenant, '/mine')).json()) as { text: string }
      expect(text).toContain(`of-${i} `)
    }
    expect((await ask('acme', '/mine', 'DELETE')).status).toBe(204)
    expect((await ask('acme', '/mine')).status).toBe(404)
    expect(await (await ask('acme', '/mine/versions')).json()).toEqual({ versions: [] })
    expect(await savedOf('acme')).toEqual([])
    for (const other of tenants.filter(tenant => tenant !== 'acme'))
      expect(await savedOf(other)).toEqual(['mine'])
  })

  it('stand before those that are shipped for nobody but who saved them', async () => {
    await ask('acme', '/host', 'PUT', { text: small('host', 'own'), base: 0 })
    const originOf = async (tenant: string) =>
      ((await (await ask(tenant, '/host')).json()) as { origin: string }).origin
    expect(await originOf('acme')).toBe('saved')
    expect(await originOf('default')).toBe('shipped')
  })
})
