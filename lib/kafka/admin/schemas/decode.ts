import { LRUCache } from 'lru-cache'
import { messageOf, parseRawJson } from '../../../base/index.ts'
import type { Signal } from '../../../otlp/index.ts'
import { type DecodedValue, decodeValue, type ValueFormat } from '../messages/decode.ts'
import type { Reader } from './avro.ts'
import type { RegisteredSchema, SchemaRegistry } from './registry.ts'
import { readPrefix } from './wire.ts'

/** Which schema a value was written by. */
export interface ValueSchema {
  id: number
  type: 'avro' | 'protobuf' | 'json-schema'
  /** Of the record or message; '' of JSON Schema. */
  name: string
}

export interface ShownValue {
  format: DecodedValue['format'] | ValueSchema['type']
  value: unknown
  /** Of OTLP. */
  signal?: Signal
  schema?: ValueSchema
  /** Why it is not shown by its schema, where it begins as if it had one. */
  why?: string
}

const maxReaders = 200

/** Reads keys and values, those of a schema registry too. */
export interface ValueDecoder {
  decode(bytes: Buffer | null, format: ValueFormat, likely?: Signal): Promise<ShownValue>
}

/**
 * Decodes as `decodeValue` does, and with a registry what was written by a schema of it: with `auto`, what begins with the
 * prefix of one. Where that fails the bytes are shown as they are, with the reason. Never throws. Keeps 200 schemas ready.
 *
 * @example
 * await valueDecoder(undefined).decode(Buffer.from('a'), 'auto') // => { format: 'text', value: 'a' }
 */
export function valueDecoder(registry: SchemaRegistry | undefined): ValueDecoder {
  const readers = new LRUCache<number, Promise<Reader & { type: ValueSchema['type'] }>>({ max: maxReaders })
  const readerOf = (id: number, from: SchemaRegistry) => {
    const known = readers.get(id)
    if (known !== undefined) return known
    const made = from.schema(id).then(makeReader)
    readers.set(id, made)
    made.catch(() => readers.delete(id))
    return made
  }
  return {
    decode: async (bytes, format, likely) => {
      const isSought = format === 'auto' || format === 'registry'
      const prefix = bytes === null || !isSought ? undefined : readPrefix(bytes)
      if (registry === undefined || prefix === undefined || (format === 'auto' && likely !== undefined))
        return decodeValue(bytes, format, likely)
      try {
        const { type, name, read } = await readerOf(prefix.schemaId, registry)
        return { format: type, value: read(prefix.payload), schema: { id: prefix.schemaId, type, name } }
      } catch (error) {
        return {
          ...decodeValue(bytes, 'auto', likely),
          why: `schema ${prefix.schemaId}: ${messageOf(error)}`,
        }
      }
    },
  }
}

/** The libraries are loaded when the first schema of their kind comes. */
async function makeReader(schema: RegisteredSchema): Promise<Reader & { type: ValueSchema['type'] }> {
  switch (schema.type) {
    case 'AVRO':
      return { ...(await import('./avro.ts')).avroReader(schema), type: 'avro' }
    case 'PROTOBUF':
      return { ...(await import('./protobuf.ts')).protobufReader(schema), type: 'protobuf' }
    case 'JSON':
      return {
        name: '',
        type: 'json-schema',
        read: payload => parseRawJson(payload.toString('utf8')),
      }
  }
}
