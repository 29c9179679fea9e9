import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { errorCodes, errorName, writeBatch } from '../../lib/kafka/index.ts'
import { tenantHeader } from '../../lib/ledger/index.ts'
import {
  beginRequest,
  endRequest,
  nanosOfMs,
  prometheusScopes,
  WireWriter,
  writePointMetric,
} from '../../lib/otlp/index.ts'
import type { Recorded } from './group.ts'

/** Known to the aggregator: names and labels stay as the rules have them. */
const scope = prometheusScopes.rules
const partition = 0

/**
 * What rules give goes back to the metrics' topic, as gauges under their own names; series that have vanished are ended. Sent
 * again after a failure the same samples come again at the same moment. Errors: those of the client.
 */
export async function recordSamples(
  client: KafkaClient,
  topic: string,
  tenant: string,
  recorded: readonly Recorded[],
  atMs: number,
): Promise<void> {
  if (recorded.length === 0) return
  const value = requestOf(recorded, atMs)
  const headers = [{ key: tenantHeader, value: tenant }]
  const batch = writeBatch([{ key: null, value, timestampMs: atMs, headers }], { compression: 'zstd' })
  const { errorCode, message } = await client.produce(topic, partition, Buffer.from(batch))
  if (errorCode !== errorCodes.NONE) throw new Error(message ?? errorName(errorCode))
}

/** An ExportMetricsServiceRequest. */
export function requestOf(recorded: readonly Recorded[], atMs: number): Buffer {
  const writer = new WireWriter(8192)
  const open = beginRequest(writer, { resource: {}, scope })
  const time = nanosOfMs(atMs)
  for (const [name, all] of Map.groupBy(recorded, ({ labels }) => labels['__name__'] ?? ''))
    writePointMetric(writer, {
      kind: 'gauge',
      name,
      description: '',
      unit: '',
      points: all.map(({ labels: { __name__: _, ...attributes }, value }) => ({
        attributes,
        value: value ?? 0,
        time,
        isStale: value === undefined,
      })),
    })
  endRequest(writer, open)
  return writer.finish()
}
