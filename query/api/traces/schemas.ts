import { z } from '@hono/zod-openapi'
import { attributes, frame, logLine, nanosecondsText } from '../schemas.ts'

// Answers about traces. Moments are nanosecondsText since 1970 as text, lengths of time nanosecondsText as numbers.

const status = z.enum(['unset', 'ok', 'error'])
const kind = z.enum(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'])
const durationNs = z.number().openapi({ example: 12_500_000 })

export const span = z
  .object({
    traceId: z.string(),
    spanId: z.string(),
    parentSpanId: z.string().openapi({ description: "'' for a root" }),
    traceState: z.string(),
    name: z.string(),
    kind,
    service: z.string(),
    start: nanosecondsText,
    durationNs,
    depth: z.int().openapi({ description: 'below the root; 0 as well where the parent is not here' }),
    status,
    statusMessage: z.string(),
    attributes,
    resource: attributes,
    scope: z.object({ name: z.string(), version: z.string(), attributes }),
    events: z.array(z.object({ time: nanosecondsText, name: z.string(), attributes })),
    links: z.array(z.object({ traceId: z.string(), spanId: z.string(), traceState: z.string(), attributes })),
  })
  .openapi('Span')

const serviceCount = z.object({ service: z.string(), spans: z.int(), errors: z.int() })

const summary = {
  traceId: z.string(),
  rootService: z.string(),
  rootName: z.string(),
  hasRoot: z
    .boolean()
    .openapi({ description: 'false where the root has not come in: the names are those of the first span' }),
  start: nanosecondsText,
  durationNs,
  spanCount: z.int(),
  errorCount: z.int(),
  services: z.array(serviceCount),
}

export const traceAnswer = z
  .object({
    ...summary,
    spans: z.array(span).openapi({ description: 'depth first, siblings by start' }),
    criticalPath: z
      .array(z.object({ spanId: z.string(), start: nanosecondsText, durationNs }))
      .openapi({ description: 'what the duration is made of, in order of time' }),
    ...frame,
  })
  .openapi('Trace')

export const tracesAnswer = z
  .object({
    traces: z.array(
      z.object({
        ...summary,
        matched: z.int().openapi({ description: 'spans that the query takes' }),
        spans: z.array(
          z.object({
            spanId: z.string(),
            service: z.string(),
            name: z.string(),
            start: nanosecondsText,
            durationNs,
            status,
            fields: attributes.openapi({ description: 'what the query asks for, by its names' }),
          }),
        ),
      }),
    ),
    ...frame,
  })
  .openapi('Traces')

export const traceServicesAnswer = z
  .object({ services: z.array(serviceCount), ...frame })
  .openapi('TraceServices')

export const operationsAnswer = z
  .object({
    operations: z.array(
      z.object({ service: z.string(), name: z.string(), kind, spans: z.int(), errors: z.int() }),
    ),
    ...frame,
  })
  .openapi('TraceOperations')

export const serviceGraphAnswer = z
  .object({
    services: z.array(serviceCount),
    edges: z.array(
      z.object({
        client: z.string(),
        server: z.string(),
        kind: z.enum(['service', 'database', 'messaging', 'peer']),
        calls: z.number(),
        errors: z.number(),
        p50Ns: z.number(),
        p95Ns: z.number(),
        p99Ns: z.number(),
      }),
    ),
    ...frame,
  })
  .openapi('ServiceGraph')

const quantile = z.number().nullable()

export const redAnswer = z
  .object({
    stepMs: z.int(),
    start: nanosecondsText,
    series: z.array(
      z.object({
        service: z.string(),
        operation: z.string().openapi({ description: "'' where operations are not told apart" }),
        calls: z.number(),
        errors: z.number(),
        p50Ns: z.number(),
        p95Ns: z.number(),
        p99Ns: z.number(),
        steps: z
          .array(
            z.object({
              calls: z.number(),
              errors: z.number(),
              p50Ns: quantile,
              p95Ns: quantile,
              p99Ns: quantile,
            }),
          )
          .openapi({ description: 'one per step from start' }),
      }),
    ),
    ...frame,
  })
  .openapi('Red')

export const traceHistogramAnswer = z
  .object({
    stepMs: z.int(),
    start: nanosecondsText,
    buckets: z
      .array(z.object({ fromNs: z.number(), toNs: z.number(), count: z.number(), errors: z.number() }))
      .openapi({ description: 'spans by duration, between 1, 2 and 5 times powers of ten nanoseconds' }),
    steps: z
      .array(z.array(z.number()))
      .openapi({ description: 'one per step from start: the spans of each bucket' }),
    ...frame,
  })
  .openapi('TraceHistogram')

export const traceLogsAnswer = z.object({ logs: z.array(logLine), ...frame }).openapi('TraceLogs')

export type TraceSpan = z.infer<typeof span>
export type TraceAnswer = z.infer<typeof traceAnswer>
export type TracesAnswer = z.infer<typeof tracesAnswer>
export type TraceServicesAnswer = z.infer<typeof traceServicesAnswer>
export type OperationsAnswer = z.infer<typeof operationsAnswer>
export type ServiceGraphAnswer = z.infer<typeof serviceGraphAnswer>
export type RedAnswer = z.infer<typeof redAnswer>
export type TraceHistogramAnswer = z.infer<typeof traceHistogramAnswer>
export type TraceLogsAnswer = z.infer<typeof traceLogsAnswer>
