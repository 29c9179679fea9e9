import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { Metrics, memoryLogger, systemClock } from '../../lib/base/index.ts'
import { Figures } from '../figures.ts'
import { Inserter } from './inserter.ts'

const block = { table: 'otel_logs' as const, rows: 1, pieces: [Buffer.from('block')] }

describe('putting blocks into the store', () => {
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  /** A store that takes so long for a block, and begins anew with each request; answers its address. */
  async function slowStore(takesMs: number): Promise<{ url: string; requests: () => number }> {
    let requests = 0
    const server = createServer(async (request, response) => {
      requests++
      request.resume()
      await sleep(takesMs)
      response.end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests }
  }

  it('gives the store more time for what it could not do in the time it had', async () => {
    const { url, requests } = await slowStore(700)
    const inserter = new Inserter({
      config: parseConfig(JSON.stringify({ clickhouse: { url, password: 'x' } }), { environment: {} }),
      logger: memoryLogger().logger,
      clock: systemClock,
      figures: new Figures(new Metrics()),
      maxConcurrentInserts: 1,
      timeoutMs: 250,
    })
    await inserter.insert([block], () => 'token', AbortSignal.timeout(20_000))
    // 250 ms, 500 ms, 1 s
    expect(requests()).toBe(3)
    await inserter.close()
  }, 30_000)
})
