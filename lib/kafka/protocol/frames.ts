import type { Api, RequestInput, RequestOf, ResponseInput, ResponseOf } from '../schema/api.ts'
import { joinParts, type Part } from '../schema/part.ts'
import { malformed, Reader } from '../schema/reader.ts'
import { Writer } from '../schema/writer.ts'
import { apiByKey } from './apis.ts'

/**
 * Frame of both directions:
 *
 *   size int32 | header | body
 *
 * Request header v1: api_key int16, api_version int16, correlation_id int32, client_id nullable string; v2, used by
 * flexible versions, adds tagged fields. Response header v0: correlation_id int32; v1 adds tagged fields.
 */
export interface RequestHeader {
  apiKey: number
  apiVersion: number
  correlationId: number
  clientId: string | null
}

const apiVersionsKey = 18

/** An ApiVersions response keeps header v0 for ever: who asks cannot know yet what we speak (KIP-511). */
function hasTaggedHeader(api: Api, version: number): boolean {
  return api.key !== apiVersionsKey && api.response.isFlexible(version)
}

/**
 * Reads the header and leaves the reader at the body. Of an API or version we do not know only the first three
 * fields are certain; `clientId` is then null.
 */
export function decodeRequestHeader(reader: Reader): RequestHeader {
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const api = apiByKey(apiKey)
  if (api === undefined || apiVersion < 0 || apiVersion > api.request.maxVersion)
    return { apiKey, apiVersion, correlationId, clientId: null }
  // the client id keeps its two-byte length in flexible versions too
  const clientId = reader.nullableString()
  if (api.request.isFlexible(apiVersion)) reader.skipTags()
  return { apiKey, apiVersion, correlationId, clientId }
}

export function decodeRequest<A extends Api>(api: A, version: number, reader: Reader): RequestOf<A> {
  return api.request.read(reader, version) as RequestOf<A>
}

/** A request as one frame, its length in front. */
export function encodeRequest<A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: RequestInput<A>,
): Buffer {
  return joinParts(encodeRequestParts(api, version, correlationId, clientId, body))
}

/** The same in parts: record data stands in it by reference. */
export function encodeRequestParts<A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: RequestInput<A>,
): Part[] {
  const writer = new Writer()
  writer.int32(0)
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  writer.string(clientId)
  if (api.request.isFlexible(version)) writer.uvarint(0)
  api.request.write(writer, version, body as never)
  return framed(writer)
}

/** A response as a frame in parts; record data stands in it by reference, also where it is a range of a file. */
export function encodeResponse<A extends Api>(
  api: A,
  version: number,
  correlationId: number,
  body: ResponseInput<A>,
): Part[] {
  const writer = new Writer()
  writer.int32(0)
  writer.int32(correlationId)
  if (hasTaggedHeader(api, version)) writer.uvarint(0)
  api.response.write(writer, version, body as never)
  return framed(writer)
}

/** Reads a response frame without its length. */
export function decodeResponse<A extends Api>(
  api: A,
  version: number,
  frame: Buffer,
): { correlationId: number; body: ResponseOf<A> } {
  const reader = new Reader(frame)
  const correlationId = reader.int32()
  if (hasTaggedHeader(api, version)) reader.skipTags()
  const body = api.response.read(reader, version) as ResponseOf<A>
  if (reader.remaining > 0) throw malformed(`${reader.remaining} bytes after the end of ${api.response.name}`)
  return { correlationId, body }
}

function framed(writer: Writer): Part[] {
  const { length } = writer
  const parts = writer.finish()
  writer.setInt32(0, length - 4)
  return parts
}
