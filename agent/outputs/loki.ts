import { z } from 'zod'
import { scopeLabels } from '../../lib/logql/index.ts'
import { type DecodedLog, decodeLogs } from '../../lib/otlp/index.ts'
import { postHttp } from './http-post.ts'
import { outputKind } from './output.ts'

/** Loki's push API: service, host and level are the labels, attributes are structured metadata. Logs alone. */
export const lokiOutput = outputKind({
  type: 'loki',
  config: z.strictObject({
    type: z.literal('loki'),
    /** With or without the path. */
    endpoint: z.url({ protocol: /^https?$/, error: 'a URL as in http://loki:3100' }),
    headers: z.record(z.string(), z.string()).default({}),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  signals: ['logs'],
  start: ({ endpoint, headers, labels }, { clock }) => {
    const { pathname } = new URL(endpoint)
    const url = pathname === '/' ? `${endpoint.replace(/\/$/, '')}/loki/api/v1/push` : endpoint
    return Promise.resolve({
      async send(records) {
        const lines = records.flatMap(({ value }) => [...decodeLogs(value, clock.nowMs())])
        await postHttp(url, JSON.stringify({ streams: streamsOf(lines, labels) }), {
          'content-type': 'application/json',
          ...headers,
        })
      },
      close: () => Promise.resolve(),
    })
  },
})

function streamsOf(lines: readonly DecodedLog[], fixed: Readonly<Record<string, string>>) {
  const byLabels = Map.groupBy(lines, line => JSON.stringify(labelsOf(line, fixed)))
  return [...byLabels].map(([labels, group]) => ({
    stream: JSON.parse(labels) as Record<string, string>,
    values: group.map(line => [String(line.timestamp), line.body, metadataOf(line)]),
  }))
}

function labelsOf({ service, host, level }: DecodedLog, fixed: Readonly<Record<string, string>>) {
  return { service_name: service === '' ? 'unknown_service' : service, host, level, ...fixed }
}

function metadataOf(line: DecodedLog): Record<string, string> {
  const { attributes, traceId, spanId } = line
  const ids = {
    ...(traceId === '' ? {} : { trace_id: traceId }),
    ...(spanId === '' ? {} : { span_id: spanId }),
  }
  const named = Object.entries(attributes).map(
    ([key, value]) => [key.replace(/[^a-zA-Z0-9_]/g, '_'), value] as const,
  )
  return { ...scopeLabels(line), ...Object.fromEntries(named), ...ids }
}
