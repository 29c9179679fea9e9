import { expect, test } from 'vitest'
import { stderrLogger } from '../../lib/base/index.ts'
import { corsField, isAllowed } from './cors.ts'
import { listenHttp } from './http-server.ts'

test.each([
  [['https://shop.example'], 'https://shop.example', true],
  [['https://shop.example'], 'http://shop.example', false],
  [['https://shop.example'], 'https://shop.example.evil.example', false],
  [['http://localhost:3000'], 'http://localhost:3001', false],
  [['https://*.shop.example'], 'https://www.shop.example', true],
  [['https://*.shop.example'], 'https://shop.example', false],
  [['https://*.shop.example'], 'https://.shop.example', false],
  [['https://a.example', '*'], 'https://anything.example', true],
])('%j: pages of %s may send: %s', (allowed, origin, expected) => {
  expect(isAllowed(allowed, origin)).toBe(expected)
})

test.each(['shop.example', 'https://shop.example/', 'https://a.*.example', 'ftp://shop.example'])(
  'an origin is not %s',
  origin => {
    expect(corsField.safeParse({ allowedOrigins: [origin] }).success).toBe(false)
  },
)

test('a browser is told which pages may send, before they do and when they did', async () => {
  const cors = { allowedOrigins: ['https://shop.example'] }
  const logger = stderrLogger('test', 'error')
  const listening = await listenHttp(
    { address: '127.0.0.1:0', configKey: 'listen', tls: null, cors, logger },
    (request, response) => {
      response.writeHead(request.method === 'POST' ? 200 : 405)
      response.end()
    },
  )
  const ask = (method: string, headers: Record<string, string>) =>
    fetch(`http://${listening.address}/v1/traces`, { method, headers })
  const asks = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,authorization',
  }
  try {
    const allowed = await ask('OPTIONS', { origin: 'https://shop.example', ...asks })
    expect(allowed.status).toBe(204)
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'POST, PUT, GET, HEAD',
      'access-control-allow-headers': 'content-type,authorization',
      vary: 'origin',
    })
    const other = await ask('OPTIONS', { origin: 'https://other.example', ...asks })
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([405, null])
    const sent = await ask('POST', { origin: 'https://shop.example' })
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://shop.example',
    ])
  } finally {
    await listening.close()
  }
})
