import { decodeValue, type TopicMessage, type ValueFormat } from '../../../lib/kafka/admin/index.ts'
import type { Signal } from '../../../lib/otlp/index.ts'
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

/** A record as the page shows it, one of so many `together`. */
export function toShown(
  message: TopicMessage,
  format: ValueFormat,
  signal: Signal | undefined,
  together = 1,
): StreamMessage {
  const { partition, offset, timestampMs, key, value, headers } = message
  const most = Math.min(maxBytes, Math.floor(answerBytes / together))
  return {
    partition,
    offset,
    timestampMs,
    key: shown(key, 'auto', undefined, most),
    value: shown(value, format, signal, most),
    headers: headers.map(header => ({ key: header.key, value: header.value?.toString('utf8') ?? '' })),
  }
}

function shown(bytes: Buffer | null, format: ValueFormat, signal: Signal | undefined, most: number) {
  const length = bytes?.length ?? 0
  const cut = length > most
  const whole = cut ? (bytes as Buffer).subarray(0, most) : bytes
  const decoded = decodeValue(whole, cut && format === 'auto' ? 'text' : format, signal)
  return { format: decoded.format, value: decoded.value as unknown, bytes: length, cut }
}
