import { z } from '@hono/zod-openapi'

// The native API's answers. Times are nanoseconds since 1970 as text, since a JavaScript number cannot hold them.

export const nanosecondsText = z.string().openapi({ example: '1763862000123456789' })
export const attributes = z.record(z.string(), z.string())

export const logLine = z
  .object({
    id: z.string().openapi({ example: '1763862000123456789-0-12-3' }),
    timestamp: nanosecondsText,
    body: z.string().openapi({ description: 'the line as it was written' }),
    message: z.string().openapi({
      description: 'what the line says: its message where it has one, else the line without colours',
    }),
    level: z.string().openapi({ example: 'error' }),
    severity: z.string().openapi({ description: 'as the source wrote it' }),
    service: z.string(),
    host: z.string(),
    resource: attributes,
    attributes,
    scope: z.string().optional().openapi({
      description: 'name of the instrumentation scope, where one is said',
      example: 'com.example.Cart',
    }),
    scopeVersion: z.string().optional().openapi({ description: 'its version', example: '1.2.0' }),
    traceId: z.string(),
    spanId: z.string(),
    source: z.object({ topic: z.string(), partition: z.int(), offset: z.string(), index: z.int() }),
  })
  .openapi('LogLine')

export const cost = z
  .object({
    ms: z.number(),
    rows: z.number().openapi({ description: 'read by the store' }),
    bytes: z.number(),
    rollup: z.string().nullable(),
  })
  .openapi('Cost')

/** What every answer says of itself. */
export const frame = {
  completeTo: nanosecondsText.nullable().openapi({
    description:
      'everything before this moment is in the answer; null where that is not known: no agent has reported, or one has had nothing acknowledged yet',
  }),
  missingHosts: z.array(z.string()),
  cost,
  warnings: z.array(z.string()),
}

const page = { next: z.string().nullable(), late: z.int(), ...frame }
export const logsAnswer = z.object({ logs: z.array(logLine), ...page })

/** Where fields are named, lines have those, and their id and time. */
const pickedLine = logLine.partial().required({ id: true, timestamp: true }).openapi('PickedLogLine')
export const pickedLogsAnswer = z.object({ logs: z.array(pickedLine), ...page }).openapi('Logs')

export const histogramAnswer = z
  .object({
    stepMs: z.int(),
    buckets: z.array(z.object({ start: nanosecondsText, counts: z.record(z.string(), z.number()) })),
    ...frame,
  })
  .openapi('Histogram')

export const filesAnswer = z
  .object({
    files: z.array(
      z.object({
        host: z.string().openapi({ description: 'id of the agent that followed it' }),
        path: z.string(),
        generation: z
          .string()
          .openapi({ description: 'which incarnation: another after rotation or truncation' }),
        from: z.int().openapi({ description: 'first byte that is known' }),
        to: z.int().openapi({ description: 'one past the last byte' }),
        lines: z.int(),
        first: nanosecondsText,
        last: nanosecondsText,
        gaps: z.int().openapi({ description: 'records with bytes in no row, or not as they were written' }),
      }),
    ),
    unstored: z
      .array(
        z.object({
          host: z.string(),
          path: z.string(),
          lagBytes: z.int().openapi({ description: 'what its agent has still to read of it' }),
        }),
      )
      .openapi({
        description: 'files that agents follow and nothing is stored of: empty, new, or not read yet',
      }),
  })
  .openapi('Files')

export const contextAnswer = z
  .object({ before: z.array(logLine), line: logLine, after: z.array(logLine) })
  .openapi('Context')

export const facetsAnswer = z
  .object({
    facets: z.array(
      z.object({
        field: z.string(),
        values: z.array(z.object({ value: z.string(), count: z.number() })),
        statistics: z
          .object({
            count: z.number().openapi({ description: 'lines whose value is a number' }),
            min: z.number(),
            max: z.number(),
            avg: z.number(),
            p50: z.number(),
            p90: z.number(),
            p99: z.number(),
            distribution: z.array(z.object({ from: z.number(), to: z.number(), count: z.number() })),
          })
          .optional()
          .openapi({ description: 'durations in seconds, sizes in bytes' }),
      }),
    ),
    ...frame,
  })
  .openapi('Facets')

export const patternsAnswer = z
  .object({
    stepMs: z.int(),
    patterns: z.array(
      z.object({
        template: z.string().openapi({
          description:
            'a message with masks where lines differ: <num>, <id>, <ip>, <time>, …; <*> for a word',
          example: 'user <num> logged in from <ip>',
        }),
        count: z.number(),
        samples: z
          .array(z.object({ start: nanosecondsText, count: z.number() }))
          .openapi({ description: 'lines per step; steps without any are left out' }),
      }),
    ),
    ...frame,
  })
  .openapi('Patterns')

export const metricsAnswer = z
  .object({
    stepMs: z.int(),
    start: nanosecondsText,
    series: z.array(
      z.object({
        labels: attributes,
        values: z
          .array(z.number().nullable())
          .openapi({ description: 'one per step from start; null where there is none' }),
        histograms: z
          .array(
            z
              .object({
                count: z.number(),
                sum: z.number().nullable(),
                buckets: z.array(z.object({ lower: z.number(), upper: z.number(), count: z.number() })),
              })
              .nullable(),
          )
          .optional()
          .openapi({ description: 'in place of values where they are native histograms' }),
      }),
    ),
    ...frame,
  })
  .openapi('MetricSeries')

export const metricNamesAnswer = z
  .object({
    metrics: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        unit: z.string(),
        description: z.string(),
        series: z.number(),
      }),
    ),
  })
  .openapi('MetricNames')

export const statusAnswer = z
  .object({
    version: z.string(),
    roles: z.array(z.object({ role: z.string(), ok: z.boolean(), address: z.string(), detail: z.string() })),
    /** Room on the disk that is nearest to being full of those that the store has; null where it does not answer. */
    storeDisk: z
      .object({
        path: z.string().openapi({ description: "its folder; '' where it has none, as in an object store" }),
        freeBytes: z.number(),
        totalBytes: z.number(),
        minFreeBytes: z.number().openapi({ description: 'with less the embedded store takes no more rows' }),
      })
      .nullable(),
    foreignRecords: z.number().nullable().openapi({
      description:
        'records of the logs topic that no agent sent; null where they were not asked for, or the store does not answer',
    }),
    completeTo: nanosecondsText.nullable(),
    missingHosts: z.array(z.string()),
    lag: z.array(
      z.object({
        topic: z.string(),
        partition: z.int(),
        endOffset: z.number(),
        committed: z.number(),
        lagRecords: z.number(),
      }),
    ),
    agents: z.array(
      z.object({
        agent: z.string(),
        host: z.string(),
        version: z.string(),
        lastSeen: nanosecondsText,
        started: nanosecondsText,
        watermark: nanosecondsText.openapi({
          description: 'everything that the agent had before it is in the topics',
        }),
        configDigest: z.string().openapi({ description: 'the same for agents with the same configuration' }),
        sources: z.array(
          z.object({
            source: z.string(),
            title: z.string().optional().openapi({ description: 'what the configuration calls it' }),
            lagBytes: z.number(),
          }),
        ),
        lagBytes: z.number(),
        spoolBytes: z.number(),
        dropped: z.record(z.string(), z.number()),
        missing: z.boolean(),
        stopped: z.boolean(),
      }),
    ),
  })
  .openapi('Status')

export const problemAnswer = z
  .object({
    type: z.string(),
    title: z.string(),
    detail: z.string(),
    status: z.int(),
    position: z.object({ line: z.int(), column: z.int() }).optional(),
    suggestion: z.string().optional(),
  })
  .openapi('Problem')

export type LogLine = z.infer<typeof logLine>
export type LogsAnswer = z.infer<typeof logsAnswer>
export type HistogramAnswer = z.infer<typeof histogramAnswer>
export type ContextAnswer = z.infer<typeof contextAnswer>
export type FacetsAnswer = z.infer<typeof facetsAnswer>
export type PatternsAnswer = z.infer<typeof patternsAnswer>
export type FilesAnswer = z.infer<typeof filesAnswer>
export type MetricsAnswer = z.infer<typeof metricsAnswer>
export type MetricNamesAnswer = z.infer<typeof metricNamesAnswer>
export type StatusAnswer = z.infer<typeof statusAnswer>
export type ProblemAnswer = z.infer<typeof problemAnswer>
