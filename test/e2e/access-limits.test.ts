import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limitsOf } from '../../query/access/limits.ts'
import { makeToken } from '../../query/access/token.ts'
import { changeTokens } from '../../query/access/token-file.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type AccessScene, everything, nowMs, startAccessScene, withRange } from './access-scene.ts'
import { until } from './stack.ts'

const reason = storeUnavailable()

describe.skipIf(reason !== undefined)(
  `what tokens are held to while they ask${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: AccessScene
    beforeAll(async () => {
      scene = await startAccessScene()
    }, 60_000)
    afterAll(() => scene?.close())

    const bearer = (name: string) => scene.bearer(name)
    const ask: AccessScene['ask'] = async (path, headers, init) => await scene.ask(path, headers, init)

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
      expect(JSON.stringify(lines)).not.toContain(scene.secrets['mine'])
    })
  },
)
