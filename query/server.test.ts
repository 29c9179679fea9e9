import { LRUCache } from 'lru-cache'
import { expect, it } from 'vitest'
import { parseConfig } from '../cli/config.ts'
import { Metrics, memoryLogger, systemClock } from '../lib/base/index.ts'
import { Access } from './access/access.ts'
import type { QueryContext } from './context.ts'
import { createApp } from './server.ts'

/** The app without store and brokers: routes that need neither are answered. */
function startApp() {
  const config = parseConfig('{}', {})
  const { logger } = memoryLogger()
  const access = new Access(config, systemClock, logger)
  const reader = { as: () => reader }
  const closedWindows = new LRUCache({ max: 1 })
  const context = { config, clock: systemClock, logger, access, reader, closedWindows, version: '1' }
  const metrics = new Metrics()
  return { app: createApp(context as unknown as QueryContext, metrics), access, metrics }
}

it('measures requests by the path that was declared, so that no id becomes a label', async () => {
  const { app, access, metrics } = startApp()
  const request = access.running.open({
    id: 'one',
    tenant: 'default',
    token: '',
    method: '',
    path: '',
    query: '',
    startedMs: 0,
  })
  request.begin('q')
  expect((await app.request('/api/queries/one', { method: 'DELETE' })).status).toBe(204)
  expect((await app.request('/api/nosuch/one')).status).toBe(404)
  expect((await app.request('/loki/api/v1/status/buildinfo')).status).toBe(200)
  const routes = [...metrics.collect()].flatMap(({ name, series }) =>
    name === 'millrace.query.request.duration' ? Array.from(series, ({ labels }) => labels['route']) : [],
  )
  expect(routes).toEqual(['/api/queries/:id', 'other', '/loki/api/v1/status/buildinfo'])
})

it('refuses requests that are too large, in the tongue of their path', async () => {
  const { app } = startApp()
  const body = 'x'.repeat(1_100_000)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const loki = await app.request('/loki/api/v1/series', { method: 'POST', body, headers })
  expect([loki.status, loki.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8'])
  const prometheus = await app.request('/prometheus/api/v1/query', { method: 'POST', body, headers })
  expect(await prometheus.json()).toMatchObject({ status: 'error', errorType: 'bad_data' })
})

it('describes every route of its own', async () => {
  const { app } = startApp()
  const response = await app.request('/api/openapi.json')
  expect(response.status).toBe(200)
  const { paths } = (await response.json()) as { paths: Record<string, object> }
  const own = app.routes
    .filter(({ path, method }) => path.startsWith('/api/') && method !== 'ALL' && !path.includes('*'))
    .map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}'))
  const undescribed = [...new Set(own)].filter(path => paths[path] === undefined)
  expect(undescribed).toEqual(['/api/openapi.json'])
})
