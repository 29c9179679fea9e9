import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Logger, Metrics } from '../base/index.ts'
import { RateLimit } from './rate-limit.ts'
import { startTelemetry } from './start.ts'

const received = new Map<string, string>()
const server = createServer((request, response) => {
  void readBody(request).then(body => {
    received.set(request.url ?? '', (received.get(request.url ?? '') ?? '') + body)
    response.end()
  })
})

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('latin1')
}

describe('telemetry about ourselves', () => {
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.close()
  })

  it('sends metrics and lines, but no line about moving telemetry', async () => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const logger = new Logger('probe', [])
    const metrics = new Metrics()
    metrics.counter('probe.things', { description: 'things' }, { kind: 'blue' }).add(7)
    metrics.histogram('probe.latency', { unit: 'ms', description: 'latency' }).record(3)
    const telemetry = startTelemetry({
      role: 'probe',
      instance: 'probe-7',
      endpoint,
      intervalMs: 60_000,
      logger,
      metrics,
    })
    logger.warn('disk is nearly full', { free_bytes: 17 })
    logger.child('ship', { local: true }).warn('cannot ship')
    await telemetry.close()
    const lines = received.get('/v1/logs') ?? ''
    expect(lines).toContain('disk is nearly full')
    expect(lines).toContain('millrace-probe')
    expect(lines).not.toContain('cannot ship')
    const figures = received.get('/v1/metrics') ?? ''
    for (const name of ['probe.things', 'blue', 'probe.latency', 'process.memory.usage', 'probe-7'])
      expect(figures).toContain(name)
  }, 20_000)

  it('is silent about an endpoint that does not answer', async () => {
    const logger = new Logger('probe', [])
    const options = {
      role: 'probe',
      endpoint: 'http://127.0.0.1:1',
      intervalMs: 60_000,
      logger,
      metrics: new Metrics(),
    }
    const telemetry = startTelemetry(options)
    await expect(telemetry.close()).resolves.toBeUndefined()
  }, 20_000)

  it('lets a burst through and then so many a second', () => {
    const limit = new RateLimit(3)
    const allowed = (ms: number, tries: number) =>
      Array.from({ length: tries }, () => limit.allows(ms)).filter(Boolean).length
    expect(allowed(1000, 10)).toBe(3)
    expect(allowed(2000, 10)).toBe(3)
    expect(allowed(2100, 10)).toBe(0)
  })
})
