import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'

/** The page keeps its token in it: no script can read it, and no other site has it sent along. */
export const tokenCookie = 'millrace_token'

/** Which tenant the page asks about, where its token is for several. */
export const tenantCookie = 'millrace_tenant'

/**
 * The tenant that a request names. What the page names counts beside the page's token alone: in the address, where events and
 * downloads can have it too and each tab has its own, else as it was chosen last.
 */
export function shownTenant(c: Context): string | undefined {
  const named = c.req.header('x-scope-orgid')
  if (named !== undefined && named !== '') return named
  if (inHeader(c.req.header('authorization') ?? '') !== undefined) return undefined
  return c.req.query('tenant') ?? getCookie(c, tenantCookie)
}

/** The token that a request shows: as Bearer, as the password of Basic, or in the page's cookie. */
export function shownToken(c: Context): string | undefined {
  return inHeader(c.req.header('authorization') ?? '') ?? getCookie(c, tokenCookie)
}

function inHeader(authorization: string): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+)\s+(.+)$/s.exec(authorization.trim()) ?? []
  if (scheme.toLowerCase() === 'bearer') return value.trim()
  if (scheme.toLowerCase() !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const at = pair.indexOf(':')
  return at < 0 ? undefined : pair.slice(at + 1)
}
