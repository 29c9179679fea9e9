import { ConfluentSchemaRegistry, Producer } from '@platformatic/kafka'
import protobuf from 'protobufjs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTopic, openSchemaRegistry, readMessages, type TopicMessage, valueDecoder } from '../index.ts'
import { AdminScene } from '../testing/admin-scene.ts'
import { startTestRegistry, type TestRegistry } from './testing/schema-registry.ts'
import { readMessageIndexes, readPrefix } from './wire.ts'

const order = JSON.stringify({
  type: 'record',
  name: 'Order',
  namespace: 'com.shop',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'customer', type: 'com.shop.Customer' },
  ],
})
const customer = JSON.stringify({
  type: 'record',
  name: 'Customer',
  namespace: 'com.shop',
  fields: [{ name: 'name', type: 'string' }],
})
const simple = JSON.stringify({
  type: 'record',
  name: 'Simple',
  fields: [
    { name: 'id', type: 'int' },
    { name: 'note', type: ['null', 'string'] },
  ],
})
const proto = `syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
import "money.proto";
message First { string a = 1; }
message Paid {
  enum Way { CASH = 0; CARD = 1; }
  message Part { int64 cents = 1; }
  string order_id = 1;
  Way way = 2;
  Money total = 3;
  google.protobuf.Timestamp at = 4;
  repeated Part parts = 5;
  int32 tries = 6;
}`
const money = 'syntax = "proto3"; package shop; message Money { int64 cents = 1; }'

let registry: TestRegistry
const scene = AdminScene.forFile()
const configOf = (more: object = {}) => ({
  url: registry.url,
  username: null,
  password: null,
  token: null,
  timeoutMs: 300,
  ...more,
})
const decoder = (more: object = {}) => valueDecoder(openSchemaRegistry(configOf(more)))
const prefixed = (id: number, ...rest: (number | Uint8Array)[]) =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 0, id]),
    ...rest.map(part => Buffer.from(typeof part === 'number' ? [part] : part)),
  ])

/** A number as Avro has it. */
function zigzag(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}

beforeAll(async () => {
  registry = await startTestRegistry(
    {
      1: { schema: simple },
      2: { schemaType: 'JSON', schema: '{"type":"object"}' },
      3: {
        schemaType: 'PROTOBUF',
        schema: proto,
        references: [{ name: 'money.proto', subject: 'money', version: 1 }],
      },
      4: { schema: order, references: [{ name: 'com.shop.Customer', subject: 'customer', version: 2 }] },
      5: { schema: '{"type":"nonsense"}' },
    },
    { 'money/1': { schemaType: 'PROTOBUF', schema: money }, 'customer/2': { schema: customer } },
  )
})
afterAll(() => registry.close())
afterEach(() => {
  registry.mood = 'answers'
})

/** Keys and values as a client of others writes them, by the schemas with these ids. */
async function produceBy(topic: string, schemas: { key: number; value: number }, key: object, value: object) {
  const producer = new Producer({
    clientId: 'schemas',
    bootstrapBrokers: [scene.address],
    registry: new ConfluentSchemaRegistry({ url: registry.url }),
  })
  await producer.send({ messages: [{ topic, key, value, metadata: { schemas } }] } as never)
  await producer.close()
}

async function only(topic: string): Promise<TopicMessage> {
  for await (const message of readMessages(scene.client, { topic, from: 'earliest' })) return message
  throw new Error('nothing was written')
}

describe('values written by schemas of a registry', () => {
  it("are read as a client's serializer wrote them: Avro key, JSON Schema value", async () => {
    await createTopic(scene.client, { name: 'registered', partitions: 1 })
    await produceBy('registered', { key: 1, value: 2 }, { id: 7, note: 'gift' }, { sku: 'a1' })
    const { key, value } = await only('registered')
    const values = decoder()
    expect(await values.decode(key, 'auto')).toMatchObject({
      format: 'avro',
      value: { id: 7, note: 'gift' },
      schema: { id: 1, name: 'Simple' },
    })
    expect(await values.decode(value, 'registry')).toMatchObject({
      format: 'json-schema',
      value: { sku: 'a1' },
    })
    expect(await values.decode(value, 'hex')).toEqual({ format: 'hex', value: value?.toString('hex') })
  })

  it('are Avro with references, whole 64-bit numbers, decimals and times', async () => {
    const text = (of: string) => [...zigzag(BigInt(of.length)), ...Buffer.from(of)]
    const bytes = prefixed(
      4,
      Buffer.from([
        ...zigzag(2n ** 63n - 1n),
        ...zigzag(1n),
        ...text('now'),
        ...zigzag(2n),
        ...[0xfb, 0x2e],
        ...zigzag(1_771_435_722_752n),
        ...zigzag(19_600n),
        ...text('Anna'),
      ]),
    )
    const { value, schema } = await decoder().decode(bytes, 'auto')
    expect(schema).toEqual({ id: 4, type: 'avro', name: 'com.shop.Order' })
    expect(value).toEqual({
      id: '9223372036854775807',
      note: 'now',
      total: '-12.34',
      at: '2026-02-18T17:28:42.752Z',
      day: '2023-08-31',
      customer: { name: 'Anna' },
    })
  })

  it('are Protobuf: the message by its place in the file, imports, defaults, times', async () => {
    const root = new protobuf.Root()
    for (const common of Object.values(protobuf.common.get('google/protobuf/timestamp.proto')?.nested ?? {}))
      root.addJSON({ google: common } as never)
    protobuf.parse(money, root, { keepCase: true })
    protobuf.parse(proto, root, { keepCase: true })
    const paid = root.lookupType('shop.Paid')
    const message = {
      order_id: 'o1',
      way: 1,
      total: { cents: 1234 },
      at: { seconds: 1_700_000_000, nanos: 5_000_000 },
      parts: [{ cents: 1 }],
    }
    const values = decoder()
    const found = await values.decode(
      prefixed(3, 2, 2, paid.encode(paid.fromObject(message)).finish()),
      'auto',
    )
    expect(found).toEqual({
      format: 'protobuf',
      schema: { id: 3, type: 'protobuf', name: 'shop.First' },
      value: {
        order_id: 'o1',
        way: 'CARD',
        total: { cents: '1234' },
        at: '2023-11-14T22:13:20.005Z',
        parts: [{ cents: '1' }],
        tries: 0,
      },
    })
    const part = root.lookupType('shop.Paid.Part')
    const inner = prefixed(3, 4, 2, 0, part.encode({ cents: 9 }).finish())
    expect((await values.decode(inner, 'auto')).value).toEqual({ cents: '9' })
    const first = await values.decode(prefixed(3, 0, Buffer.from([10, 1, 97])), 'auto')
    expect(first.value).toEqual({ a: 'a' })
    expect((await values.decode(prefixed(3, 2, 18), 'auto')).why).toContain('has no message at 9')
  })

  it('are shown as bytes with the reason where that fails, and each schema is asked for once', async () => {
    const values = decoder()
    const bytes = prefixed(9, 1, 2)
    expect(await values.decode(bytes, 'auto')).toEqual({
      format: 'hex',
      value: '00000000090102',
      why: expect.stringMatching(/^schema 9: the schema registry 127.0.0.1:\d+ has no schema 9$/),
    })
    const before = registry.asked.length
    for (let i = 0; i < 5; i++) await values.decode(bytes, 'auto')
    expect(registry.asked.length).toBe(before)
    expect((await values.decode(prefixed(5, 1), 'auto')).why).toContain('schema 5: ')
    expect((await values.decode(prefixed(1, 0xff), 'auto')).why).toContain('schema 1: ')
    expect(await values.decode(Buffer.from('plain'), 'auto')).toEqual({ format: 'text', value: 'plain' })
    expect(await values.decode(null, 'registry')).toEqual({ format: 'null', value: null })
  })

  it('wait for a registry that hangs one deadline together, and say who refuses', async () => {
    registry.mood = 'hangs'
    const values = decoder()
    const start = performance.now()
    const found = await Promise.all([1, 2, 3, 1].map(id => values.decode(prefixed(id, 0), 'auto')))
    const later = await values.decode(prefixed(4, 0), 'auto')
    expect(performance.now() - start).toBeLessThan(1_500)
    for (const { why } of [...found, later]) expect(why).toContain('no answer within 300 ms')
    registry.mood = 'refuses'
    expect((await decoder().decode(prefixed(1, 0), 'auto')).why).toContain('refuses us (401)')
    const known = decoder({ username: 'me', password: 'secret' })
    expect((await known.decode(prefixed(1, 2, 0), 'auto')).value).toEqual({ id: 1, note: null })
  })
})

it('begin with a zero byte and the id; of Protobuf also with the place of the message', () => {
  expect(readPrefix(Buffer.from([0, 0, 0, 1, 2, 3]))).toEqual({ schemaId: 258, payload: Buffer.from([3]) })
  expect(readPrefix(Buffer.from([1, 0, 0, 1, 2, 3]))).toBeUndefined()
  expect(readPrefix(Buffer.from([0, 0, 0, 1]))).toBeUndefined()
  expect(readMessageIndexes(Buffer.from([0, 9]))).toEqual({ indexes: [0], payload: Buffer.from([9]) })
  expect(readMessageIndexes(Buffer.from([4, 2, 0x80, 0x02])).indexes).toEqual([1, 128])
  expect(() => readMessageIndexes(Buffer.from([4, 2]))).toThrow('cut')
  expect(() => readMessageIndexes(Buffer.from([1]))).toThrow('none')
})
