import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { OperatingError } from '../../lib/base/index.ts'
import { tenantFor } from '../access/admission.ts'
import { shownTenant, tenantCookie, tokenCookie } from '../access/credentials.ts'
import { refuseCrossSite } from '../access/cross-site.ts'
import { isExpired, isForTenant, type Token } from '../access/token.ts'
import type { QueryContext } from '../context.ts'
import { json, problems } from './route.ts'

export const sessionAnswer = z
  .object({
    auth: z.enum(['none', 'token']),
    token: z
      .object({
        id: z.string(),
        name: z.string(),
        scopes: z.array(z.enum(['read', 'write', 'admin'])),
        expires: z.string().nullable(),
      })
      .nullable(),
    tenants: z.array(z.string()).openapi({ description: 'that may be asked about; * stands for all' }),
    tenant: z.string().nullable().openapi({ description: 'that is asked about; null where none may be' }),
  })
  .openapi('Session')

export type SessionAnswer = z.infer<typeof sessionAnswer>

/** A browser forgets its token after so long. */
const cookieSeconds = 30 * 86_400

/** `/api/login` and `/api/session`: how the page comes by a token and shows whose it is. */
export function sessionRoutes(app: OpenAPIHono, context: QueryContext): void {
  loginRoute(app, context)
  sessionRoute(app, context)
  tenantRoute(app, context)
  logoutRoute(app)
}

function loginRoute(app: OpenAPIHono, context: QueryContext): void {
  const body = { content: { 'application/json': { schema: z.object({ token: z.string().max(1_000) }) } } }
  const route = createRoute({
    method: 'post',
    path: '/api/login',
    summary: 'keep a token in a cookie that no script can read',
    request: { body: { ...body, required: true } },
    responses: { 200: json(sessionAnswer, 'who it is'), ...problems },
  })
  app.openapi(route, async c => {
    refuseCrossSite(c)
    const secret = c.req.valid('json').token.trim()
    const token = await context.access.find(secret)
    const nowMs = context.clock.nowMs()
    if (token === undefined || isExpired(token, nowMs))
      throw new OperatingError(
        'TOKEN_INVALID',
        'this token is not known, expired, or was revoked: ask for another',
      )
    const leftSeconds = token.expiresMs === null ? cookieSeconds : Math.ceil((token.expiresMs - nowMs) / 1000)
    keep(c, tokenCookie, secret, Math.min(cookieSeconds, leftSeconds))
    const tenant = firstTenant(context, token)
    keep(c, tenantCookie, tenant, cookieSeconds)
    return c.json(sessionOf(context, token, tenant), 200)
  })
}

/** What a token that was just shown asks about: the configured tenant, or the first of its own. */
function firstTenant({ config }: QueryContext, token: Token): string {
  return isForTenant(token, config.tenant) ? config.tenant : (token.tenants[0] ?? config.tenant)
}

function keep(c: Context, name: string, value: string, maxAge: number): void {
  setCookie(c, name, value, { path: '/', httpOnly: true, sameSite: 'Strict', secure: isEncrypted(c), maxAge })
}

function sessionRoute(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/session',
    summary: 'whether a token is needed, and whose is shown',
    responses: { 200: json(sessionAnswer, 'token is null where none is shown, or none that is right') },
  })
  app.openapi(route, async c => {
    const token = await context.access.tokenOf(c)
    const isRight = token !== undefined && !isExpired(token, context.clock.nowMs())
    return c.json(sessionOf(context, isRight ? token : undefined, shownTenant(c)), 200)
  })
}

function tenantRoute(app: OpenAPIHono, context: QueryContext): void {
  const body = {
    content: { 'application/json': { schema: z.object({ tenant: z.string().min(1).max(200) }) } },
  }
  const route = createRoute({
    method: 'put',
    path: '/api/session',
    summary: 'keep in a cookie which tenant is asked about, where the token is for several',
    request: { body: { ...body, required: true } },
    responses: { 200: json(sessionAnswer, 'who it is'), ...problems },
  })
  app.openapi(route, async c => {
    refuseCrossSite(c)
    const { tenant: wantedTenant } = c.req.valid('json')
    const token = await context.access.tokenOf(c)
    if (token === undefined || isExpired(token, context.clock.nowMs()))
      throw new OperatingError('TOKEN_MISSING', 'no token is kept here: log in before a tenant is chosen')
    const tenant = tenantFor(token, { wantedTenant, tenant: context.config.tenant })
    keep(c, tenantCookie, tenant, cookieSeconds)
    return c.json(sessionOf(context, token, tenant), 200)
  })
}

function logoutRoute(app: OpenAPIHono): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/session',
    summary: 'forget the token in the cookie',
    responses: { 204: { description: 'forgotten' }, ...problems },
  })
  app.openapi(route, c => {
    refuseCrossSite(c)
    for (const name of [tokenCookie, tenantCookie]) deleteCookie(c, name, { path: '/' })
    return c.body(null, 204)
  })
}

function sessionOf(
  context: QueryContext,
  token: Token | undefined,
  wanted: string | undefined,
): SessionAnswer {
  const { auth } = context.access
  if (token === undefined) {
    const tenants = auth === 'none' ? [context.config.tenant] : []
    return { auth, token: null, tenants, tenant: tenants[0] ?? null }
  }
  const { id, name, scopes, tenants, expiresMs } = token
  const expires = expiresMs === null ? null : new Date(expiresMs).toISOString()
  const tenant = wanted !== undefined && isForTenant(token, wanted) ? wanted : firstTenant(context, token)
  return { auth, token: { id, name, scopes, expires }, tenants, tenant }
}

/** Behind a proxy that ends TLS, the proxy says so. */
function isEncrypted(c: Context): boolean {
  return c.req.header('x-forwarded-proto') === 'https' || new URL(c.req.url).protocol === 'https:'
}
