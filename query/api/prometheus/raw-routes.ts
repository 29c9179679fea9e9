import type { OpenAPIHono } from '@hono/zod-openapi'
import { OperatingError } from '../../../lib/base/index.ts'
import { readerOf, tenantOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import { failure, plainFailure } from './answer.ts'
import { federated } from './federate.ts'
import { Parameters } from './parameters.ts'
import { remoteRead } from './remote-read.ts'

/** Readers that know names in quotes say so. Source: Prometheus, content negotiation of exposition formats. */
function formatFor(accept = '') {
  const escapes = !/escaping\s*=\s*allow-utf-8/i.test(accept)
  const version = escapes ? '0.0.4' : '1.0.0'
  const type = `text/plain; version=${version}; charset=utf-8; escaping=${escapes ? 'underscores' : 'allow-utf-8'}`
  return { escapes, type }
}

/** What Prometheus answers otherwise than in JSON: federation and remote read. */
export function rawRoutes(app: OpenAPIHono, { clock, logger }: QueryContext): void {
  app.get('/prometheus/federate', async c => {
    try {
      const selectors = (await Parameters.of(c)).list('match')
      if (selectors.length === 0)
        throw new OperatingError('PARAMETER_INVALID', 'no match[] parameter provided: name what to federate')
      const { escapes, type } = formatFor(c.req.header('accept'))
      const how = { atMs: clock.nowMs(), escapes }
      const text = await federated(readerOf(c), tenantOf(c), selectors, how, c.req.raw.signal)
      return c.body(text, 200, { 'Content-Type': type })
    } catch (error) {
      return plainFailure(c, error, logger)
    }
  })
  app.post('/prometheus/api/v1/read', async c => {
    try {
      const body = Buffer.from(await c.req.arrayBuffer())
      const answer = await remoteRead(readerOf(c), tenantOf(c), body, c.req.raw.signal)
      const headers = { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' }
      return c.body(new Uint8Array(answer), 200, headers)
    } catch (error) {
      return failure(c, error, logger)
    }
  })
}
