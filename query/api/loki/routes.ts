import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { QueryContext } from '../../context.ts'
import { failure, notFound } from './answer.ts'
import { askedOf, type Handler } from './asked.ts'
import { buildInfo } from './build-info.ts'
import { addDeletion, cancelDeletion, listDeletions } from './delete.ts'
import { detectedFields, detectedFieldValues } from './detected-fields.ts'
import { detectedLabels } from './detected-labels.ts'
import { drilldownLimits } from './drilldown-limits.ts'
import { indexStats } from './index-stats.ts'
import { labelValues } from './label-values.ts'
import { labels } from './labels.ts'
import { patterns } from './patterns.ts'
import { formatQuery, query, queryRange } from './query.ts'
import { noRules, prometheusAlerts, prometheusRules, rules } from './rules.ts'
import { series } from './series.ts'
import { tailRoute } from './tail.ts'
import { volume, volumeRange } from './volume.ts'

const asked = ['GET', 'POST']
const read = ['GET']
const api = '/loki/api/v1'

/** Every endpoint: methods, path, and who answers. */
const table: readonly (readonly [methods: string[], path: string, handle: Handler])[] = [
  [asked, `${api}/query`, query],
  [asked, `${api}/query_range`, queryRange],
  [asked, `${api}/format_query`, formatQuery],
  [asked, `${api}/labels`, labels],
  [asked, `${api}/label`, labels],
  [asked, `${api}/label/:name/values`, labelValues],
  [asked, `${api}/series`, series],
  [asked, `${api}/index/stats`, indexStats],
  [asked, `${api}/index/volume`, volume],
  [asked, `${api}/index/volume_range`, volumeRange],
  [asked, `${api}/detected_labels`, detectedLabels],
  [asked, `${api}/detected_fields`, detectedFields],
  [asked, `${api}/detected_field/:name/values`, detectedFieldValues],
  [asked, `${api}/patterns`, patterns],
  [read, `${api}/drilldown-limits`, drilldownLimits],
  [read, `${api}/status/buildinfo`, buildInfo],
  [read, `${api}/delete`, listDeletions],
  [['POST', 'PUT'], `${api}/delete`, addDeletion],
  [['DELETE'], `${api}/delete`, cancelDeletion],
  [read, `${api}/rules`, rules],
  [read, `${api}/rules/:namespace`, noRules],
  [read, `${api}/rules/:namespace/:group`, noRules],
  [read, '/loki/prometheus/api/v1/rules', prometheusRules],
  [read, '/loki/prometheus/api/v1/alerts', prometheusAlerts],
]

/**
 * Loki's HTTP API below `/loki`, for Grafana's Explore and Logs Drilldown and whatever else asks Loki. Source: Loki HTTP API
 * (https://grafana.com/docs/loki/latest/reference/loki-http-api/).
 */
export function lokiRoutes(app: OpenAPIHono, context: QueryContext): void {
  for (const [methods, path, handle] of table)
    app.on(methods, path, async c => await answer(c, context, handle))
  tailRoute(app, context)
  app.all('/loki', notFound)
  app.all('/loki/*', notFound)
}

async function answer(c: Context, context: QueryContext, handle: Handler): Promise<Response> {
  try {
    const made = await handle(await askedOf(c, context))
    return made instanceof Response ? made : c.json(made)
  } catch (error) {
    return failure(c, error, context.logger)
  }
}
