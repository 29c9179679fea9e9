import { z } from 'zod'
import { postHttp } from './http-post.ts'
import { type Output, outputKind, signalsField } from './output.ts'

const url = z.url({ protocol: /^https?$/, error: 'a URL as in http://collector:4318' })

/** OTLP over HTTP or gRPC: to a Collector, another Millrace, any backend. */
export const otlpOutput = outputKind({
  type: 'otlp',
  config: z.strictObject({
    type: z.literal('otlp'),
    endpoint: url,
    protocol: z.enum(['http', 'grpc']).default('http'),
    headers: z.record(z.string(), z.string()).default({}),
    signals: signalsField,
  }),
  signals: ['logs', 'metrics', 'traces'],
  start: async ({ endpoint, protocol, headers }) =>
    protocol === 'http'
      ? overHttp(endpoint, headers)
      : new (await import('./otlp-grpc.ts')).OverGrpc(endpoint, headers),
})

function overHttp(endpoint: string, headers: Readonly<Record<string, string>>): Output {
  const base = endpoint.replace(/\/$/, '')
  const type = { 'content-type': 'application/x-protobuf' }
  return {
    async send(records) {
      for (const { signal, value } of records)
        await postHttp(`${base}/v1/${signal}`, value, { ...type, ...headers })
    },
    close: () => Promise.resolve(),
  }
}
