import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { limitsFor } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import type { TraceReader } from '../../traces/trace-reader.ts'
import { traceReader } from '../traces/reader.ts'
import { failure } from './answer.ts'
import { queryInstant, queryRange } from './metrics.ts'
import { Parameters } from './parameters.ts'
import { search } from './search.ts'
import { searchTags, searchTagsV2, searchTagValues, searchTagValuesV2 } from './tags.ts'
import { traceV1, traceV2 } from './trace.ts'

const prefix = '/tempo'

type Handler = (reader: TraceReader, parameters: Parameters, c: Context) => Promise<object>

/**
 * Tempo's HTTP API below `/tempo`, for Grafana's Tempo data source. Source: https://grafana.com/docs/tempo/latest/api_docs/.
 * Left out: streaming over gRPC, and protobuf in anything but traces.
 */
export function tempoRoutes(app: OpenAPIHono, context: QueryContext): void {
  const { logger, clock } = context
  const guarded = (path: string, handle: (c: Context) => Promise<Response>) =>
    app.get(`${prefix}/api/${path}`, async c => {
      try {
        return await handle(c)
      } catch (error) {
        return failure(c, error, logger)
      }
    })
  guarded('traces/:id', c => traceV1(context, c))
  guarded('v2/traces/:id', c => traceV2(context, c))
  for (const [path, handle] of Object.entries(handlers))
    guarded(path, async c =>
      c.json(await handle(traceReader(context, c), new Parameters(c, clock.nowMs()), c)),
    )
  plainRoutes(app, context)
  app.all(`${prefix}/*`, c =>
    failure(c, new OperatingError('NOT_FOUND', `there is no ${c.req.path} here`), logger),
  )
}

const tagOf = (c: Context) => c.req.param('tag') ?? ''

const handlers: Readonly<Record<string, Handler>> = {
  search,
  'search/tags': searchTags,
  'v2/search/tags': searchTagsV2,
  'search/tag/:tag{.+}/values': (reader, parameters, c) => searchTagValues(reader, tagOf(c), parameters),
  'v2/search/tag/:tag{.+}/values': (reader, parameters, c) => searchTagValuesV2(reader, tagOf(c), parameters),
  'metrics/query_range': (reader, parameters, c) => queryRange(reader, parameters, limitsFor(c)),
  'metrics/query': queryInstant,
}

function plainRoutes(app: OpenAPIHono, { version }: QueryContext): void {
  app.get(`${prefix}/api/echo`, c => c.text('echo'))
  for (const path of ['ready', 'api/ready']) app.get(`${prefix}/${path}`, c => c.text('ready\n'))
  // Grafana goes by the version of Tempo of which it may ask everything
  const build = { version: '2.8.0', revision: '', branch: '', buildDate: '', goVersion: '' }
  for (const path of ['api/status/buildinfo', 'status/buildinfo'])
    app.get(`${prefix}/${path}`, c => c.json({ ...build, buildUser: `millrace ${version}` }))
}
