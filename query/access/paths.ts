import type { Scope } from './token.ts'

/** What probes ask, and how one comes in: answered to anybody. */
const open: ReadonlySet<string> = new Set([
  '/healthz',
  '/readyz',
  '/ready',
  '/loki/ready',
  '/tempo/ready',
  '/prometheus/-/healthy',
  '/prometheus/-/ready',
  '/api/login',
  '/api/session',
])

/** Below these stand data; everything else is the page, which is the same for all. */
const guarded = /^\/(?:api|loki|prometheus|jaeger|tempo)(?:\/|$)/

/** Whether anybody may ask for it, without a token. */
export function isOpen(path: string): boolean {
  return open.has(path) || !guarded.test(path)
}

/** Paths of other tongues take questions by POST as well. */
const asksByPost = /^\/(?:loki|prometheus|jaeger|tempo)\//
const deletesLines = /^\/loki\/api\/v1\/delete(?:\/|$)/
/** Topics, storage, tokens and what was asked are the installation's, and of all tenants. */
const installation = /^\/api\/(?:streams|admin)(?:\/|$)/
/** Says what a text means; saves nothing. */
const onlyReads = /^\/api\/dashboards\/(?:check|import)$/
/** Ends what the asker himself may see. */
const endsQueries = /^\/api\/queries\//

/** What a token must allow for this request. */
export function scopeFor(method: string, path: string): Scope {
  if (installation.test(path)) return 'admin'
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'read'
  if (deletesLines.test(path)) return 'admin'
  if (endsQueries.test(path) || onlyReads.test(path) || asksByPost.test(path)) return 'read'
  return 'write'
}
