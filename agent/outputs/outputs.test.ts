import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { Metrics, systemClock } from '../../lib/base/index.ts'
import { nanosOfMs, writeLogsRequest } from '../../lib/otlp/index.ts'
import { laneRecords } from '../records/lane-records.ts'
import { forwardConfig } from '../sources/forward/config.ts'
import { startForwardSource } from '../sources/forward/source.ts'
import { httpConfig } from '../sources/http/config.ts'
import { startHttpSource } from '../sources/http/source.ts'
import { otlpConfig } from '../sources/otlp/config.ts'
import { startOtlpSource } from '../sources/otlp/source.ts'
import { itemsOf, readSpool } from '../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../testing/spool.ts'
import { until } from '../testing/temporary-folder.ts'
import { outputConfig } from './kinds.ts'
import { type OutputFigures, Outputs } from './outputs.ts'

const time = nanosOfMs(1_700_000_000_123)

function pushLog({ intake }: TestSpool, ...bodies: string[]): Promise<void> {
  const record = { time, observed: time, severityNumber: 17, severityText: 'ERROR', attributes: { k: 'v' } }
  const value = writeLogsRequest(
    { resource: { 'service.name': 'shop', 'host.name': 'h1' }, scope: 's' },
    bodies.map(body => ({ ...record, body })),
  )
  return intake.take([{ signal: 'logs', value, lines: bodies.length }])
}

/** Runs an output over a spool; `restart` stops it and starts a new one from what is on disk. */
async function through(
  config: object,
  work: (parts: {
    spooled: TestSpool
    restart(between?: () => Promise<void>): Promise<void>
    figures(): OutputFigures[]
  }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-output-'))
  await withSpool(async spooled => {
    const host = {
      clock: systemClock,
      metrics: new Metrics(),
      agentFolder: folder,
      random: Math.random,
      logger: spooled.logger,
    }
    const start = async () => {
      const outputs = new Outputs()
      await outputs.start([outputConfig.parse(config)], spooled.spool.lanes, host)
      return outputs
    }
    let outputs = await start()
    const restart = async (between?: () => Promise<void>): Promise<void> => {
      await outputs.close()
      await between?.()
      outputs = await start()
    }
    try {
      await work({ spooled, restart, figures: () => outputs.figures() })
    } finally {
      await outputs.close()
    }
  })
  rmSync(folder, { recursive: true })
}

const received = async ({ spool }: TestSpool) =>
  (await readSpool(spool.lane('logs').log)).flatMap(({ value }) => itemsOf('logs', value))
const shared = { configKey: 'k', clock: systemClock, metrics: new Metrics(), hostName: 'other' }

describe('an output', () => {
  test.each(['http', 'grpc'] as const)('of OTLP over %s carries records as they are', async protocol => {
    await withSpool(async other => {
      const config = otlpConfig.parse({ type: 'otlp', http: '127.0.0.1:0', grpc: '127.0.0.1:0' })
      const source = await startOtlpSource({ ...shared, ...other, config })
      const address = source.addresses[protocol === 'http' ? 'otlpHttp' : 'otlpGrpc']
      await through({ type: 'otlp', endpoint: `http://${address}`, protocol }, async ({ spooled }) => {
        await pushLog(spooled, 'one')
        await pushLog(spooled, 'two')
        await until('both', async () => (await received(other)).length === 2)
        expect(await received(other)).toEqual(await received(spooled))
      })
      await source.close()
    })
  })

  test('of Forward is acknowledged, and keeps time, level and fields', async () => {
    await withSpool(async other => {
      const config = forwardConfig.parse({ type: 'forward', listen: '127.0.0.1:0', sharedKey: 'key' })
      const source = await startForwardSource({ ...shared, ...other, config })
      await through(
        { type: 'forward', address: source.addresses['forward'], sharedKey: 'key' },
        async ({ spooled }) => {
          await pushLog(spooled, 'one')
          await until('it', async () => (await received(other)).length === 1)
          expect((await received(other))[0]).toMatchObject({
            service: 'shop',
            body: 'one',
            attributes: { k: 'v' },
            json: { timeUnixNano: '1700000000123000000', severityNumber: 17 },
          })
        },
      )
      await source.close()
    })
  }, 15_000)

  test('of Loki pushes streams with labels and structured metadata', async () => {
    await withSpool(async other => {
      const source = await startHttpSource({
        ...shared,
        ...other,
        config: httpConfig.parse({ type: 'http', listen: '127.0.0.1:0' }),
      })
      await through({ type: 'loki', endpoint: `http://${source.addresses['http']}` }, async ({ spooled }) => {
        await pushLog(spooled, 'one')
        await until('it', async () => (await received(other)).length === 1)
        expect((await received(other))[0]).toMatchObject({
          service: 'shop',
          body: 'one',
          attributes: { k: 'v' },
        })
      })
      await source.close()
    })
  })

  test('to a file writes JSON lines and rotates by size', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-output-file-'))
    const path = join(folder, 'sub', 'out.jsonl')
    await through({ type: 'file', path, maxBytes: 200, keep: 2 }, async ({ spooled }) => {
      for (const body of ['a', 'b', 'c']) {
        await pushLog(spooled, `${body}${'x'.repeat(200)}`)
        await until(
          `line ${body}`,
          () => readText(path).startsWith('{') && readText(path).includes(`"${body}x`),
        )
      }
      const line = JSON.parse(readText(`${path}.2`)) as object
      expect(line).toMatchObject({
        timestamp: '1700000000123000000',
        level: 'error',
        service: 'shop',
        host: 'h1',
        attributes: { k: 'v' },
      })
      expect(readText(`${path}.1`)).toContain('"bx')
    })
    rmSync(folder, { recursive: true })
  })

  test('whose other side is away sends when it is back, goes on after a restart, and sets aside what is refused for good', async () => {
    const seen: string[] = []
    let status = 503
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const bodies = itemsOf('logs', gunzipSync(Buffer.concat(chunks))).map(({ body }) => body)
        const answer = bodies.includes('poison') ? 400 : status
        if (answer === 200) seen.push(...bodies)
        response.writeHead(answer).end('said so')
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await through({ type: 'otlp', endpoint }, async ({ spooled, restart, figures }) => {
      await pushLog(spooled, 'one')
      await until('a warning', () => spooled.entries.length > 0)
      expect(seen).toEqual([])
      expect(figures()).toMatchObject([{ name: 'otlp', behind: { records: 1 } }])
      expect(figures()[0]?.failingMs).toBeGreaterThan(0)
      status = 200
      await until('one', () => seen.length === 1)
      await until('all is well', () => figures()[0]?.failingMs === 0)
      expect(figures()[0]?.behind).toEqual({ records: 0, bytes: 0 })
      await pushLog(spooled, 'before', 'poison', 'behind')
      await pushLog(spooled, 'two')
      await until('two', () => seen.length === 4)
      await restart(() => pushLog(spooled, 'three'))
      await until('three', () => seen.length === 5)
      expect(seen).toEqual(['one', 'before', 'behind', 'two', 'three'])
      const aside = spooled.entries.find(({ message }) => message === 'a batch was set aside')
      expect(String(aside?.attributes['why'])).toContain('status 400: said so')
      const [kept, ...more] = laneRecords(readFileSync(String(aside?.attributes['path'])))
      expect(itemsOf('logs', kept?.value ?? Buffer.alloc(0)).map(({ body }) => body)).toEqual(['poison'])
      expect(more).toEqual([])
    })
    server.close()
  }, 20_000)
})

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // not written yet
    return ''
  }
}
