import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listen } from '../../lib/base/index.ts'
import { checkRequest, type Signal } from '../../lib/otlp/index.ts'
import { runDemo } from './index.ts'
import { Story } from './story.ts'

/** Counts what an agent would be sent. */
async function receiving(
  run: (endpoint: string, counts: Record<Signal, number>) => Promise<void>,
): Promise<void> {
  const counts = { logs: 0, metrics: 0, traces: 0 }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const signal = request.url?.slice('/v1/'.length) as Signal
      counts[signal] += checkRequest(signal, Buffer.concat(chunks))
      response.end()
    })
  })
  const address = await listen(server, '127.0.0.1:0', 'none')
  try {
    await run(`http://${address}`, counts)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('sends lines at its rate, and spans and metrics with them', async () => {
  await receiving(async (endpoint, counts) => {
    const { signal } = new AbortController()
    const progress = await runDemo({ rate: 2000, services: 4, seconds: 0.5, seed: 1, endpoint, signal })
    expect(progress.lines).toBeGreaterThan(0)
    expect(counts.logs).toBe(progress.lines)
    expect(counts.traces).toBe(progress.spans)
    expect(counts.metrics).toBeGreaterThan(4)
  })
})

test('writes lines to files where it is given a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-demo-'))
  await receiving(async (endpoint, counts) => {
    const { signal } = new AbortController()
    await runDemo({ rate: 1000, services: 4, seconds: 0.3, seed: 1, endpoint, folder, signal })
    expect(counts.logs).toBe(0)
    expect((await readdir(folder)).sort()).toEqual([
      'cart.log',
      'checkout.log',
      'gateway.log',
      'payments.log',
    ])
    const [line = ''] = (await readFile(join(folder, 'cart.log'), 'utf8')).split('\n')
    expect(JSON.parse(line)).toHaveProperty('trace_id')
  })
  await rm(folder, { recursive: true })
})

test('the same seed tells the same story', () => {
  const tell = (seed: number, startMs = 0): string => {
    const story = new Story(seed, 8, startMs)
    return JSON.stringify(Array.from({ length: 50 }, (_, i) => story.request(i * 10).told))
  }
  expect(tell(7)).toBe(tell(7))
  expect(tell(7)).not.toBe(tell(8))
  const withoutIds = (text: string) => text.replaceAll(/"(?:trace|span|parentSpan)Id":"\w+"/g, '')
  expect(withoutIds(tell(7, 60_000))).toBe(withoutIds(tell(7)))
  expect(/"traceId":"\w+"/.exec(tell(7, 60_000))).not.toEqual(/"traceId":"\w+"/.exec(tell(7)))
})

test('without an agent it says how to start one', async () => {
  let endpoint = ''
  await receiving(free => {
    endpoint = free
    return Promise.resolve()
  })
  const { signal } = new AbortController()
  const options = { rate: 10, services: 1, seconds: 1, seed: 1, endpoint, signal }
  await expect(runDemo(options)).rejects.toThrow(`no agent answers at ${endpoint}`)
}, 10_000)
