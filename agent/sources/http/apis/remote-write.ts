import { type PointMetric, prometheusScopes } from '../../../../lib/otlp/index.ts'
import type { PushApi, PushContext, PushReply, PushRequest } from '../../../listen/push-api.ts'
import { metricRequests, type ResourceMetrics } from '../../../metrics/metric-batch.ts'
import { pointMetricsOf } from './remote-write-points.ts'
import { readWriteRequest } from './remote-write-v1.ts'
import { readWriteRequestV2 } from './remote-write-v2.ts'
import type { WrittenSeries } from './written-series.ts'

/**
 * Prometheus remote write, 1.0 and 2.0, in snappy blocks. Answers 204, for 2.0 with what was written.
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 */
export const remoteWriteApi: PushApi = {
  name: 'remote write',
  routes: context => [
    {
      methods: ['POST'],
      path: /^\/(api\/v1\/(write|push)|receive|prometheus\/api\/v1\/write)$/,
      handle: request => take(context, request),
    },
  ],
  refusal: (status, message) => ({ status, headers: { 'content-type': 'text/plain' }, body: `${message}\n` }),
}

async function take({ intake }: PushContext, { headers, body, key }: PushRequest): Promise<PushReply> {
  const isV2 = String(headers['content-type']).includes('io.prometheus.write.v2.Request')
  const series = isV2 ? readWriteRequestV2(body) : readWriteRequest(body)
  await intake.take(metricRequests(byResource(series)), key)
  if (!isV2) return { status: 204 }
  const count = (of: (one: WrittenSeries) => unknown[]): string =>
    String(series.reduce((sum, one) => sum + of(one).length, 0))
  return {
    status: 204,
    headers: {
      'x-prometheus-remote-write-samples-written': count(({ samples }) => samples),
      'x-prometheus-remote-write-histograms-written': count(({ histograms }) => histograms),
      'x-prometheus-remote-write-exemplars-written': count(({ exemplars }) => exemplars),
    },
  }
}

/** Job and instance are the resource, as OpenTelemetry has it for what Prometheus scraped. */
function* byResource(series: readonly WrittenSeries[]): Iterable<ResourceMetrics> {
  const groups = Map.groupBy(series, ({ labels }) =>
    JSON.stringify([labels['job'] ?? '', labels['instance'] ?? '']),
  )
  for (const [key, group] of groups) {
    const [job = '', instance = ''] = JSON.parse(key) as string[]
    const metrics: PointMetric[] = group.flatMap(pointMetricsOf)
    const resource = { 'service.name': job, 'service.instance.id': instance }
    yield { resource, scope: prometheusScopes.remoteWrite, metrics }
  }
}
