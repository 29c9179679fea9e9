import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { httpConfig } from '../../agent/sources/http/config.ts'
import { startHttpSource } from '../../agent/sources/http/source.ts'
import { itemsOf, readSpool } from '../../agent/testing/read-spool.ts'
import { withSpool } from '../../agent/testing/spool.ts'
import { until } from '../../agent/testing/temporary-folder.ts'
import { Metrics, systemClock } from '../../lib/base/index.ts'

/** Where `../shared/peers/prometheus/prometheus install` puts it. */
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const program = join(cache, 'millrace-peers', 'prometheus', 'bin', 'prometheus')

const exposition = `# TYPE hits_total counter
hits_total{code="200"} 42
# TYPE temperature gauge
temperature -3.5
# TYPE lat histogram
lat_bucket{le="1"} 2
lat_bucket{le="+Inf"} 3
lat_sum 4
lat_count 3
`

describe.skipIf(!existsSync(program))(
  'remote write of the real Prometheus (needs it installed by ../shared/peers)',
  () => {
    test.each(['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'])(
      'as %s is taken',
      async message => {
        const folder = mkdtempSync(join(tmpdir(), 'millrace-prometheus-'))
        const target = createServer((_, response) =>
          response.setHeader('content-type', 'text/plain').end(exposition),
        )
        await new Promise<void>(resolve => target.listen(0, '127.0.0.1', () => resolve()))
        const { port } = target.address() as AddressInfo
        let prometheus: ChildProcess | undefined
        await withSpool(async spooled => {
          const config = httpConfig.parse({ type: 'http', listen: '127.0.0.1:0' })
          const options = { configKey: 'k', clock: systemClock, metrics: new Metrics(), hostName: 'h' }
          const source = await startHttpSource({ ...spooled, ...options, config })
          const write = { url: `http://${source.addresses['http']}/api/v1/write`, protobuf_message: message }
          writeFileSync(
            join(folder, 'prometheus.yml'),
            JSON.stringify({
              global: { scrape_interval: '1s' },
              scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
              remote_write: [
                {
                  ...write,
                  queue_config: { batch_send_deadline: '200ms' },
                  metadata_config: { send_interval: '1s' },
                },
              ],
            }),
          )
          const args = [
            `--config.file=${folder}/prometheus.yml`,
            `--storage.tsdb.path=${folder}/data`,
            '--web.listen-address=127.0.0.1:0',
          ]
          prometheus = spawn(program, args, { stdio: 'ignore' })
          const items = async () =>
            (await readSpool(spooled.spool.lane('metrics').log)).flatMap(({ value }) =>
              itemsOf('metrics', value),
            )
          const named = async (name: string) => (await items()).find(({ json }) => json['name'] === name)
          await until(
            'its series',
            async () => (await named('lat_bucket')) !== undefined && (await named('up')) !== undefined,
            30_000,
          )
          const hits = await named('hits_total')
          expect(hits?.service).toBe('shop')
          expect(hits?.json).toMatchObject({
            sum: { isMonotonic: true, dataPoints: [{ asDouble: 42 }] },
          })
          const { dataPoints } = (hits ?? { json: { sum: {} } }).json['sum'] as {
            dataPoints: { attributes: { key: string; value: object }[] }[]
          }
          const labels = Object.fromEntries(
            (dataPoints[0]?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
          )
          expect(labels).toEqual({ code: '200', job: 'shop', instance: `127.0.0.1:${port}` })
          expect((await named('temperature'))?.json).toMatchObject({
            gauge: { dataPoints: [{ asDouble: -3.5 }] },
          })
          expect(spooled.entries).toEqual([])
          prometheus.kill('SIGKILL')
          await source.close()
        }).finally(() => prometheus?.kill('SIGKILL'))
        target.close()
        rmSync(folder, { recursive: true, force: true })
      },
      60_000,
    )
  },
)
