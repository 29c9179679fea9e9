import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { ask } from './http.ts'

test('an answer about another tenant than was asked for is an error that says why', async () => {
  const server = createServer((_, response) => {
    response.setHeader('x-scope-orgid', 'default')
    response.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const config = parseConfig('', { set: [`query.listen=127.0.0.1:${port}`] })
  const statusOf = async (tenant: string) => (await ask(config, '/api/logs', {}, { tenant })).status
  expect(await statusOf('default')).toBe(200)
  expect(await statusOf('')).toBe(200)
  await expect(statusOf('acme')).rejects.toThrow(
    /about the tenant default, not acme: no tokens are asked for.*millrace tokens create NAME --tenants acme/,
  )
  server.close()
})
