import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditAnswer, MadeTokenAnswer, StorageAnswer, TokensAnswer } from '../../query/index.ts'
import { type Stack, startStack, until } from './stack.ts'

let stack: Stack

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const init = body === undefined ? {} : { body: JSON.stringify(body), headers }
  const response = await fetch(`${stack.url}/api/admin${path}`, { method, ...init })
  expect(response.ok, `${path} ${response.status}`).toBe(true)
  return (response.status === 204 ? undefined : await response.json()) as T
}

describe('what keeps an installation running, by HTTP', () => {
  beforeAll(async () => {
    stack = await startStack([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]',
      'query.audit=true',
      'retention.days=7',
    ])
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
    const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n)
    const logRecords = [{ timeUnixNano, body: { stringValue: 'ten bytes.' } }]
    await fetch(`http://${stack.address('agent', 'otlpHttp')}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
    })
  }, 90_000)
  afterAll(async () => void (await stack?.stop()), 60_000)

  it('tells in numbers what fills the disk, and for how long', async () => {
    const shop = async () =>
      (await ask<StorageAnswer>('GET', '/storage')).services.find(({ service }) => service === 'shop')
    await until(async () => (await shop()) !== undefined, 30_000, stack.output)
    expect(await shop()).toEqual({
      tenant: 'default',
      service: 'shop',
      linesDay: 1,
      bytesDay: 10,
      lines: 1,
      bytes: 10,
    })
    const { disk, tables, forecast, retentionDays } = await ask<StorageAnswer>('GET', '/storage')
    expect(disk.totalBytes).toBeGreaterThan(disk.freeBytes)
    expect(retentionDays).toBe(7)
    const lines = tables.find(({ table }) => table === 'otel_logs')
    expect(lines).toEqual({
      table: 'otel_logs',
      rows: expect.any(Number),
      bytes: expect.any(Number),
      uncompressedBytes: expect.any(Number),
    })
    expect(forecast.fullSizeBytes).toBeCloseTo(7 * forecast.bytesDay)
  }, 60_000)

  it('makes tokens and revokes them', async () => {
    const given = { name: 'ci', scopes: ['read'], tenants: ['default'], days: 30 }
    const { token, secret } = await ask<MadeTokenAnswer>('POST', '/tokens', given)
    expect(secret).toMatch(/^millrace_/)
    const { tokens } = await ask<TokensAnswer>('GET', '/tokens')
    expect(tokens).toEqual([token])
    expect(JSON.stringify(tokens)).not.toContain(secret)
    await ask('DELETE', `/tokens/${token.id}`)
    expect((await ask<TokensAnswer>('GET', '/tokens')).tokens).toEqual([])
    expect((await fetch(`${stack.url}/api/admin/tokens/${token.id}`, { method: 'DELETE' })).status).toBe(404)
  })

  it('tells who asked what', async () => {
    const found = async () => await ask<AuditAnswer>('GET', '/audit?text=api/admin/tokens&limit=5')
    await until(async () => (await found()).entries.some(({ method }) => method === 'DELETE'), 20_000)
    const { audited, entries } = await found()
    expect(audited).toBe(true)
    expect(entries.every(({ path }) => path.startsWith('/api/admin/'))).toBe(true)
    expect(entries.map(({ time }) => time)).toEqual(
      entries
        .map(({ time }) => time)
        .sort()
        .reverse(),
    )
  })
})
