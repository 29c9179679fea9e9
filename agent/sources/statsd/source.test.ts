import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { Metrics, systemClock } from '../../../lib/base/index.ts'
import { itemsOf, readSpool } from '../../testing/read-spool.ts'
import { withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { statsdConfig } from './config.ts'
import { readHappening } from './happening.ts'
import { parseStatsd } from './line.ts'
import { startStatsd } from './source.ts'

test.each([
  ['page.views:1|c', { name: 'page.views', type: 'counter', values: ['1'], rate: 1, tags: {} }],
  ['a:2|c|@0.1|#env:prod,alone', { rate: 0.1, tags: { env: 'prod', alone: 'true' } }],
  ['g:-3|g', { type: 'gauge', values: ['-3'] }],
  ['t:320|ms|#a:b|c:ci-1|T1700000000', { type: 'timing', unit: 'ms', tags: { a: 'b' } }],
  ['d:1:2:3.5|d', { type: 'timing', values: ['1', '2', '3.5'] }],
  ['s:ada|s', { type: 'set', values: ['ada'] }],
  ['cpu,host=a:1|c', { name: 'cpu', tags: { host: 'a' } }],
  ['cpu;dc=x;n=1:1|c', { name: 'cpu', tags: { dc: 'x', n: '1' } }],
  ['no type', undefined],
  ['a:b|c', undefined],
  ['a:1|zz', undefined],
  ['a:1|c|@0', undefined],
  [':1|c', undefined],
])('%s', (line, expected) => {
  if (expected === undefined) expect(parseStatsd(line)).toBeUndefined()
  else expect(parseStatsd(line)).toMatchObject(expected)
})

test.each([
  [
    '_e{21,36}:An exception occurred|Cannot parse CSV file from 10.0.0.17|t:warning|#err_type:bad_file',
    {
      fields: { 'event.title': 'An exception occurred', alert_type: 'warning', err_type: 'bad_file' },
      context: {
        body: 'An exception occurred\nCannot parse CSV file from 10.0.0.17',
        severity: { number: 13, text: 'warning' },
      },
    },
  ],
  [
    '_e{6,14}:dépl|a|b\\nsecond c|d:1795885646|h:web-1|k:deploys|p:low|s:ci|t:error|#env:prod,alone|c:x',
    undefined,
  ],
  [
    '_e{5,9}:dépl|a\\nsecond|d:1795885646|h:web-1|k:deploys|p:low|s:ci|t:error|#env:prod,alone',
    {
      fields: {
        'event.title': 'dépl',
        host: 'web-1',
        aggregation_key: 'deploys',
        event_priority: 'low',
        source_type_name: 'ci',
        alert_type: 'error',
        env: 'prod',
        alone: 'true',
      },
      context: { body: 'dépl\na\nsecond', time: { seconds: 1795885646, nanos: 0 } },
    },
  ],
  ['_e{4,1}:dépl|a', { context: { body: 'dépl\na', severity: { number: 9, text: 'info' } } }],
  ['_e{2,0}:up|', { context: { body: 'up' } }],
  ['_e{9,1}:up|x', undefined],
  [
    '_sc|Redis connection|2|d:1795885646|h:web-1|#env:dev|m:Redis connection timed out | after 10 s',
    {
      fields: { 'check.name': 'Redis connection', 'check.status': 'critical', host: 'web-1', env: 'dev' },
      context: {
        body: 'Redis connection timed out | after 10 s',
        severity: { number: 17 },
        time: { seconds: 1795885646 },
      },
    },
  ],
  [
    '_sc|redis|0',
    { fields: { 'check.status': 'ok' }, context: { body: 'redis is ok', severity: { number: 9 } } },
  ],
  ['_sc|redis|1|m:slow', { context: { body: 'slow', severity: { number: 13 } } }],
  ['_sc|redis|7', undefined],
  ['a:1|c', undefined],
])('%s', (line, expected) => {
  if (expected === undefined) expect(readHappening(line)).toBeUndefined()
  else expect(readHappening(line)).toMatchObject(expected)
})

test('what clients tell over UDP and TCP is summed up and sent on', async () => {
  await withSpool(async spooled => {
    const config = statsdConfig.parse({
      type: 'statsd',
      udp: '127.0.0.1:0',
      tcp: '127.0.0.1:0',
      bounds: [10, 100],
      intervalMs: 60_000,
    })
    const options = {
      configKey: 'k',
      clock: systemClock,
      metrics: new Metrics(),
      hostName: 'h',
      startedMs: 5,
    }
    const source = await startStatsd({ ...spooled, ...options, config })
    const portOf = (name: string) => Number(source.addresses[name]?.split(':')[1])
    const udp = createSocket('udp4')
    const sent = [
      'hits:1|c|#p:a\nhits:2|c|@0.5|#p:a',
      'temp:20|g',
      'temp:+2|g',
      'users:ada|s\nusers:bob|s\nusers:ada|s',
      'junk',
      '_e{2,4}:up|late|t:error|h:web-1|#env:prod\n_sc|redis|2',
    ]
    for (const text of sent)
      await new Promise<void>(resolve => udp.send(text, portOf('statsdUdp'), '127.0.0.1', () => resolve()))
    await new Promise<void>(resolve => {
      const socket = connect(portOf('statsdTcp'), '127.0.0.1', () =>
        socket.end('took:7|ms\ntook:70|ms\ntook:700|ms|@0.5\n'),
      )
      socket.on('close', () => resolve())
    })
    await until('the junk was seen', () => spooled.entries.length > 0)
    udp.close()
    await source.close()
    const events = await readSpool(spooled.spool.lane('logs').log)
    expect(events.flatMap(({ value }) => itemsOf('logs', value))).toMatchObject([
      { service: 'statsd', body: 'up\nlate', attributes: { env: 'prod', 'event.title': 'up' } },
      { service: 'statsd', body: 'redis is critical', json: { severityNumber: 17 } },
    ])
    const records = await readSpool(spooled.spool.lane('metrics').log)
    const items = records.flatMap(({ value }) => itemsOf('metrics', value))
    const pointOf = (name: string) => {
      const json = items.find(({ json: { name: own } }) => own === name)?.json ?? {}
      return (Object.values(json).find(value => typeof value === 'object') as { dataPoints: object[] })
        .dataPoints
    }
    expect(pointOf('hits')).toMatchObject([
      { asDouble: 5, attributes: [{ key: 'p', value: { stringValue: 'a' } }] },
    ])
    expect(pointOf('temp')).toMatchObject([{ asDouble: 22 }])
    expect(pointOf('users')).toMatchObject([{ asDouble: 2 }])
    expect(pointOf('took')).toMatchObject([{ count: '4', sum: 1477, bucketCounts: ['1', '1', '2'] }])
    expect(items[0]?.service).toBe('statsd')
  })
})
