import type { Signal } from './schema.ts'
import { WireWriter, wireVarint } from './wire.ts'

/** What a receiver says of a request it took in part. */
export interface PartialSuccess {
  rejected: number
  message: string
}

const rejectedNames: Record<Signal, string> = {
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
  traces: 'rejectedSpans',
}

/** The body of a successful export, in protobuf: empty where everything was taken. */
export function exportResponse(partial?: PartialSuccess): Buffer {
  if (partial === undefined) return Buffer.alloc(0)
  const writer = new WireWriter(256)
  const start = writer.begin(1)
  writer.tag(1, wireVarint)
  writer.varint(partial.rejected)
  writer.string(2, partial.message)
  writer.end(start)
  return writer.finish()
}

/** The same in OTLP/JSON. */
export function exportResponseJson(signal: Signal, partial?: PartialSuccess): string {
  if (partial === undefined) return '{}'
  const body = { [rejectedNames[signal]]: String(partial.rejected), errorMessage: partial.message }
  return JSON.stringify({ partialSuccess: body })
}

/** A google.rpc.Status, the body of every refusal by OTLP/HTTP; `code` is gRPC's. */
export function rpcStatus(code: number, message: string): Buffer {
  const writer = new WireWriter(256)
  writer.tag(1, wireVarint)
  writer.varint(code)
  writer.string(2, message)
  return writer.finish()
}
