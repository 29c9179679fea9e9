import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Api } from '../schema/api.ts'
import { type Field, type Fields, isNullable, isPresent } from '../schema/field.ts'
import { joinParts } from '../schema/part.ts'
import { Reader } from '../schema/reader.ts'
import { apis } from './apis.ts'
import {
  decodeRequest,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
} from './frames.ts'

const all = Object.values(apis) as unknown as Api[]

describe('every message in every version', () => {
  it.each(all.map(api => [api.name, api] as const))('%s comes back as it was sent', (_, api) => {
    for (let version = api.request.minVersion; version <= api.request.maxVersion; version++)
      fc.assert(
        fc.property(
          message(api.request.fields, version),
          message(api.response.fields, version),
          (request, response) => {
            const sent = encodeRequest(api, version, 7, 'client', request as never)
            const reader = new Reader(sent, 4)
            expect(sent.readInt32BE(0)).toBe(sent.length - 4)
            expect(decodeRequestHeader(reader)).toEqual({
              apiKey: api.key,
              apiVersion: version,
              correlationId: 7,
              clientId: 'client',
            })
            expect(decodeRequest(api, version, reader)).toMatchObject(request)
            expect(reader.remaining).toBe(0)
            const answered = joinParts(encodeResponse(api, version, 8, response as never))
            expect(answered.readInt32BE(0)).toBe(answered.length - 4)
            const decoded = decodeResponse(api, version, answered.subarray(4))
            expect(decoded.correlationId).toBe(8)
            expect(decoded.body).toMatchObject(response)
          },
        ),
        { numRuns: 6 },
      )
  })

  it.each(all.map(api => [api.name, api] as const))('%s cut anywhere is an error, not a crash', (_, api) => {
    const version = api.request.maxVersion
    fc.assert(
      fc.property(
        message(api.request.fields, version),
        fc.nat(1000),
        fc.array(fc.nat(255)),
        (request, at, noise) => {
          const sent = encodeRequest(api, version, 7, 'c', request as never)
          const cut = sent.subarray(4, 4 + (at % Math.max(1, sent.length - 5)))
          expect(() => readRequest(api, version, cut)).toThrow(/malformed/)
          for (const [i, byte] of noise.entries())
            sent[15 + ((at + i * 7) % Math.max(1, sent.length - 15))] = byte
          try {
            readRequest(api, version, sent.subarray(4))
          } catch (error) {
            expect(error).toMatchObject({ code: 'MALFORMED_MESSAGE' })
          }
        },
      ),
      { numRuns: 20 },
    )
  })
})

function readRequest(api: Api, version: number, frame: Buffer): void {
  const reader = new Reader(frame)
  decodeRequestHeader(reader)
  decodeRequest(api, version, reader)
}

describe('a message that the version cannot carry', () => {
  it('is refused where a value would be lost, and sent without it where it may be ignored', () => {
    const body = { groupId: 'g', sessionTimeoutMs: 1, memberId: '', protocolType: 'c', protocols: [] }
    expect(() => encodeRequest(apis.joinGroup, 4, 1, null, { ...body, groupInstanceId: 'i' })).toThrow(
      'JoinGroupRequest version 4 cannot carry the field groupInstanceId',
    )
    const sent = encodeRequest(apis.joinGroup, 4, 1, null, { ...body, reason: 'why' })
    const reader = new Reader(sent, 4)
    decodeRequestHeader(reader)
    expect(decodeRequest(apis.joinGroup, 4, reader).reason).toBeNull()
  })

  it('names the versions there are', () => {
    expect(() => encodeRequest(apis.heartbeat, 9, 1, null, {} as never)).toThrow(
      'HeartbeatRequest version 9 is not known, only 0 to 4',
    )
  })
})

/** Any message with the fields of one version; long enough at times that buffers must grow. */
function message(fields: Fields, version: number): fc.Arbitrary<Record<string, unknown>> {
  const present = Object.entries(fields).filter(([, field]) => isPresent(field, version))
  return fc.record(Object.fromEntries(present.map(([name, field]) => [name, value(field, version)])))
}

function value(field: Field, version: number): fc.Arbitrary<unknown> {
  const arbitrary = plainValue(field, version)
  return isNullable(field, version) ? fc.option(arbitrary, { nil: null }) : arbitrary
}

function plainValue(field: Field, version: number): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'array':
      return fc.array(value(field.item as Field, version), { maxLength: 6 })
    case 'struct':
      return message(field.fields ?? {}, version)
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 60 })
    case 'uuid':
      return fc.uint8Array({ minLength: 16, maxLength: 16 }).map(b => Buffer.from(b).toString('base64url'))
    case 'bytes':
    case 'records':
      return fc.oneof(
        fc.uint8Array({ maxLength: 700 }).map(b => Buffer.from(b)),
        fc.constant(Buffer.alloc(9000, 7)),
      )
    case 'bool':
      return fc.boolean()
    case 'bigint64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    case 'int64':
      return fc.maxSafeInteger()
    case 'float64':
      return fc.double({ noNaN: true })
    default:
      return fc.integer(integerRange(field.kind))
  }
}

function integerRange(kind: string): { min: number; max: number } {
  const bits = Number(/\d+/.exec(kind)?.[0])
  return kind.startsWith('u')
    ? { min: 0, max: 2 ** bits - 1 }
    : { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }
}
