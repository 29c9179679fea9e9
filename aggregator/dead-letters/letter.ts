import type { HeaderInput, KafkaRecord, RecordInput } from '../../lib/kafka/index.ts'

/** Where a record stood that could not be stored; the three together tell it from all others, for ever. */
export interface LetterPlace {
  topic: string
  /** Which incarnation of the topic. */
  topicId: string
  partition: number
  offset: number
}

/** A record that could not be stored, and why. */
export interface DeadLetter extends LetterPlace {
  reason: string
  timestampMs: number
  /** A whole batch that cannot be read has its bytes as value: it cannot be put back. */
  isBatch: boolean
  /** Left out where no broker took it, being too large. */
  isCut: boolean
  key: Buffer | null
  value: Buffer | null
  headers: readonly HeaderInput[]
}

const prefix = 'millrace.dead-letter.'
/** On a record that was put back: `TOPIC-ID/PARTITION/OFFSET` of where it first stood. */
export const replayHeader = 'millrace.replay.of'
const maxReasonChars = 1_000

/** The record of the dead-letter topic: key, value and headers as they were, and where and why beside them. */
export function letterRecord(letter: DeadLetter): RecordInput {
  const { topic, topicId, partition, offset, reason, isBatch, isCut, key, value, timestampMs } = letter
  const about = {
    topic,
    'topic-id': topicId,
    partition: String(partition),
    offset: String(offset),
    reason: reason.slice(0, maxReasonChars),
    ...(isBatch ? { form: 'batch' } : {}),
    ...(isCut ? { cut: 'value' } : {}),
  }
  const headers = Object.entries(about).map(([name, text]) => ({ key: prefix + name, value: text }))
  return { key, value: isCut ? null : value, timestampMs, headers: [...letter.headers, ...headers] }
}

/** Undefined for a record that is no dead letter. */
export function readLetter({ key, value, timestampMs, headers }: KafkaRecord): DeadLetter | undefined {
  const about = new Map<string, string>()
  for (const header of headers)
    if (header.key.startsWith(prefix)) about.set(header.key.slice(prefix.length), String(header.value ?? ''))
  const [topic, partition, offset] = [about.get('topic'), number(about, 'partition'), number(about, 'offset')]
  if (topic === undefined || partition === undefined || offset === undefined) return undefined
  return {
    topic,
    topicId: about.get('topic-id') ?? '',
    partition,
    offset,
    reason: about.get('reason') ?? '',
    timestampMs,
    isBatch: about.get('form') === 'batch',
    isCut: about.has('cut'),
    key,
    value,
    headers: headers.filter(header => !header.key.startsWith(prefix)),
  }
}

/** The record as it was, with a note of where it first stood: put back twice it is still the same one. */
export function replayRecord(letter: DeadLetter, timestampMs: number): RecordInput {
  const { key, value, headers } = letter
  const rest = headers.filter(header => header.key !== replayHeader)
  const first = headers.find(header => header.key === replayHeader)?.value ?? placeKey(letter)
  return { key, value, timestampMs, headers: [...rest, { key: replayHeader, value: first }] }
}

export function placeKey({ topicId, partition, offset }: LetterPlace): string {
  return `${topicId}/${partition}/${offset}`
}

/** The offset at which a record that was put back first stood; '' for one that was not. */
export function replayedOffset(headers: readonly { key: string; value: Buffer | null }[]): string {
  const value = headers.find(header => header.key === replayHeader)?.value
  return /\/(\d{1,16})$/.exec(value?.toString() ?? '')?.[1] ?? ''
}

function number(about: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = about.get(name) ?? ''
  return /^\d{1,16}$/.test(text) ? Number(text) : undefined
}
