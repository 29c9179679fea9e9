import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../../agent/testing/certificate.ts'
import { until } from '../../agent/testing/temporary-folder.ts'
import { beside, peerProgram, type Receiver, receiving } from './receiving.ts'

const program = peerProgram('otelcol', 'otelcol') ?? ''
const otlp = { type: 'otlp', http: '127.0.0.1:0', grpc: '127.0.0.1:0' }
const waitMs = 40_000

/** A Collector that follows a file and sends its lines by one exporter. */
async function collecting(
  exporter: Record<string, object>,
  run: (append: (line: string) => void) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-otelcol-'))
  const input = join(folder, 'in.log')
  writeFileSync(input, '')
  const config = {
    receivers: { file_log: { include: [input], start_at: 'beginning' } },
    exporters: exporter,
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { logs: { receivers: ['file_log'], exporters: Object.keys(exporter) } },
    },
  }
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
  await beside(program, ['--config', join(folder, 'config.yaml')], {}, () =>
    run(line => appendFileSync(input, `${line}\n`)),
  )
  rmSync(folder, { recursive: true })
}

const bodies = async ({ items }: Receiver): Promise<string[]> =>
  (await items()).map(({ body }) => body).sort()
const retry = { initial_interval: '200ms', max_interval: '500ms' }
const exporters = [
  [
    'gRPC',
    (receiver: Receiver) => ({
      otlp: { endpoint: receiver.addresses['otlpGrpc'], tls: { insecure: true }, retry_on_failure: retry },
    }),
  ],
  [
    'HTTP',
    (receiver: Receiver) => ({
      otlphttp: { endpoint: `http://${receiver.addresses['otlpHttp']}`, retry_on_failure: retry },
    }),
  ],
  [
    'HTTP in JSON, with zstd',
    (receiver: Receiver) => ({
      otlphttp: {
        endpoint: `http://${receiver.addresses['otlpHttp']}`,
        encoding: 'json',
        compression: 'zstd',
        retry_on_failure: retry,
      },
    }),
  ],
] as const

describe.skipIf(program === '')("the Collector's exporters (need ../shared/peers/otelcol installed)", () => {
  test.each(exporters)(
    'over %s bring each line once, also those that had to wait for room',
    async (_, exporter) => {
      await receiving(otlp, async receiver => {
        await collecting(exporter(receiver), async append => {
          append('one')
          await until('the first line', async () => (await bodies(receiver)).length === 1, waitMs)
          receiver.full(true)
          append('two')
          append('three')
          await new Promise(resolve => setTimeout(resolve, 1_500))
          expect(await bodies(receiver)).toEqual(['one'])
          receiver.full(false)
          await until('all lines', async () => (await bodies(receiver)).length >= 3, waitMs)
          expect(await bodies(receiver)).toEqual(['one', 'three', 'two'])
        })
      })
    },
    120_000,
  )

  test('are let in by the right token alone, over TLS', async () => {
    const { cert, key, remove } = makeCertificate()
    await receiving({ ...otlp, tls: { cert, key }, token: 'right' }, async receiver => {
      const to = (token: string) => ({
        otlphttp: {
          endpoint: `https://${receiver.addresses['otlpHttp']}`,
          tls: { ca_file: cert },
          headers: { authorization: `Bearer ${token}` },
          retry_on_failure: retry,
        },
      })
      await collecting(to('wrong'), async append => {
        append('refused')
        await new Promise(resolve => setTimeout(resolve, 3_000))
      })
      expect(await bodies(receiver)).toEqual([])
      await collecting(to('right'), async append => {
        append('taken')
        await until('the line', async () => (await bodies(receiver)).length === 1, waitMs)
      })
      expect(await bodies(receiver)).toEqual(['taken'])
    })
    remove()
  }, 120_000)
})
