import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { until } from '../../testing/temporary-folder.ts'
import { json, receiving, timeOf } from './testing/receiving.ts'

describe.concurrent('the http source', () => {
  test('answers what Elasticsearch clients ask, takes _bulk, and refuses one bad document alone', async () => {
    await receiving(async ({ url, post, items }) => {
      const info = await fetch(url)
      expect(info.headers.get('x-elastic-product')).toBe('Elasticsearch')
      expect(((await info.json()) as { version: { number: string } }).version.number).toMatch(/^8\./)
      for (const path of [
        '/_license',
        '/_index_template/filebeat',
        '/_ilm/policy/x',
        '/_nodes/http',
        '/_cat/indices',
      ])
        expect((await fetch(url + path)).status).toBe(200)
      expect((await fetch(`${url}/_index_template/x`, { method: 'PUT', body: '{}' })).status).toBe(200)
      const document = {
        '@timestamp': '2026-01-02T03:04:05.678Z',
        message: 'disk full',
        log: { level: 'error' },
        service: { name: 'db' },
        host: { name: 'h1' },
        n: '#',
      }
      const lines = [
        '{"create":{"_index":"logs-app"}}',
        JSON.stringify(document).replace('"#"', '12345678901234567890'),
        '{"index":{"_index":"logs-app","_id":"7"}}',
        '{broken',
        '{"create":{}}',
        '{"message":"third"}',
      ]
      const response = await post('/_bulk', `${lines.join('\n')}\n`, {
        'content-type': 'application/x-ndjson',
      })
      const answer = (await response.json()) as {
        errors: boolean
        items: Record<string, { status: number }>[]
      }
      expect(answer.errors).toBe(true)
      expect(answer.items.map(item => Object.values(item)[0]?.status)).toEqual([201, 400, 201])
      const [first, second] = await items()
      expect(first).toMatchObject({
        service: 'db',
        body: 'disk full',
        attributes: { n: '12345678901234567890', 'elasticsearch.index': 'logs-app', 'service.name': 'db' },
      })
      expect(timeOf(first)).toBe(String(Date.parse(document['@timestamp']) * 1e6))
      expect(first?.json['severityNumber']).toBe(17)
      expect(second?.body).toBe('third')
    })
  })

  test('takes events and raw lines of Splunk HEC and acknowledges by channel', async () => {
    await receiving(async ({ post, items, url }) => {
      expect((await fetch(`${url}/services/collector/health`)).status).toBe(200)
      const events =
        '{"time":1700000000.25,"host":"h9","sourcetype":"web","event":{"msg":"hi","level":"info"}}{"event":"plain ERROR line","fields":{"k":"v"}}'
      const channel = { 'x-splunk-request-channel': 'c1', authorization: 'Splunk t' }
      const taken = await post('/services/collector/event', events, channel)
      expect(await taken.json()).toEqual({ text: 'Success', code: 0, ackId: 0 })
      const asked = await post('/services/collector/ack', '{"acks":[0,1]}', channel)
      expect(await asked.json()).toEqual({ acks: { 0: true, 1: false } })
      const raw = '/services/collector/raw?sourcetype=sh&time=1700000000.5'
      expect((await post(raw, 'one\ntwo\n')).status).toBe(200)
      expect(await (await post('/services/collector', '{"event":""}')).json()).toMatchObject({ code: 13 })
      const all = await items()
      expect(all.map(({ service, body }) => [service, body])).toEqual([
        ['web', 'hi'],
        ['splunk', 'plain ERROR line'],
        ['sh', 'one'],
        ['sh', 'two'],
      ])
      expect(timeOf(all[0])).toBe('1700000000250000000')
      expect(timeOf(all[2])).toBe('1700000000500000000')
      expect(timeOf(all[3])).toBe('1700000000500000000')
      expect(all[1]).toMatchObject({ attributes: { k: 'v' }, json: { severityNumber: 17 } })
    })
  })

  test("takes a level in a word before one in a number, and OpenTelemetry's number before both", async () => {
    await receiving(async ({ post, items }) => {
      const records = [
        { message: 'a', level: 400, level_name: 'ERROR' },
        { message: 'b', level_name: 'ERROR', level: 400 },
        { message: 'c', level: '30', severity: 'CRITICAL' },
        { message: 'd', severity_text: 'WARN', severity_number: 14 },
        { message: 'e', level: 30, severity: 'who knows' },
      ]
      await post('/json', JSON.stringify(records))
      expect((await items()).map(({ json }) => json['severityNumber'])).toEqual([17, 17, 21, 14, 9])
    })
  })

  test('makes metrics of the metric events of Splunk HEC', async () => {
    await receiving(async ({ post, items, metrics }) => {
      const events = [
        {
          time: 1_700_000_000,
          event: 'metric',
          host: 'h9',
          fields: { metric_name: 'cpu', _value: '0.5', core: 1 },
        },
        {
          event: 'metric',
          host: 'h9',
          fields: { 'metric_name:mem.used': 7, 'metric_name:mem.free': 8.5, dc: 'x' },
        },
        { event: 'metric', fields: { unit: 'none' } },
        { event: '', fields: { 'metric_name:load': '1.5' } },
        { fields: { 'metric_name:load': 2 } },
      ]
      const body = events.map(event => JSON.stringify(event)).join('')
      expect(await (await post('/services/collector', body)).json()).toMatchObject({ code: 0 })
      const found = await metrics()
      expect(found.map(({ json: metric }) => metric)).toMatchObject([
        { name: 'cpu', gauge: { dataPoints: [{ timeUnixNano: '1700000000000000000', asDouble: 0.5 }] } },
        { name: 'mem.used', gauge: { dataPoints: [{ asDouble: 7, attributes: [{ key: 'dc' }] }] } },
        { name: 'mem.free', gauge: { dataPoints: [{ asDouble: 8.5 }] } },
        { name: 'load', gauge: { dataPoints: [{ asDouble: 1.5 }] } },
        { name: 'load', gauge: { dataPoints: [{ asDouble: 2 }] } },
      ])
      // without a value it is no metric, but an event that says so
      expect((await items()).map(({ body: line }) => line)).toEqual(['metric'])
    })
  })

  test('takes the events of Splunk HEC before one that is wrong, and says which that is', async () => {
    await receiving(async ({ post, items }) => {
      const wrong = async (body: string) => await (await post('/services/collector', body)).json()
      expect(await wrong('{"event":"a"}{"event":"b"}{"event":""}{"event":"c"}')).toEqual({
        text: 'Event field cannot be blank',
        code: 13,
        'invalid-event-number': 2,
      })
      expect(await wrong('{"event":"d"} nonsense')).toMatchObject({ code: 6, 'invalid-event-number': 1 })
      expect(await wrong('{"event":"e"}[1]')).toMatchObject({ code: 6, 'invalid-event-number': 1 })
      expect((await items()).map(({ body }) => body)).toEqual(['a', 'b', 'd', 'e'])
    })
  })

  test('takes plain text at the intake of Datadog, a log a line', async () => {
    await receiving(async ({ post, items }) => {
      const path = '/v1/input/key?ddsource=cron&ddtags=env:prod&service=jobs'
      const response = await post(path, 'one\r\nERROR two\n', { 'content-type': 'text/plain; charset=utf-8' })
      expect(response.status).toBe(200)
      expect(await items()).toMatchObject([
        { service: 'jobs', body: 'one', attributes: { ddsource: 'cron', env: 'prod' } },
        { service: 'jobs', body: 'ERROR two', json: { severityNumber: 17 } },
      ])
    })
  })

  test('answers the id under which Elasticsearch was given a document', async () => {
    await receiving(async ({ url, items }) => {
      const put = async (path: string) =>
        await fetch(url + path, { method: 'PUT', body: '{"msg":"m"}', headers: json })
      expect(await (await put('/logs/_doc/5')).json()).toMatchObject({
        _index: 'logs',
        _id: '5',
        status: 201,
      })
      expect(await (await put('/logs/_doc/a%2Fb')).json()).toMatchObject({ _id: 'a/b' })
      expect(await items()).toHaveLength(2)
    })
  })

  test('takes Datadog logs with their tags', async () => {
    await receiving(async ({ post, items }) => {
      const log = {
        message: 'paid',
        ddtags: 'env:prod,team:core',
        ddsource: 'nodejs',
        hostname: 'h2',
        service: 'pay',
        status: 'warn',
        timestamp: 1_700_000_000_123,
      }
      const response = await post('/api/v2/logs', gzipSync(JSON.stringify([log])), {
        ...json,
        'content-encoding': 'gzip',
      })
      expect(response.status).toBe(202)
      const [item] = await items()
      expect(item).toMatchObject({
        service: 'pay',
        body: 'paid',
        attributes: { env: 'prod', team: 'core', ddsource: 'nodejs' },
        json: { severityNumber: 13 },
      })
      expect(timeOf(item)).toBe('1700000000123000000')
    })
  })

  test('takes GELF over HTTP, TCP and UDP, chunked and compressed', async () => {
    const extra = { gelfUdp: '127.0.0.1:0', gelfTcp: '127.0.0.1:0' }
    await receiving(async ({ post, items, addresses }) => {
      const message = (text: string) =>
        JSON.stringify({
          version: '1.1',
          host: 'h3',
          short_message: text,
          level: 3,
          timestamp: 1_700_000_000.5,
          _user: 'u',
        })
      expect((await post('/gelf', message('http'), json)).status).toBe(202)
      const portOf = (name: string) => Number(addresses[name]?.split(':')[1])
      const socket = connect(portOf('gelfTcp'), '127.0.0.1')
      socket.end(`${message('tcp 1')}\0${message('tcp 2')}\n${message('tcp 3')}`)
      const udp = createSocket('udp4')
      const whole = gzipSync(message('udp'))
      const half = whole.length >> 1
      const header = (number: number) => Buffer.from([0x1e, 0x0f, 1, 2, 3, 4, 5, 6, 7, 8, number, 2])
      udp.send(Buffer.concat([header(1), whole.subarray(half)]), portOf('gelfUdp'), '127.0.0.1')
      udp.send(Buffer.concat([header(0), whole.subarray(0, half)]), portOf('gelfUdp'), '127.0.0.1')
      await until('five messages', async () => (await items()).length === 5)
      udp.close()
      const all = await items()
      expect(all.map(item => item.body).sort()).toEqual(['http', 'tcp 1', 'tcp 2', 'tcp 3', 'udp'])
      for (const item of all) {
        expect(item).toMatchObject({ attributes: { user: 'u' }, json: { severityNumber: 17 } })
        expect(timeOf(item)).toBe('1700000000500000000')
      }
    }, extra)
  })

  test('takes JSON one a line, in an array, or one after the other', async () => {
    await receiving(async ({ post, items }) => {
      expect((await post('/json?service=cron', '{"msg":"a"}\n{"msg":"b"}\n')).status).toBe(204)
      expect((await post('/json', '[{"msg":"c"},"d"]{"msg":"e"}')).status).toBe(204)
      expect((await items()).map(({ service, body }) => [service, body])).toEqual([
        ['cron', 'a'],
        ['cron', 'b'],
        ['json', 'c'],
        ['json', 'd'],
        ['json', 'e'],
      ])
      const refused = await post('/json', '{"a":')
      expect(refused.status).toBe(400)
      expect(await refused.json()).toMatchObject({
        error: expect.stringContaining('not JSON at byte 0') as string,
      })
    })
  })

  test('refuses in the words of the API: no token, too large, unknown paths', async () => {
    await receiving(
      async ({ post, url }) => {
        const refused = await post('/services/collector', '{"event":"x"}')
        expect([refused.status, await refused.json()]).toMatchObject([
          401,
          { code: 2, text: 'Token is required' },
        ])
        const ok = await post('/services/collector', '{"event":"x"}', { authorization: 'Splunk secret' })
        expect(ok.status).toBe(200)
        for (const headers of [
          { authorization: 'Bearer secret' },
          { 'dd-api-key': 'secret' },
          { authorization: `Basic ${Buffer.from('u:secret').toString('base64')}` },
        ])
          expect((await post('/json', '{"a":1}', headers as Record<string, string>)).status).toBe(204)
        expect((await post('/v1/logs', '{}', json)).status).toBe(401)
        const large = await post('/json', 'x'.repeat(2_000_000), { authorization: 'Bearer secret' })
        expect(large.status).toBe(413)
        expect((await fetch(`${url}/nowhere/at/all`)).status).toBe(404)
        expect((await fetch(`${url}/json`)).status).toBe(405)
      },
      { token: 'secret' },
    )
  })

  test('takes what a sender sent that waits for no answer', async () => {
    await receiving(async ({ url, items }) => {
      const { hostname, port } = new URL(url)
      for (let i = 0; i < 20; i++) {
        const message = { version: '1.1', host: 'h', short_message: `sent and gone ${i}` }
        // as graypy does, which says of zlib's format that it is either
        const body = deflateSync(JSON.stringify(message))
        const head = `POST /gelf HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip,deflate\r\ncontent-length: ${body.length}\r\n\r\n`
        const socket = connect(Number(port), hostname)
        socket.on('error', () => undefined)
        socket.end(Buffer.concat([Buffer.from(head), body]))
        socket.resume()
      }
      await until('all of it', async () => (await items()).length === 20)
    })
  })

  test('takes OTLP too', async () => {
    await receiving(async ({ post, items }) => {
      const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'otlp' } }] }] }] }
      expect((await post('/v1/logs', JSON.stringify(body), json)).status).toBe(200)
      expect((await items()).map(item => item.body)).toEqual(['otlp'])
      const foreign = await post('/v1/logs', '{"resource_logs":[]}', json)
      expect(await foreign.json()).toMatchObject({
        partialSuccess: { errorMessage: expect.stringContaining('expected resourceLogs') as string },
      })
    })
  })
})
