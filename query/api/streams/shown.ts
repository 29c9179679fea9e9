import { codeOf } from '../../../lib/base/index.ts'
import type { TopicMessage, ValueDecoder, ValueFormat } from '../../../lib/kafka/admin/index.ts'
import { checkRequest, type Signal, splitRequest } from '../../../lib/otlp/index.ts'
import type { Config } from '../../config.ts'
import type { StreamMessage } from './schemas.ts'

/** Of longer keys and values the beginning is shown, as text or as hexadecimal digits. */
const maxBytes = 262_144
/** Where many are shown together, each has its share of this. */
const answerBytes = 16_777_216

/** What lies in a topic of ours. */
export function signalOf({ kafka }: Config, topic: string): Signal | undefined {
  const { logs, metrics, traces } = kafka.topics
  if (topic === logs) return 'logs'
  if (topic === metrics) return 'metrics'
  return topic === traces ? 'traces' : undefined
}

/** What records of one topic are shown by. */
export interface Showing {
  values: ValueDecoder
  format: ValueFormat
  signal: Signal | undefined
}

/** A record as the page shows it, one of so many `together`. */
export async function toShown(message: TopicMessage, showing: Showing, together = 1): Promise<StreamMessage> {
  const { partition, offset, timestampMs, key, value, headers } = message
  const most = Math.min(maxBytes, Math.floor(answerBytes / together))
  return {
    partition,
    offset,
    timestampMs,
    key: await shown(key, { ...showing, format: 'auto', signal: undefined }, most),
    value: await shown(value, showing, most),
    headers: headers.map(header => ({ key: header.key, value: header.value?.toString('utf8') ?? '' })),
  }
}

async function shown(bytes: Buffer | null, { values, format, signal }: Showing, most: number) {
  const length = bytes?.length ?? 0
  const cut = length > most
  const part = bytes !== null && cut ? beginningOf(bytes, most, format, signal) : { bytes, format }
  const decoded = await values.decode(part.bytes, part.format, signal)
  const { format: found, value, schema = null, why = null } = decoded
  return { format: found, value, bytes: length, cut, schema, why }
}

/** Of OTLP the first of its records, so that they can still be read; of all else the first bytes. */
function beginningOf(bytes: Buffer, most: number, format: ValueFormat, signal: Signal | undefined) {
  const isAuto = format === 'auto'
  const requests = signal !== undefined && (isAuto || format === 'otlp') ? pieces(bytes, most, signal) : []
  const [first] = requests
  if (first !== undefined && first.length <= maxBytes) return { bytes: first, format }
  return { bytes: bytes.subarray(0, most), format: isAuto ? ('text' as const) : format }
}

function pieces(bytes: Buffer, most: number, signal: Signal): Buffer[] {
  try {
    return checkRequest(signal, bytes) > 0 ? splitRequest(bytes, most) : []
  } catch (error) {
    if (codeOf(error) !== 'PROTOBUF_INVALID') throw error
    return []
  }
}
