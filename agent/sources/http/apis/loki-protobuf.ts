import { type Nanos, WireReader, wireBytes, wireVarint } from '../../../../lib/otlp/index.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'
import { readPair } from './name-value.ts'

export interface LokiStream {
  labels: Readonly<Record<string, string>>
  entries: { time: Nanos; line: string; metadata: Readonly<Record<string, unknown>> }[]
}

/**
 * Reads a logproto.PushRequest. Throws a WireError for invalid protobuf, PUSH_INVALID for labels that are none.
 * Source: github.com/grafana/loki, pkg/push/push.proto
 */
export function readPushRequest(bytes: Buffer): LokiStream[] {
  const streams: LokiStream[] = []
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireBytes) streams.push(readStream(reader.view()))
    else reader.skip()
  }
  return streams
}

function readStream(bytes: Buffer): LokiStream {
  const stream: LokiStream = { labels: {}, entries: [] }
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireBytes) stream.labels = readLabels(reader.string())
    else if (reader.field === 2 && reader.wireType === wireBytes)
      stream.entries.push(readEntry(reader.view()))
    else reader.skip()
  }
  return stream
}

function readEntry(bytes: Buffer): LokiStream['entries'][number] {
  let time: Nanos = { seconds: 0, nanos: 0 }
  let line = ''
  const metadata: Record<string, string> = {}
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireBytes) reader.skip()
    else if (reader.field === 1) time = readTimestamp(reader.view())
    else if (reader.field === 2) line = reader.string()
    else if (reader.field === 3) readPair(reader.view(), metadata)
    else reader.skip()
  }
  return { time, line, metadata }
}

function readTimestamp(bytes: Buffer): Nanos {
  const time = { seconds: 0, nanos: 0 }
  const reader = new WireReader(bytes)
  while (reader.next()) {
    if (reader.wireType !== wireVarint) reader.skip()
    else if (reader.field === 1) time.seconds = reader.varint()
    else if (reader.field === 2) time.nanos = reader.varint()
    else reader.skip()
  }
  return time
}

/**
 * Labels as Prometheus writes them.
 *
 * @example
 * readLabels('{app="web", path="C:\\\\x"}') // => { app: 'web', path: 'C:\\x' }
 */
export function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  const pair = /\s*([^\s={},]+)\s*=\s*("(?:[^"\\]|\\.)*")\s*,?/y
  const inner = text.trim().replace(/^\{|\}$/g, '')
  let at = 0
  for (let match = pair.exec(inner); match !== null; match = pair.exec(inner)) {
    labels[match[1] as string] = unquote(match[2] as string)
    at = pair.lastIndex
  }
  if (inner.slice(at).trim() !== '') throw invalidPush(`not labels: ${text.slice(0, 80)}`)
  return labels
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string
  } catch (cause) {
    throw invalidPush(`not a quoted text: ${quoted.slice(0, 80)}`, cause)
  }
}
