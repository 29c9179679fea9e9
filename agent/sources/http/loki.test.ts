import { compress } from 'snappy'
import { describe, expect, test } from 'vitest'
import { WireWriter } from '../../../lib/otlp/index.ts'
import { json, receiving, timeOf } from './testing/receiving.ts'

describe.concurrent('the http source as Loki', () => {
  test('takes Loki pushes as JSON: labels, lines, structured metadata', async () => {
    await receiving(async ({ post, items }) => {
      const values = [['1700000000123456789', 'level=warn msg="slow cart" took=3', { user: 'ada' }]]
      const body = { streams: [{ stream: { app: 'shop', env: 'prod' }, values }] }
      expect((await post('/loki/api/v1/push', JSON.stringify(body), json)).status).toBe(204)
      const [item] = await items()
      expect(item).toMatchObject({
        service: 'shop',
        body: 'level=warn msg="slow cart" took=3',
        attributes: { msg: 'slow cart', took: '3', user: 'ada' },
      })
      expect(timeOf(item)).toBe('1700000000123456789')
      expect(item?.json['severityNumber']).toBe(13)
    })
  })

  test('knows the service by the label that senders to Loki have for it, and keeps numbers as they are written', async () => {
    await receiving(async ({ post, items }) => {
      const labels = [
        { application: 'shop' },
        { pod: 'p', container: 'cart', job: 'n' },
        { compose_service: 'web' },
      ]
      const streams = labels.map(stream => ({ stream, values: [['1700000000000000000', '{"price":1.10}']] }))
      await post('/loki/api/v1/push', JSON.stringify({ streams }), json)
      await post('/json?service=json', '{"message":"a","price":1.10}', json)
      await post('/_bulk', '{"create":{"_index":"bulk"}}\n{"app":"es","price":1.10}\n', json)
      const found = (await items()).map(({ service, attributes }) => [service, attributes['price']])
      expect(found).toEqual(['shop', 'cart', 'web', 'json', 'es'].map(service => [service, '1.10']))
    })
  })

  test('reads the level of a Loki stream from its labels, unless an entry has its own', async () => {
    await receiving(async ({ post, items }) => {
      const values = [
        ['1700000000000000000', 'plain'],
        ['1700000000000000001', 'own', { level: 'error' }],
      ]
      const body = { streams: [{ stream: { app: 'shop', level: 'warn' }, values }] }
      expect((await post('/loki/api/v1/push', JSON.stringify(body), json)).status).toBe(204)
      expect((await items()).map(({ json: record }) => record['severityNumber'])).toEqual([13, 17])
    })
  })

  test('says of JSON that is sent to Loki without its content type what to send', async () => {
    await receiving(async ({ post }) => {
      const answer = await post('/loki/api/v1/push', '{"streams":[]}', { 'content-type': 'text/plain' })
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('for JSON say content-type: application/json')
    })
  })

  test('takes Loki pushes as protobuf in a snappy block', async () => {
    await receiving(async ({ post, items }) => {
      const writer = new WireWriter(256)
      const stream = writer.begin(1)
      writer.string(1, '{job="varlogs", path="C:\\\\logs", filename="/var/log/x.log"}')
      const entry = writer.begin(2)
      const time = writer.begin(1)
      writer.tag(1, 0)
      writer.varint(1_700_000_000)
      writer.tag(2, 0)
      writer.varint(5)
      writer.end(time)
      writer.string(2, 'plain line')
      const pair = writer.begin(3)
      writer.string(1, 'trace_id')
      writer.string(2, '5b8efff798038103d269b633813fc60c')
      writer.end(pair)
      writer.end(entry)
      writer.end(stream)
      const body = await compress(writer.finish())
      const headers = { 'content-type': 'application/x-protobuf' }
      expect((await post('/loki/api/v1/push', body, headers)).status).toBe(204)
      const [item] = await items()
      expect(item).toMatchObject({ service: 'varlogs', body: 'plain line' })
      expect(item?.json).toMatchObject({
        traceId: '5b8efff798038103d269b633813fc60c',
        timeUnixNano: '1700000000000000005',
      })
    })
  })
})
