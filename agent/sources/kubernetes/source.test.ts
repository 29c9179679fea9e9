import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { Metrics, systemClock } from '../../../lib/base/index.ts'
import { protobufToJson } from '../../../lib/otlp/index.ts'
import { noFilter } from '../../records/filter.ts'
import { readSpool } from '../../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../../testing/spool.ts'
import { until } from '../../testing/temporary-folder.ts'
import { dockerConfig } from '../docker/config.ts'
import { startDocker } from '../docker/source.ts'
import { OpenFiles } from '../file/open-files.ts'
import { Positions } from '../file/positions.ts'
import { kubernetesConfig } from './config.ts'
import { containerOf } from './pod-path.ts'
import { startKubernetes } from './source.ts'

async function hostOf(spooled: TestSpool, folder: string) {
  return {
    ...spooled,
    configKey: 'agent.sources[0]',
    name: 'kubernetes',
    agentId: 'a',
    hostName: 'node-1',
    startedMs: 1,
    openFiles: new OpenFiles(16),
    positions: await Positions.load(join(folder, 'data', 'agent'), spooled.spool.lanes, spooled.logger),
    filter: noFilter,
    clock: systemClock,
    metrics: new Metrics(),
    random: Math.random,
    finished: () => undefined,
  }
}

interface Seen {
  resourceLogs: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] }
    scopeLogs: { logRecords: { body: { stringValue: string } }[] }[]
  }[]
}

async function seen({ spool }: TestSpool) {
  const records = await readSpool(spool.lane('logs').log)
  return records.flatMap(({ value }) =>
    (protobufToJson('logs', value) as unknown as Seen).resourceLogs.map(({ resource, scopeLogs }) => ({
      resource: Object.fromEntries(
        resource.attributes.map(({ key, value: { stringValue } }) => [key, stringValue]),
      ),
      bodies: scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ body }) => body.stringValue)),
    })),
  )
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

test.each([
  [
    '/var/log/containers/web-1_shop_app-0a1b.log',
    { pod: 'web-1', namespace: 'shop', container: 'app', containerId: '0a1b' },
  ],
  [
    '/var/log/pods/shop_web-1_uid-7/app/3.log',
    { pod: 'web-1', namespace: 'shop', container: 'app', podUid: 'uid-7' },
  ],
  ['/var/log/syslog', undefined],
])('%s is the log of %j', (path, expected) => {
  expect(containerOf(path)).toEqual(expected)
})

test('lines of pods stand under what the API says of them, and without it under what their paths say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-pods-'))
  const target = join(folder, 'pods', 'shop_cart-6f9d8b7c5-x2x_uid-1', 'web', '0.log')
  write(target, '2026-01-02T03:04:05.6Z stdout F {"level":"error","msg":"sold out"}\n')
  const link = join(folder, 'containers', `cart-6f9d8b7c5-x2x_shop_web-${'a'.repeat(64)}.log`)
  mkdirSync(dirname(link))
  symlinkSync(target, link)
  write(
    join(folder, 'containers', `x_kube-system_y-${'b'.repeat(64)}.log`),
    '2026-01-02T03:04:05Z stderr F left out\n',
  )
  const pods = {
    items: [
      {
        metadata: {
          name: 'cart-6f9d8b7c5-x2x',
          namespace: 'shop',
          uid: 'uid-1',
          labels: { 'app.kubernetes.io/name': 'cart', tier: 'front' },
          ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-6f9d8b7c5' }],
        },
        spec: { nodeName: 'worker-7' },
      },
    ],
  }
  const asked: string[] = []
  const api = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    response.end(JSON.stringify(pods))
  })
  await new Promise<void>(resolve => api.listen(0, '127.0.0.1', () => resolve()))
  write(join(folder, 'token'), 'secret\n')
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  await withSpool(async spooled => {
    const config = kubernetesConfig.parse({
      type: 'kubernetes',
      include: [join(folder, 'containers', '*.log')],
      excludeNamespaces: ['kube-system'],
      api: { url, tokenFile: join(folder, 'token'), caFile: join(folder, 'none'), node: 'worker-7' },
    })
    const source = await startKubernetes({ ...(await hostOf(spooled, folder)), config, environment: {} })
    source.begin?.()
    await until('the line', async () => (await seen(spooled)).length === 1)
    await source.close()
    expect(await seen(spooled)).toEqual([
      {
        resource: {
          'service.name': 'cart',
          'host.name': 'worker-7',
          'k8s.namespace.name': 'shop',
          'k8s.pod.name': 'cart-6f9d8b7c5-x2x',
          'k8s.container.name': 'web',
          'k8s.pod.uid': 'uid-1',
          'container.id': 'a'.repeat(64),
          'k8s.node.name': 'worker-7',
          'k8s.deployment.name': 'cart',
          'k8s.pod.label.app.kubernetes.io/name': 'cart',
          'k8s.pod.label.tier': 'front',
        },
        bodies: ['{"level":"error","msg":"sold out"}'],
      },
    ])
    expect(asked[0]).toBe('/api/v1/pods?fieldSelector=spec.nodeName%3Dworker-7 Bearer secret')
  })
  api.close()
  rmSync(folder, { recursive: true })
})

test('lines of Docker containers stand under what Docker keeps of them', async () => {
  const root = mkdtempSync(join(tmpdir(), 'millrace-docker-'))
  const id = 'c'.repeat(64)
  const containers = join(root, 'containers', id)
  const labels = { 'com.docker.compose.service': 'db' }
  write(
    join(containers, 'config.v2.json'),
    JSON.stringify({ Name: '/shop-db-1', Config: { Image: 'postgres:17', Labels: labels } }),
  )
  write(
    join(containers, `${id}-json.log`),
    '{"log":"ready\\n","stream":"stderr","time":"2026-01-02T03:04:05.6Z"}\n',
  )
  await withSpool(async spooled => {
    const config = dockerConfig.parse({ type: 'docker', dataRoot: root })
    const source = await startDocker({ ...(await hostOf(spooled, root)), config })
    source.begin?.()
    await until('the line', async () => (await seen(spooled)).length === 1)
    await source.close()
    expect(await seen(spooled)).toMatchObject([
      {
        resource: {
          'service.name': 'db',
          'host.name': 'node-1',
          'container.id': id,
          'container.name': 'shop-db-1',
          'container.image.name': 'postgres:17',
          'container.label.com.docker.compose.service': 'db',
        },
        bodies: ['ready'],
      },
    ])
  })
  rmSync(root, { recursive: true })
})
