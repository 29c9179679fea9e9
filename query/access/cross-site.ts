import type { Context } from 'hono'
import { OperatingError } from '../../lib/base/index.ts'

/** Other ports of this machine are the same site, and not ours. */
const isOwnSite: ReadonlySet<string> = new Set(['same-origin', 'none'])

/**
 * Keeps other sites that are open in a user's browser from changing anything here: where no token is asked for, nothing else
 * would. Reading they cannot, since no answer allows it. Errors: CROSS_SITE. Source: Fetch Metadata Request Headers.
 */
export function refuseCrossSite(c: Context): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  const isOwn =
    site === undefined ? origin === undefined || hostOf(origin) === c.req.header('host') : isOwnSite.has(site)
  if (!isOwn)
    throw new OperatingError('CROSS_SITE', `a page of ${origin ?? 'another site'} may change nothing here`)
}

/** '' for `null`, which sandboxed pages send. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : ''
}
