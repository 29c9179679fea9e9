import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { until } from '../../agent/testing/temporary-folder.ts'
import { type Receiver, receiving } from './receiving.ts'

/** Where `test/senders/venv.sh` puts it. */
const python = join(import.meta.dirname, '../../node_modules/.cache/millrace/senders-venv/bin/python')
const run = promisify(execFile)
const waitMs = 20_000

/** Runs a script; `host`, `port` and `url` are those of the listener. */
async function send(receiver: Receiver, listener: string, script: string): Promise<void> {
  const [host, port] = (receiver.addresses[listener] ?? '').split(':')
  const start = `import logging, sys\nhost, port, url = '${host}', ${port}, 'http://${host}:${port}'\n`
  await run(python, ['-c', start + script])
}

async function received(receiver: Receiver, count: number) {
  await until(`${count} records`, async () => (await receiver.items()).length >= count, waitMs)
  return await receiver.items()
}

const http = { type: 'http', listen: '127.0.0.1:0', gelfUdp: '127.0.0.1:0', gelfTcp: '127.0.0.1:0' }
const asLogger = (handler: string, lines: string) =>
  `log = logging.getLogger('shop')\nlog.setLevel(logging.DEBUG)\nlog.addHandler(${handler})\n${lines}\n`

describe.skipIf(!existsSync(python))('Python clients (need test/senders/venv.sh)', () => {
  test.each([
    ['UDP', 'gelfUdp', 'graypy.GELFUDPHandler(host, port)'],
    ['TCP', 'gelfTcp', 'graypy.GELFTCPHandler(host, port)'],
    ['HTTP', 'http', 'graypy.GELFHTTPHandler(host, port)'],
  ])(
    'graypy over %s',
    async (_, listener, handler) => {
      await receiving(http, async receiver => {
        await send(
          receiver,
          listener,
          `import graypy\n${asLogger(handler, "log.error('cart %s emptied', 7)")}`,
        )
        const [item] = await received(receiver, 1)
        expect(item).toMatchObject({ body: 'cart 7 emptied', json: { severityNumber: 17 } })
      })
    },
    30_000,
  )

  test('python-logging-loki', async () => {
    await receiving(http, async receiver => {
      const handler =
        "logging_loki.LokiHandler(url=url + '/loki/api/v1/push', tags={'app': 'shop'}, version='1')"
      await send(receiver, 'http', `import logging_loki\n${asLogger(handler, "log.warning('slow')")}`)
      const [item] = await received(receiver, 1)
      expect(item).toMatchObject({ body: 'slow', json: { severityNumber: 13 } })
    })
  }, 30_000)

  test('splunk-handler', async () => {
    await receiving({ ...http, token: 'right' }, async receiver => {
      const handler =
        "SplunkHandler(host=host, port=port, token='right', index='main', protocol='http', verify=False, sourcetype='web')"
      await send(
        receiver,
        'http',
        `from splunk_handler import SplunkHandler\n${asLogger(handler, "log.error('no stock')\nlogging.shutdown()")}`,
      )
      const [item] = await received(receiver, 1)
      expect(item?.body).toContain('no stock')
    })
  }, 30_000)

  test("Elastic's client, in bulk", async () => {
    await receiving(http, async receiver => {
      await send(
        receiver,
        'http',
        `from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
done, errors = bulk(Elasticsearch(url), ({'_index': 'logs', 'message': 'line %d' % i, 'level': 'info'} for i in range(20)))
assert (done, errors) == (20, []), (done, errors)
`,
      )
      const items = await received(receiver, 20)
      expect(items.map(({ body }) => body).sort()).toEqual(
        Array.from({ length: 20 }, (_, i) => `line ${i}`).sort(),
      )
    })
  }, 30_000)

  test('fluent-logger', async () => {
    await receiving({ type: 'forward', listen: '127.0.0.1:0' }, async receiver => {
      await send(
        receiver,
        'forward',
        `from fluent import sender
s = sender.FluentSender('shop', host=host, port=port, nanosecond_precision=True)
assert s.emit('cart', {'message': 'cart emptied', 'level': 'warn', 'user': 'ada'}), s.last_error
s.close()
`,
      )
      const [item] = await received(receiver, 1)
      expect(item).toMatchObject({
        body: 'cart emptied',
        attributes: { user: 'ada' },
        json: { severityNumber: 13 },
      })
    })
  }, 30_000)

  test.each(['statsd', 'datadog'])(
    '%s',
    async client => {
      await receiving({ type: 'statsd', udp: '127.0.0.1:0', intervalMs: 200 }, async receiver => {
        const listener = Object.keys(receiver.addresses)[0] ?? ''
        const script =
          client === 'statsd'
            ? "import statsd\nc = statsd.StatsClient(host, port)\nc.incr('orders', 3)\nc.timing('took', 320)\nc.gauge('open', 7)\n"
            : "from datadog.dogstatsd import DogStatsd\nc = DogStatsd(host=host, port=port, disable_telemetry=True)\nc.increment('orders', 3, tags=['env:prod'])\nc.timing('took', 320)\nc.gauge('open', 7)\nc.flush()\n"
        await send(receiver, listener, script)
        const names = async () => new Set((await receiver.items('metrics')).map(({ json }) => json['name']))
        await until('three metrics', async () => (await names()).size >= 3, waitMs)
        expect([...(await names())].sort()).toEqual(['open', 'orders', 'took'])
      })
    },
    30_000,
  )

  test.each([
    ['gRPC', 'otlpGrpc', 'grpc', 'url'],
    ['HTTP', 'otlpHttp', 'http', "url + '/v1/logs'"],
  ])(
    "OpenTelemetry's SDK over %s",
    async (_, listener, protocol, endpoint) => {
      await receiving({ type: 'otlp', http: '127.0.0.1:0', grpc: '127.0.0.1:0' }, async receiver => {
        await send(
          receiver,
          listener,
          `from opentelemetry.exporter.otlp.proto.${protocol}._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
provider = LoggerProvider(resource=Resource.create({'service.name': 'shop'}))
provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=${endpoint}${protocol === 'grpc' ? ', insecure=True' : ''})))
${asLogger('LoggingHandler(logger_provider=provider)', "log.error('broken: %s', 'ä')")}
provider.shutdown()
`,
        )
        const [item] = await received(receiver, 1)
        expect(item).toMatchObject({ service: 'shop', body: 'broken: ä', json: { severityNumber: 17 } })
      })
    },
    30_000,
  )
})
