import type { ClickHouseClient } from '@clickhouse/client'
import { RangeBlocks } from '../../../aggregator/range/blocks.ts'
import { defaultSettings } from '../../../aggregator/range/settings.ts'
import { RecordPosition } from '../../../aggregator/rows/position.ts'
import { jsonToProtobuf } from '../../../lib/otlp/index.ts'
import { insertNative } from '../../../store/index.ts'
import { dayStart } from '../pipeline/lines.ts'

const requests = 10
const tracesPerRequest = 1_000
const spansPerTrace = 20
const dayNs = 86_400_000_000_000n
const beganNs = BigInt(Date.parse(dayStart)) * 1_000_000n

/** One of the middle. */
export const traceId = idOf((requests * tracesPerRequest) / 2)

/** Ten thousand traces over the day, made into rows as the aggregator makes them. */
export async function insertTraces(client: ClickHouseClient): Promise<void> {
  for (let offset = 0; offset < requests; offset++) {
    const blocks = new RangeBlocks('traces', defaultSettings)
    const position = new RecordPosition('traces', 0, offset, Date.parse(dayStart), '')
    blocks.add(jsonToProtobuf('traces', JSON.stringify(requestOf(offset))), position)
    const range = { topic: 'traces', topicId: 'bench', partition: 0, from: 0, to: offset + 1 }
    for (const block of blocks.finish(range))
      await insertNative(client, block.table, block.pieces, `bench ${offset} ${block.table}`)
  }
}

function requestOf(offset: number): object {
  const traces = Array.from({ length: tracesPerRequest }, (_, i) => offset * tracesPerRequest + i)
  const resourceSpans = Array.from({ length: 5 }, (_, service) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: `svc-${service}` } }] },
    scopeSpans: [{ scope: { name: 'bench' }, spans: traces.flatMap(trace => spansOf(trace, service)) }],
  }))
  return { resourceSpans }
}

function spansOf(trace: number, service: number): object[] {
  const startNs = beganNs + (dayNs * BigInt(trace)) / BigInt(requests * tracesPerRequest)
  return Array.from({ length: spansPerTrace / 5 }, (_, i) => {
    const span = service * 4 + i
    const at = startNs + BigInt(span) * 1_000_000n
    return {
      traceId: idOf(trace),
      spanId: (trace * spansPerTrace + span + 1).toString(16).padStart(16, '0'),
      ...(span === 0 ? {} : { parentSpanId: (trace * spansPerTrace + span).toString(16).padStart(16, '0') }),
      name: `operation ${span % 7}`,
      kind: 2,
      startTimeUnixNano: String(at),
      endTimeUnixNano: String(at + 25_000_000n),
      attributes: [{ key: 'http.route', value: { stringValue: `/r/${span}` } }],
    }
  })
}

/** Spread over all ids, as random ones are. */
function idOf(trace: number): string {
  return BigInt.asUintN(128, BigInt(trace + 1) * 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835n)
    .toString(16)
    .padStart(32, '0')
}
