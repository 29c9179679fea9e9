import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'

/** The page keeps its token in it: no script can read it, and no other site has it sent along. */
export const tokenCookie = 'millrace_token'

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
