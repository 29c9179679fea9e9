import FluentLogger from 'fluent-logger'
import { describe, expect, test } from 'vitest'
import { Metrics, systemClock } from '../../lib/base/index.ts'
import { itemsOf, readSpool } from '../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../testing/spool.ts'
import { until } from '../testing/temporary-folder.ts'
import { forwardConfig } from './forward/config.ts'
import { startForwardSource } from './forward/source.ts'
import { httpConfig } from './http/config.ts'
import { startHttpSource } from './http/source.ts'

const host = () => ({
  configKey: 'agent.sources[0]',
  clock: systemClock,
  metrics: new Metrics(),
  hostName: 'box',
})

/** Tenant and line of all that was taken. */
async function taken({ spool }: TestSpool): Promise<string[]> {
  const records = await readSpool(spool.lane('logs').log)
  return records
    .flatMap(({ tenant, value }) => itemsOf('logs', value).map(({ body }) => `${tenant}: ${body}`))
    .sort()
}

describe('what senders show', () => {
  test('a token makes it the tenant whose token it is, by every API of a listener', async () => {
    await withSpool(async spooled => {
      const tenants = ['acme', 'bolt'].map(tenant => ({ tenant, token: `token of ${tenant}` }))
      const config = httpConfig.parse({ type: 'http', listen: '127.0.0.1:0', token: 'own', tenants })
      const source = await startHttpSource({ ...host(), ...spooled, config })
      const post = async (path: string, token: string, body: object) => {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
        const url = `http://${source.addresses['http']}${path}`
        return (await fetch(url, { method: 'POST', body: JSON.stringify(body), headers })).status
      }
      const loki = { streams: [{ stream: { app: 'a' }, values: [['1700000000000000000', 'loki']] }] }
      const otlp = {
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'otlp' } }] }] }],
      }
      try {
        expect(await post('/loki/api/v1/push', 'token of acme', loki)).toBe(204)
        // the same bytes of another tenant are no repetition
        expect(await post('/loki/api/v1/push', 'token of bolt', loki)).toBe(204)
        expect(await post('/v1/logs', 'token of bolt', otlp)).toBe(200)
        expect(await post('/v1/logs', 'own', otlp)).toBe(200)
        expect(await post('/v1/logs', 'token of nobody', otlp)).toBe(401)
        expect(await post('/loki/api/v1/push', 'token of nobody', loki)).toBe(401)
        expect(await taken(spooled)).toEqual([': otlp', 'acme: loki', 'bolt: loki', 'bolt: otlp'])
      } finally {
        await source.close()
      }
    })
  })

  test('a shared key makes it the tenant whose key it is', async () => {
    await withSpool(async spooled => {
      const tenants = [{ tenant: 'acme', sharedKey: 'key of acme' }]
      const config = forwardConfig.parse({
        type: 'forward',
        listen: '127.0.0.1:0',
        sharedKey: 'own',
        tenants,
      })
      const source = await startForwardSource({ ...host(), ...spooled, config })
      const port = Number(source.addresses['forward']?.split(':')[1])
      try {
        for (const sharedKey of ['key of acme', 'own', 'key of nobody']) {
          const sender = FluentLogger.createFluentSender('shop', {
            ...{ host: '127.0.0.1', port, timeout: 2, reconnectInterval: 60_000 },
            ...{ requireAckResponse: true, ackResponseTimeout: 1_000 },
            security: { clientHostname: 'client', sharedKey },
          })
          sender.emit('x', { message: sharedKey })
        }
        await until('two events', async () => (await taken(spooled)).length === 2)
        await until('a refusal', () => spooled.entries.length > 0)
        expect(await taken(spooled)).toEqual([': own', 'acme: key of acme'])
      } finally {
        await source.close()
      }
    })
  })
})
