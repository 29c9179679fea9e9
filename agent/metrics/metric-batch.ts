import {
  beginRequest,
  endRequest,
  type OtlpAttributes,
  type PointMetric,
  WireWriter,
  writePointMetric,
} from '../../lib/otlp/index.ts'
import type { SourceRequest } from '../records/log-batch.ts'

/** Bytes after which a request is closed and the next one begun. */
const requestBytes = 500_000

/** Metrics of one resource. */
export interface ResourceMetrics {
  resource: OtlpAttributes
  scope: string
  metrics: readonly PointMetric[]
}

/** OTLP requests of metrics, each small enough for one Kafka record unless a single metric is larger by itself. */
export function metricRequests(all: Iterable<ResourceMetrics>): SourceRequest[] {
  const requests: SourceRequest[] = []
  for (const { resource, scope, metrics } of all) {
    const writer = new WireWriter(16_384)
    let open = beginRequest(writer, { resource, scope })
    let lines = 0
    const close = (): void => {
      endRequest(writer, open)
      if (lines > 0) requests.push({ signal: 'metrics', value: writer.finish(), lines })
    }
    for (const metric of metrics) {
      if (lines > 0 && writer.position > requestBytes) {
        close()
        writer.reset()
        open = beginRequest(writer, { resource, scope })
        lines = 0
      }
      writePointMetric(writer, metric)
      lines += metric.points.length
    }
    close()
  }
  return requests
}
