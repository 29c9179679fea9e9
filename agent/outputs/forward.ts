import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { ExtData, encode } from '@msgpack/msgpack'
import { z } from 'zod'
import { address, positive } from '../../lib/base/index.ts'
import { type DecodedLog, decodeLogs } from '../../lib/otlp/index.ts'
import { outputKind } from './output.ts'

const gzipAsync = promisify(gzip)
const eventTimeType = 0

/** Fluentd's forward protocol, acknowledged by chunk: to Fluentd, Fluent Bit, another Millrace. Logs alone. */
export const forwardOutput = outputKind({
  type: 'forward',
  config: z.strictObject({
    type: z.literal('forward'),
    address: address.default('127.0.0.1:24224'),
    /** Of every record; null: its service. */
    tag: z.string().min(1).nullable().default(null),
    sharedKey: z.string().min(1).nullable().default(null),
    tls: z
      .strictObject({ ca: z.string().min(1).nullable().default(null), verify: z.boolean().default(true) })
      .nullable()
      .default(null),
    ackTimeoutMs: positive.default(10_000),
  }),
  signals: ['logs'],
  start: async ({ address: to, tag, sharedKey, tls, ackTimeoutMs }, { clock }) => {
    const { ForwardClient } = await import('./forward-client.ts')
    const ca = tls === null || tls.ca === null ? undefined : await readFile(tls.ca)
    const client = new ForwardClient({
      address: to,
      sharedKey,
      tls: tls === null ? null : { ca, verify: tls.verify },
      hostName: hostname(),
      timeoutMs: ackTimeoutMs,
    })
    return {
      async send(records) {
        const lines = records.flatMap(({ value }) => [...decodeLogs(value, clock.nowMs())])
        for (const [service, group] of Map.groupBy(
          lines,
          line => tag ?? (line.service === '' ? 'logs' : line.service),
        ))
          await client.send(service, await gzipAsync(Buffer.concat(group.map(entryOf))), group.length)
      },
      close: () => Promise.resolve(client.close()),
    }
  },
})

function entryOf(log: DecodedLog): Uint8Array {
  const time = Buffer.alloc(8)
  time.writeUInt32BE(Number(log.timestamp / 1_000_000_000n) >>> 0, 0)
  time.writeUInt32BE(Number(log.timestamp % 1_000_000_000n), 4)
  return encode([new ExtData(eventTimeType, time), fieldsOf(log)])
}

function fieldsOf({
  body,
  level,
  service,
  host,
  attributes,
  traceId,
  spanId,
}: DecodedLog): Record<string, string> {
  return {
    ...attributes,
    message: body,
    level,
    'service.name': service,
    'host.name': host,
    ...(traceId === '' ? {} : { trace_id: traceId }),
    ...(spanId === '' ? {} : { span_id: spanId }),
  }
}
