import { connect } from 'node:net'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { decode } from '@msgpack/msgpack'
import fc from 'fast-check'
import FluentLogger from 'fluent-logger'
import { describe, expect, test } from 'vitest'
import { decodeLogs } from '../../../lib/otlp/index.ts'
import { makeCertificate } from '../../testing/certificate.ts'
import { type Item, readSpool } from '../../testing/read-spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { FrameFinder } from './frames.ts'
import { eventTime, pack, receiving } from './testing/receiving.ts'

const entries = (...list: unknown[]): Buffer => Buffer.concat(list.map(pack))

const bodies = (items: Item[]): string[] => items.map(item => item.body)

/** The package's types say of this class that it is an instance. */
function nanosecondTime(seconds: number, nanos: number): Date {
  const EventTime = FluentLogger.EventTime as unknown as new (seconds: number, nanos: number) => Date
  return new EventTime(seconds, nanos)
}

describe.concurrent('the forward protocol', () => {
  test.each(['Message', 'PackedForward', 'CompressedPackedForward'] as const)(
    'takes what fluent-logger sends in mode %s and acknowledges it',
    async eventMode => {
      await receiving(async ({ port, items }) => {
        const sender = FluentLogger.createFluentSender('shop', {
          host: '127.0.0.1',
          port,
          eventMode,
          requireAckResponse: true,
          ackResponseTimeout: 2_000,
          flushInterval: 10,
        })
        const time = nanosecondTime(1_700_000_000, 123_456_789)
        await new Promise<void>((resolve, reject) => {
          const done = (error: unknown): void => (error ? reject(error) : resolve())
          sender.emit(
            'access',
            { message: 'GET /cart', level: 'warn', status: 200, http: { host: 'x' } },
            time,
            done,
          )
        })
        await new Promise<void>(resolve => sender.end('end', { message: 'bye' }, () => resolve()))
        const [item] = await items()
        expect(item).toMatchObject({
          service: 'shop.access',
          body: 'GET /cart',
          attributes: { 'fluent.tag': 'shop.access', status: '200' },
          json: { timeUnixNano: '1700000000123456789', severityNumber: 13, severityText: 'warn' },
        })
      })
    },
  )

  test('gives an event that names no host that of its sender: this machine, where it is one of its own', async () => {
    await receiving(async ({ send, spool }) => {
      const events = [
        [1_700_000_000, { message: 'one' }],
        [1_700_000_000, { message: 'two', host: 'h7' }],
      ]
      await send(pack(['app', events, { chunk: 'c' }]), pack({ ack: 'c' }).length)
      const records = await readSpool(spool.lane('logs').log)
      const hosts = records.flatMap(({ value }) => [...decodeLogs(value, 0)].map(({ host }) => host))
      expect(hosts).toEqual(['agent-host', 'h7'])
    })
  })

  test('answers with the chunk once the events are in the spool', async () => {
    await receiving(async ({ send, items }) => {
      const packed = entries(
        [eventTime(1, 2), { log: 'a\n' }],
        [3, { message: 'b', 'service.name': 'other' }],
      )
      const options = { chunk: 'abc', compressed: 'gzip', size: 2 }
      const answer = await send(pack(['t', gzipSync(packed), options]), pack({ ack: 'abc' }).length)
      expect(decode(answer)).toEqual({ ack: 'abc' })
      expect((await items()).map(({ service, body }) => [service, body])).toEqual([
        ['t', 'a'],
        ['other', 'b'],
      ])
    })
  })

  test('keeps of a torn chunk only what is behind the entries that were read', async () => {
    await receiving(async ({ send, items }) => {
      const whole = entries([1, { message: 'one' }], [2, { message: 'two' }])
      const torn = Buffer.concat([whole, entries([3, { message: 'three' }]).subarray(0, 8)])
      await send(pack(['t', torn, { chunk: 'c' }]), pack({ ack: 'c' }).length)
      const [one, two, rest, ...more] = bodies(await items())
      expect([one, two, more]).toEqual(['one', 'two', []])
      expect(rest).toContain('mes')
      expect(rest).not.toContain('two')
    })
  })

  test('takes packed entries of senders older than the bin type', async () => {
    await receiving(async ({ send, items }) => {
      for (const text of ['a', 'b'.repeat(100), 'c'.repeat(1_000)]) {
        const packed = entries([1, { message: text }])
        const frame = pack(['t', packed])
        // bin 8 and 16 become str 8 and 16; a short one becomes a fixstr
        const at = 3
        if (packed.length < 32)
          await send(Buffer.concat([frame.subarray(0, at), Buffer.from([0xa0 | packed.length]), packed]))
        else {
          frame[at] = (frame[at] as number) - 0xc4 + 0xd9
          await send(frame)
        }
      }
      await until('three events', async () => (await items()).length === 3)
      expect(bodies(await items()).map(body => body.length)).toEqual([1, 100, 1000])
    })
  })

  test('takes messages however they are cut into packets', async () => {
    await receiving(async ({ port, items }) => {
      const bytes = Buffer.concat(['a', 'b', 'c'].map(text => pack(['t', 1, { message: text }])))
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      for (const byte of bytes) {
        socket.write(Buffer.from([byte]))
        await new Promise(resolve => setImmediate(resolve))
      }
      socket.end()
      await until('three events', async () => (await items()).length === 3)
      expect(bodies(await items())).toEqual(['a', 'b', 'c'])
    })
  })

  test('takes tags and chunk names as bin, and zstd', async () => {
    await receiving(async ({ send, items }) => {
      const packed = zstdCompressSync(entries([eventTime(5, 6), { message: 'z' }]))
      const chunk = Buffer.from([0, 1, 254, 255])
      const frame = pack([Buffer.from('tag'), packed, { chunk, compressed: 'zstd' }])
      const answer = await send(frame, pack({ ack: chunk }).length)
      expect(pack(decode(answer))).toEqual(pack({ ack: chunk }))
      expect(await items()).toMatchObject([
        { service: 'tag', body: 'z', json: { timeUnixNano: '5000000006' } },
      ])
    })
  })

  test('of a chunk with an entry that is none the others are taken, it is kept as it came, and all acknowledged', async () => {
    await receiving(async ({ send, items, entries: lines }) => {
      const list = [[1, { message: 'a' }], [2, 'no map'], 'no entry', [3, { message: 'b' }]]
      const answer = await send(pack(['t', list, { chunk: 'c1' }]), pack({ ack: 'c1' }).length)
      expect(decode(answer)).toEqual({ ack: 'c1' })
      expect(bodies(await items())).toEqual([
        'a',
        '{"unreadable":"no map"}',
        '{"unreadable":"no entry"}',
        'b',
      ])
      expect((await items())[1]?.attributes).toMatchObject({
        'millrace.forward.problem': 'a record is a map',
      })
      expect(lines[0]?.attributes).toMatchObject({ entries: 2, tag: 't' })
    })
  })

  test('names a compression that it does not know, keeps the chunk and acknowledges it', async () => {
    await receiving(async ({ send, items }) => {
      const frame = pack(['t', Buffer.from('xyz'), { chunk: 'c2', compressed: 'brotli' }])
      expect(decode(await send(frame, pack({ ack: 'c2' }).length))).toEqual({ ack: 'c2' })
      const [item] = await items()
      expect(item?.attributes['millrace.forward.problem']).toContain('compressed as brotli')
      expect(item?.body).toBe('{"unreadable":"xyz"}')
    })
  })

  test('with a shared key over TLS takes what fluent-logger sends that knows it, and nothing of who does not', async () => {
    const { cert, key, remove } = makeCertificate()
    const extra = { sharedKey: 'very secret', tls: { cert, key } }
    await receiving(
      async ({ port, items, entries: lines }) => {
        const emit = (sharedKey: string): void => {
          const sender = FluentLogger.createFluentSender('shop', {
            host: '127.0.0.1',
            port,
            timeout: 2,
            reconnectInterval: 60_000,
            requireAckResponse: true,
            ackResponseTimeout: 1_000,
            security: { clientHostname: 'client', sharedKey },
            tls: true,
            tlsOptions: { rejectUnauthorized: false },
          })
          sender.emit('x', { message: sharedKey })
        }
        emit('very secret')
        await until('one event', async () => (await items()).length === 1)
        emit('wrong')
        await until('a refusal', () => lines.length > 0)
        expect(bodies(await items())).toEqual(['very secret'])
        expect(String(lines.at(-1)?.attributes['error'])).toContain('the shared key of client is not ours')
      },
      1_000_000,
      extra,
    )
    remove()
  })

  test('without a message the body is the record', async () => {
    await receiving(async ({ send, items }) => {
      await send(pack(['t', 1, { a: 1, bytes: Buffer.from([0x61, 0xff]) }]))
      await until('one event', async () => (await items()).length === 1)
      expect(bodies(await items())).toEqual(['{"a":1,"bytes":"a\\\\xff"}'])
    })
  })

  test('splits what is too large for one Kafka record', async () => {
    await receiving(async ({ send, spool }) => {
      const list = Array.from({ length: 30 }, (_, i) => [1, { message: `${i} ${'x'.repeat(100_000)}` }])
      await send(pack(['t', list, { chunk: 'x' }]), 1)
      const records = await readSpool(spool.lane('logs').log)
      expect(records.length).toBeGreaterThan(3)
      expect(records.reduce((sum, { entry }) => sum + entry.lines, 0)).toBe(30)
    }, 16_000_000)
  })

  test.each([
    ['text', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'a message is an array'],
    ['a byte that begins nothing', Buffer.from([0xc1]), 'begins no value'],
    ['too much', pack(['t', 1, { message: 'x'.repeat(2_000_000) }]), 'larger than 1000000 bytes'],
    [
      'a bomb',
      pack(['t', gzipSync(Buffer.alloc(20_000_000)), { compressed: 'gzip' }]),
      'larger than 1000000 bytes when decompressed',
    ],
  ])('closes the connection over %s, says why, and serves the next', async (_, bytes, why) => {
    await receiving(async ({ send, items, entries: lines }) => {
      await send(bytes, 1).catch(() => undefined)
      expect(String(lines[0]?.attributes['error'])).toContain(why)
      await send(pack(['t', 1, { message: 'fine' }]))
      await until('one event', async () => (await items()).length === 1)
    })
  })

  test('survives any bytes', async () => {
    await receiving(async ({ send }) => {
      const { value } = fc.letrec(tie => ({
        value: fc.oneof(
          { depthSize: 'small' },
          fc.oneof(fc.integer(), fc.string(), fc.uint8Array(), fc.constant(null)),
          fc.array(tie('value')),
          fc.dictionary(fc.string(), tie('value')),
        ),
      }))
      const sent = fc.oneof(fc.uint8Array(), value.map(pack), fc.tuple(fc.string(), value, value).map(pack))
      await fc.assert(
        fc.asyncProperty(sent, async bytes => {
          await send(bytes).catch(() => undefined)
        }),
        { numRuns: 100 },
      )
    })
  })
})

test('frames are found whole, however they come', () => {
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.oneof(
        fc.integer(),
        fc.double(),
        fc.string({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.boolean(),
      ),
      fc.array(tie('value'), { maxLength: 40 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 20 }),
    ),
  }))
  fc.assert(
    fc.property(fc.array(value, { maxLength: 8 }), fc.integer({ min: 1, max: 64 }), (values, size) => {
      const frames = values.map(pack)
      const stream = Buffer.concat(frames)
      const finder = new FrameFinder(1_000_000)
      const found: Buffer[] = []
      for (let at = 0; at < stream.length; at += size)
        for (const frame of finder.push(stream.subarray(at, at + size))) found.push(Buffer.from(frame))
      expect(Buffer.concat(found).equals(stream)).toBe(true)
      expect(found.map(frame => frame.length)).toEqual(frames.map(frame => frame.length))
    }),
    { numRuns: 50 },
  )
})
