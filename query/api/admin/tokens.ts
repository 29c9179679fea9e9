import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { OperatingError } from '../../../lib/base/index.ts'
import { makeToken, scopes, type Token } from '../../access/token.ts'
import { changeTokens, TokenFile } from '../../access/token-file.ts'
import { readTokenUse } from '../../access/token-use.ts'
import type { QueryContext } from '../../context.ts'
import { done, json, jsonBody, problems } from '../route.ts'
import { madeTokenAnswer, tokensAnswer } from './schemas.ts'

/** Who may ask: the same tokens as `millrace tokens` has. */
export function tokenRoutes(app: OpenAPIHono, context: QueryContext): void {
  list(app, context)
  create(app, context)
  revoke(app, context)
}

function list(app: OpenAPIHono, { config, access }: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/admin/tokens',
    summary: 'tokens, without their secrets, and when each was last used',
    responses: { 200: json(tokensAnswer, 'by name'), ...problems },
  })
  app.openapi(route, async c => {
    const [all, used] = await Promise.all([new TokenFile(config.dataDir).all(), readTokenUse(config.dataDir)])
    const tokens = all
      .map(token => toShown(token, used.get(token.id)))
      .sort((a, b) => a.name.localeCompare(b.name))
    return c.json({ auth: access.auth, tokens }, 200)
  })
}

function toShown(
  { id, name, scopes: own, tenants, createdMs, expiresMs }: Token,
  usedMs: number | undefined,
) {
  const time = (ms: number | null | undefined) => (ms == null ? null : new Date(ms).toISOString())
  return {
    id,
    name,
    scopes: own,
    tenants,
    created: new Date(createdMs).toISOString(),
    expires: time(expiresMs),
    lastUsed: time(usedMs),
  }
}

const newToken = z.object({
  name: z.string().min(1).max(100),
  scopes: z.array(z.enum(scopes)).min(1),
  tenants: z.array(z.string().min(1)).min(1),
  days: z.int().min(1).max(3650).nullable().default(null).openapi({ description: 'null: it never expires' }),
})

function create(app: OpenAPIHono, { config, clock }: QueryContext): void {
  const route = createRoute({
    method: 'post',
    path: '/api/admin/tokens',
    summary: 'make a token',
    request: jsonBody(newToken),
    responses: { 200: json(madeTokenAnswer, 'with its secret, this once'), ...problems },
  })
  app.openapi(route, async c => {
    const { days, ...about } = c.req.valid('json')
    const nowMs = clock.nowMs()
    const expiresMs = days === null ? null : nowMs + days * 86_400_000
    const { token, secret } = makeToken({ ...about, expiresMs }, nowMs)
    await changeTokens(config.dataDir, tokens => [...tokens, token])
    return c.json({ token: toShown(token, undefined), secret }, 200)
  })
}

function revoke(app: OpenAPIHono, { config }: QueryContext): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/admin/tokens/{id}',
    summary: 'revoke a token: it is refused from the next request on',
    request: { params: z.object({ id: z.string().max(100) }) },
    responses: done,
  })
  app.openapi(route, async c => {
    const { id } = c.req.valid('param')
    let found = false
    await changeTokens(config.dataDir, tokens => {
      found = tokens.some(token => token.id === id)
      return tokens.filter(token => token.id !== id)
    })
    if (!found) throw new OperatingError('NOT_FOUND', `there is no token ${id}`)
    return c.body(null, 204)
  })
}
