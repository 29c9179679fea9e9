import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { matchedRoutes } from 'hono/route'
import { type Metrics, OperatingError } from '../lib/base/index.ts'
import { guard } from './access/guard.ts'
import { refusal } from './access/refusal.ts'
import { adminRoutes } from './api/admin/routes.ts'
import { boardRoutes } from './api/boards/routes.ts'
import { compareRoutes } from './api/compare.ts'
import { explainRoutes } from './api/explain.ts'
import { exportRoutes } from './api/export.ts'
import { fieldRoutes } from './api/fields.ts'
import { fileRoutes } from './api/files.ts'
import { jaegerRoutes } from './api/jaeger/routes.ts'
import { logRoutes } from './api/logs.ts'
import { lokiRoutes } from './api/loki/routes.ts'
import { metricRoutes } from './api/metrics.ts'
import { refuse } from './api/parameters.ts'
import { patternRoutes } from './api/patterns.ts'
import { prometheusRoutes } from './api/prometheus/routes.ts'
import { queryRoutes } from './api/queries.ts'
import { receiverRoutes } from './api/receivers.ts'
import { ruleRoutes } from './api/rules/routes.ts'
import { savedRuleRoutes } from './api/rules/saved.ts'
import { sessionRoutes } from './api/session.ts'
import { statusRoutes } from './api/status.ts'
import { streamsRoutes } from './api/streams/routes.ts'
import { tailRoutes } from './api/tail.ts'
import { tempoRoutes } from './api/tempo/routes.ts'
import { traceRoutes } from './api/traces/routes.ts'
import type { QueryContext } from './context.ts'

const maxBodyBytes = 1_048_576
const aYear = 'public, max-age=31536000, immutable'

/** The whole HTTP face: API, its OpenAPI description, and the page. */
export function createApp(context: QueryContext, metrics: Metrics): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: result => {
      if (!result.success) refuse(result.error)
    },
  })
  app.onError((error, c) => refusal(c, error, context.logger))
  app.use(measure(context, metrics))
  app.use(limitBodies())
  app.use(guard(context))
  logRoutes(app, context)
  fieldRoutes(app, context)
  exportRoutes(app, context)
  compareRoutes(app, context)
  explainRoutes(app, context)
  tailRoutes(app, context)
  patternRoutes(app, context)
  fileRoutes(app, context)
  metricRoutes(app, context)
  traceRoutes(app, context)
  prometheusRoutes(app, context)
  ruleRoutes(app, context)
  savedRuleRoutes(app, context)
  receiverRoutes(app, context)
  jaegerRoutes(app, context)
  tempoRoutes(app, context)
  statusRoutes(app, context)
  sessionRoutes(app, context)
  queryRoutes(app, context)
  boardRoutes(app, context)
  adminRoutes(app, context)
  streamsRoutes(app, context)
  lokiRoutes(app, context)
  const info = { title: 'Millrace', version: context.version }
  app.doc31('/api/openapi.json', { openapi: '3.1.0', info })
  app.all('/api/*', c => {
    throw new OperatingError('NOT_FOUND', `there is no ${c.req.path}: see /api/openapi.json`)
  })
  servePage(app)
  return app
}

/** Questions are short; whoever sends more is not read. */
function limitBodies(): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new OperatingError('BODY_TOO_LARGE', `a request may have ${maxBodyBytes} bytes: send less`)
    },
  })
}

function measure({ clock }: QueryContext, metrics: Metrics): MiddlewareHandler {
  const description = { unit: 'ms', description: 'time to the head of the answer' }
  return async (c, next) => {
    const startedMs = clock.monotonicMs()
    await next()
    const route = routeOf(c)
    const labels = { route, status: String(c.res.status) }
    metrics
      .histogram('millrace.query.request.duration', description, labels)
      .record(clock.monotonicMs() - startedMs)
  }
}

/** The route as it is declared, so that the number of labels is bounded: ids are not in it, nor are paths that do not exist. */
function routeOf(c: Context): string {
  if (c.res.status === 404 || !/^\/(?:api|loki|prometheus|jaeger|tempo)\//.test(c.req.path)) return 'other'
  return matchedRoutes(c).find(({ path }) => !path.endsWith('*'))?.path ?? 'other'
}

/** The built page; every other path is one of its views. */
function servePage(app: OpenAPIHono): void {
  const up = import.meta.filename.endsWith('.ts') ? '../dist/ui' : '../../ui'
  const root = fileURLToPath(new URL(up, import.meta.url))
  if (!existsSync(join(root, 'index.html'))) {
    app.get('*', c => c.text('the page is not built: run npm run build:ui\n', 503))
    return
  }
  app.use('*', compress())
  app.use('/assets/*', async (c, next) => {
    await next()
    if (c.res.ok) c.header('Cache-Control', aYear)
  })
  app.use('*', serveStatic({ root }))
  app.get('*', serveStatic({ root, path: 'index.html' }))
}
