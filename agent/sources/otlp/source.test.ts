import { Agent as HttpAgent, request } from 'node:http'
import { connect } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ConfigInput, parseConfig } from '../../../cli/config.ts'
import { systemClock } from '../../../lib/base/index.ts'
import { nanosOfMs, type Signal, writeLogsRequest, writeTracesRequest } from '../../../lib/otlp/index.ts'
import { itemsOf, readSpool } from '../../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { otlpConfig } from './config.ts'
import { startOtlpSource } from './source.ts'

const time = nanosOfMs(1_700_000_000_000)
const origin = { resource: { 'service.name': 'shop' }, scope: 'test' }
const record = { time, observed: time, severityNumber: 9, severityText: 'INFO', attributes: {} }

function logs(...bodies: string[]): Buffer {
  return writeLogsRequest(
    origin,
    bodies.map(body => ({ ...record, body })),
  )
}

interface Receiver extends TestSpool {
  url: string
  grpc: string
  bodies(signal?: Signal): Promise<string[]>
  post(path: string, body: Buffer | string, headers?: Record<string, string>): Promise<Response>
}

type OtlpInput = Extract<NonNullable<NonNullable<ConfigInput['agent']>['sources']>[number], { type: 'otlp' }>

function receiving(
  run: (receiver: Receiver) => Promise<void>,
  extra: Partial<OtlpInput> = {},
  maxBytes?: number,
): Promise<void> {
  return withSpool(async spooled => {
    const input = { type: 'otlp', http: '127.0.0.1:0', grpc: '127.0.0.1:0', ...extra }
    const [config] = parseConfig(JSON.stringify({ agent: { sources: [input] } }), {}).agent.sources
    if (config?.type !== 'otlp') throw new Error('the test has one OTLP source')
    const options = { config, configKey: 'agent.sources[0]', clock: systemClock, ...spooled }
    const source = await startOtlpSource(options)
    const url = `http://${source.addresses['otlpHttp']}`
    try {
      await run({
        ...spooled,
        url,
        grpc: `http://${source.addresses['otlpGrpc']}`,
        async bodies(signal = 'logs') {
          const records = await readSpool(spooled.spool.lane(signal).log)
          return records.flatMap(({ value }) => itemsOf(signal, value).map(item => item.body))
        },
        post: (path, body, headers = {}) =>
          fetch(url + path, {
            method: 'POST',
            body: new Uint8Array(Buffer.from(body)),
            headers: { 'content-type': 'application/x-protobuf', ...headers },
          }),
      })
    } finally {
      await source.close()
    }
  }, maxBytes)
}

/** As it goes over a connection of its own. */
function rawRequest(body: Buffer): Buffer {
  const head = `POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

function postBy(agent: HttpAgent, url: string, body: Buffer): Promise<number | undefined> {
  const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/logs`, { method: 'POST', headers, agent }, response => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

describe.concurrent('OTLP over HTTP', () => {
  test('takes protobuf in every encoding and answers when it is in the spool', async () => {
    await receiving(async ({ post, bodies }) => {
      const encodings = { identity: logs('a'), gzip: gzipSync(logs('b')), deflate: deflateSync(logs('c')) }
      const all = { ...encodings, zstd: zstdCompressSync(logs('d')) }
      for (const [encoding, body] of Object.entries(all)) {
        const response = await post('/v1/logs', body, { 'content-encoding': encoding })
        expect([response.status, await response.text()]).toEqual([200, ''])
      }
      expect(await bodies()).toEqual(['a', 'b', 'c', 'd'])
    })
  })

  test('takes JSON', async () => {
    await receiving(async ({ post, bodies }) => {
      const json = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'hi' } }] }] }] }
      const response = await post('/v1/logs', JSON.stringify(json), {
        'content-type': 'application/json; charset=utf-8',
      })
      expect([response.status, await response.json()]).toEqual([200, {}])
      expect(await bodies()).toEqual(['hi'])
    })
  })

  test('takes the points that can be, and tells of those that cannot', async () => {
    await receiving(async ({ post, spool }) => {
      const counted = { timeUnixNano: '1', count: '3', bucketCounts: ['1', '2'] }
      const dataPoints = [
        { ...counted, explicitBounds: [5] },
        { ...counted, explicitBounds: [5, 6] },
      ]
      const metrics = [{ name: 'took', histogram: { aggregationTemporality: 2, dataPoints } }]
      const send = (sent: unknown) =>
        post('/v1/metrics', JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: sent }] }] }), {
          'content-type': 'application/json',
        })
      const errorMessage = 'metric "took" has 2 counts for 2 bounds, expected 3'
      const partialSuccess = { rejectedDataPoints: '1', errorMessage }
      const answer = await send(metrics)
      expect([answer.status, await answer.json()]).toEqual([200, { partialSuccess }])
      const [spooled, ...more] = await readSpool(spool.lane('metrics').log)
      expect([spooled?.entry.lines, more]).toEqual([1, []])
      const empty = await send([{ name: 'nothing' }])
      expect(await empty.json()).toEqual({
        partialSuccess: { rejectedDataPoints: '0', errorMessage: 'metric "nothing" has no data of any kind' },
      })
      const wrong = [{ name: 'took', histogram: { dataPoints: [{ ...counted, count: 'NaN' }] } }]
      expect((await send(wrong)).status).toBe(400)
      expect(await readSpool(spool.lane('metrics').log)).toHaveLength(1)
    })
  })

  test('keeps metrics and traces in lanes of their own', async () => {
    await receiving(async ({ post, spool }) => {
      const span = { traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8), name: 'GET', start: time, end: time }
      const spans = [{ ...span, kind: 'server', attributes: {}, status: 'error' } as const]
      expect((await post('/v1/traces', writeTracesRequest(origin, spans))).status).toBe(200)
      const [spooled] = await readSpool(spool.lane('traces').log)
      expect(itemsOf('traces', spooled?.value ?? Buffer.alloc(0))[0]?.json).toMatchObject({
        name: 'GET',
        kind: 2,
      })
      expect(spooled?.entry).toMatchObject({ agent: 'a', source: 'otlp', from: 0, to: 1, lines: 1 })
    })
  })

  test.each([
    ['/v1/logs', '{', 'application/json', 400, 'not JSON'],
    ['/v1/logs', '{"resourceLogs":1}', 'application/json', 400, 'resourceLogs: found 1, expected an array'],
    ['/v1/nothing', '', 'application/json', 404, 'no such path: /v1/nothing, expected /v1/logs'],
    ['/v1/logs', '{}', 'text/plain', 415, 'content type text/plain, expected'],
  ])('refuses %s with %s as %s: %i', async (path, body, type, status, message) => {
    await receiving(async ({ post }) => {
      const response = await post(path, body, { 'content-type': type })
      expect(response.status).toBe(status)
      expect(((await response.json()) as { message: string }).message).toContain(message)
    })
  })

  test('refuses malformed protobuf with a Status in protobuf', async () => {
    await receiving(async ({ post, bodies }) => {
      const response = await post('/v1/logs', logs('a').subarray(0, 20))
      expect(response.status).toBe(400)
      expect(response.headers.get('content-type')).toBe('application/x-protobuf')
      expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toContain('invalid protobuf')
      expect(await bodies()).toEqual([])
    })
  })

  test('refuses other methods and unknown or broken encodings', async () => {
    await receiving(async ({ post, url }) => {
      expect((await fetch(`${url}/v1/logs`)).status).toBe(405)
      expect((await post('/v1/logs', 'x', { 'content-encoding': 'br' })).status).toBe(415)
      expect((await post('/v1/logs', 'x', { 'content-encoding': 'gzip' })).status).toBe(400)
    })
  })

  test('refuses what is too large, also when it only becomes so by decompression', async () => {
    await receiving(
      async ({ post, bodies }) => {
        expect((await post('/v1/logs', logs('x'.repeat(200_000)))).status).toBe(413)
        const bomb = gzipSync(Buffer.alloc(50_000_000))
        expect((await post('/v1/logs', bomb, { 'content-encoding': 'gzip' })).status).toBe(413)
        expect(await bodies()).toEqual([])
      },
      { maxRequestBytes: 100_000 },
    )
  })

  test('splits what is too large for one Kafka record, and says which items cannot be taken', async () => {
    await receiving(async ({ post, spool }) => {
      const many = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat(10_000)}`)
      const response = await post('/v1/logs', logs(...many, 'y'.repeat(1_000_000)))
      expect(response.status).toBe(200)
      expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toContain('1 items are larger')
      const records = await readSpool(spool.lane('logs').log)
      expect(records.length).toBeGreaterThan(2)
      expect(records.reduce((sum, { entry }) => sum + entry.lines, 0)).toBe(300)
    })
  })

  test('tells senders to come back while the spool is full, and loses nothing it took', async () => {
    await receiving(
      async ({ post, bodies, entries }) => {
        let taken = 0
        let response: Response
        do {
          const random = Buffer.from(
            Array.from({ length: 150_000 }, () => 33 + Math.floor(Math.random() * 90)),
          )
          response = await post('/v1/logs', logs(random.toString('latin1')))
          if (response.status === 200) taken++
        } while (response.status === 200 && taken < 100)
        expect(response.status).toBe(429)
        expect(response.headers.get('retry-after')).toBe('5')
        expect((await bodies()).length).toBe(taken)
        expect(entries.some(e => e.attributes['limit'] === 'agent.spool.maxBytes')).toBe(true)
      },
      {},
      1_048_576,
    )
  })

  test('takes a request once whose sender gave up without reading the answer, and one that was answered anew', async () => {
    await receiving(async ({ url, spool, bodies }) => {
      const { hostname, port } = new URL(url)
      const body = logs('again')
      const socket = connectTcp(Number(port), hostname)
      socket.pause()
      socket.write(rawRequest(body))
      await until('it is taken', () => spool.lane('logs').durableOffset === 1)
      // the answer is there by then, and nobody reads it
      await new Promise(resolve => setTimeout(resolve, 100))
      socket.resetAndDestroy()
      await new Promise(resolve => setTimeout(resolve, 50))
      const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 })
      expect(await postBy(agent, url, body)).toBe(200)
      expect(await bodies()).toEqual(['again'])
      // that one was answered: what comes now on the same connection is another
      expect(await postBy(agent, url, body)).toBe(200)
      agent.destroy()
      expect(await bodies()).toEqual(['again', 'again'])
    })
  })

  test('takes a request once whose sender had gone before the answer, in order', async () => {
    await receiving(async ({ url, spool, bodies }) => {
      const { hostname, port } = new URL(url)
      const body = logs('again')
      const socket = connectTcp(Number(port), hostname)
      socket.resume()
      const closed = new Promise(resolve => socket.once('close', resolve))
      socket.end(rawRequest(body))
      await until('it is taken', () => spool.lane('logs').durableOffset === 1)
      await closed
      expect(await postBy(new HttpAgent(), url, body)).toBe(200)
      expect(await bodies()).toEqual(['again'])
    })
  })

  test('gathers many small requests into few appends', async () => {
    await receiving(async ({ post, bodies, spool }) => {
      const responses = await Promise.all(
        Array.from({ length: 200 }, (_, i) => post('/v1/logs', logs(`line ${i}`))),
      )
      expect(responses.every(response => response.status === 200)).toBe(true)
      expect((await bodies()).length).toBe(200)
      expect(spool.lane('logs').log.endOffset).toBe(200)
    })
  })

  test('survives any body', async () => {
    await receiving(async ({ post }) => {
      const types = fc.constantFrom('application/json', 'application/x-protobuf')
      const encodings = fc.constantFrom('identity', 'gzip', 'zstd')
      await fc.assert(
        fc.asyncProperty(fc.uint8Array(), types, encodings, async (body, type, encoding) => {
          const headers = { 'content-type': type, 'content-encoding': encoding }
          expect([200, 400]).toContain((await post('/v1/logs', Buffer.from(body), headers)).status)
        }),
        { numRuns: 60 },
      )
    })
  })

  test('names the key to change where the port is taken', async () => {
    await receiving(async ({ url, ...spooled }) => {
      const config = otlpConfig.parse({ type: 'otlp', http: new URL(url).host, grpc: null })
      const options = { config, configKey: 'agent.sources[1]', clock: systemClock, ...spooled }
      await expect(startOtlpSource(options)).rejects.toThrow('set agent.sources[1].http to another address')
    })
  })
})

interface Answer {
  status: string
  message: string
  body: Buffer
}

/** One unary call, as any gRPC client makes it. */
function call(
  url: string,
  path: string,
  message: Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const session = connect(url)
  return new Promise((resolve, reject) => {
    session.on('error', reject)
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    })
    const chunks: Buffer[] = []
    let status: Record<string, unknown> = {}
    stream.on('response', h => {
      if (h['grpc-status'] !== undefined) status = h
    })
    stream.on('trailers', t => {
      status = t
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('close', () => {
      session.close()
      const message = decodeURIComponent(String(status['grpc-message'] ?? ''))
      resolve({ status: String(status['grpc-status']), message, body: Buffer.concat(chunks) })
    })
    stream.end(message)
  })
}

function framed(body: Buffer, compressed = false): Buffer {
  const frame = Buffer.concat([Buffer.alloc(5), body])
  frame[0] = compressed ? 1 : 0
  frame.writeUInt32BE(body.length, 1)
  return frame
}

const logsExport = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'

describe.concurrent('OTLP over gRPC', () => {
  test('takes calls, plain and gzip', async () => {
    await receiving(async ({ grpc, bodies }) => {
      const plain = await call(grpc, logsExport, framed(logs('a')))
      expect([plain.status, plain.body]).toEqual(['0', Buffer.alloc(5)])
      const compressed = framed(gzipSync(logs('b')), true)
      expect((await call(grpc, logsExport, compressed, { 'grpc-encoding': 'gzip' })).status).toBe('0')
      expect(await bodies()).toEqual(['a', 'b'])
    })
  })

  test.each([
    ['an unknown method', '/other.Service/Export', framed(logs('a')), '12'],
    ['malformed protobuf', logsExport, framed(Buffer.from([1])), '3'],
    ['half a message', logsExport, framed(logs('a')).subarray(0, 20), '3'],
    ['no message', logsExport, Buffer.alloc(0), '3'],
    ['too much', logsExport, framed(logs('x'.repeat(20_000))), '8'],
  ])('refuses %s', async (_, path, message, status) => {
    await receiving(
      async ({ grpc, bodies }) => {
        const answer = await call(grpc, path, message)
        expect(answer.status).toBe(status)
        expect(answer.message).not.toBe('')
        expect(await bodies()).toEqual([])
      },
      { maxRequestBytes: 10_000 },
    )
  })
})
