import { codeOf } from '../../../lib/base/index.ts'
import type { TopicMessage, ValueDecoder, ValueFormat } from '../../../lib/kafka/admin/index.ts'
import { checkRequest, firstPiece, type Signal } from '../../../lib/otlp/index.ts'
import type { Config } from '../../config.ts'
import type { StreamMessage } from './schemas.ts'
import { shortened } from './shortened.ts'

/** Of longer keys and values the beginning is shown, as text or as hexadecimal digits. */
const maxBytes = 262_144
/** Where many are shown together, each has its share of this to be read … */
const answerBytes = 16_777_216
/** … and of this, in characters, to be shown: it is a list to look through, and each opens by itself. */
const listChars = 1_048_576

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
  const share = shareOf(together)
  return {
    partition,
    offset,
    timestampMs,
    key: await shown(key, { ...showing, format: 'auto', signal: undefined }, share),
    value: await shown(value, showing, share),
    headers: headers.map(header => ({ key: header.key, value: header.value?.toString('utf8') ?? '' })),
  }
}

interface Share {
  /** To be read. */
  bytes: number
  /** To be shown; undefined: all that was read. */
  chars: number | undefined
}

function shareOf(together: number): Share {
  const bytes = Math.min(maxBytes, Math.floor(answerBytes / together))
  return { bytes, chars: together === 1 ? undefined : Math.floor(listChars / together) }
}

async function shown(bytes: Buffer | null, { values, format, signal }: Showing, share: Share) {
  const length = bytes?.length ?? 0
  const isLong = length > share.bytes
  const part = bytes !== null && isLong ? beginningOf(bytes, share, format, signal) : { bytes, format }
  const decoded = await values.decode(part.bytes, part.format, signal)
  const { format: found, schema = null, why = null } = decoded
  const { value, isCut } =
    share.chars === undefined ? { value: decoded.value, isCut: false } : shortened(decoded.value, share.chars)
  return { format: found, value, bytes: length, cut: isLong || isCut, schema, why }
}

/** Of OTLP the first of its records, so that they can still be read; of all else the first bytes. */
function beginningOf(
  bytes: Buffer,
  { bytes: most, chars }: Share,
  format: ValueFormat,
  signal: Signal | undefined,
) {
  const isAuto = format === 'auto'
  const first =
    signal !== undefined && (isAuto || format === 'otlp') ? firstOf(bytes, chars ?? most, signal) : undefined
  if (first !== undefined && first.length <= maxBytes) return { bytes: first, format }
  return { bytes: bytes.subarray(0, most), format: isAuto ? ('text' as const) : format }
}

function firstOf(bytes: Buffer, most: number, signal: Signal): Buffer | undefined {
  try {
    return checkRequest(signal, bytes) > 0 ? firstPiece(bytes, most) : undefined
  } catch (error) {
    if (codeOf(error) !== 'PROTOBUF_INVALID') throw error
    return undefined
  }
}
