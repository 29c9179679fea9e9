import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import type { QueryContext } from '../context.ts'
import type { Asker } from './asker.ts'
import { refuseCrossSite } from './cross-site.ts'
import { isOpen } from './paths.ts'
import { refusal } from './refusal.ts'

const maxParameters = 4_000
/** Says in an answer whose data it is about. */
const tenantHeader = 'x-scope-orgid'

/** Stands before all routes: nothing below it is asked by whom it does not admit. What is asked is written down. */
export function guard({ access, clock, logger, reader }: QueryContext): MiddlewareHandler {
  return async (c, next) => {
    if (isOpen(c.req.path)) return await next()
    const startedMs = clock.monotonicMs()
    let asker: Asker | undefined
    try {
      refuseCrossSite(c)
      asker = await access.admit(c)
      c.set('asker', asker)
      c.set('reader', reader.as(access.askingOf(asker)))
      await next()
      c.res.headers.set(tenantHeader, asker.tenant)
    } catch (error) {
      c.res = refusal(c, error, logger)
    }
    access.audit?.write({
      time: new Date(clock.nowMs()).toISOString(),
      tokenId: asker?.token?.id ?? '',
      token: asker?.token?.name ?? '',
      tenant: asker?.tenant ?? '',
      address: addressOf(c),
      method: c.req.method,
      path: c.req.path,
      parameters: (await parametersOf(c)).slice(0, maxParameters),
      status: c.res.status,
      ms: Math.round(clock.monotonicMs() - startedMs),
      ...(asker?.request.cost ?? { rows: 0, bytes: 0 }),
    })
  }
}

/** Of the address and, where it is a form, of the body, as far as the route has read that. */
async function parametersOf(c: Context): Promise<string> {
  const { search } = new URL(c.req.url)
  const isForm = /x-www-form-urlencoded/i.test(c.req.header('content-type') ?? '')
  const form = isForm && c.req.bodyCache.text !== undefined ? await c.req.text() : ''
  return [search.slice(1), form].filter(text => text !== '').join('&')
}

/** '' where no socket is known: in tests. */
function addressOf(c: Context): string {
  const environment = c.env as { incoming?: unknown } | undefined
  return environment?.incoming === undefined ? '' : (getConnInfo(c).remote.address ?? '')
}
