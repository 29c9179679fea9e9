import { expect, test } from 'vitest'
import { nanosOfMs, protobufToJson, writeLogsRequest } from '../../lib/otlp/index.ts'
import { RecordDraft } from './draft.ts'
import { noFilter, type RecordFilter } from './filter.ts'
import { readOtlpLogs } from './from-otlp.ts'
import { LogBatch } from './log-batch.ts'
import { originOf } from './origin.ts'
import { RequestWriter } from './request-writer.ts'

function line(draft: RecordDraft, body: string, service = ''): void {
  const bytes = Buffer.from(body + service)
  draft.clear()
  draft.setBody(bytes, 0, body.length)
  draft.setService(bytes, body.length, bytes.length)
}

interface Seen {
  resourceLogs: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] }
    scopeLogs: { logRecords: { body: { stringValue: string } }[] }[]
  }[]
}

function seen(request: Buffer): [service: string | undefined, bodies: string[]][] {
  const { resourceLogs } = protobufToJson('logs', request) as unknown as Seen
  return resourceLogs.map(({ resource, scopeLogs }) => [
    resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue,
    scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ body }) => body.stringValue)),
  ])
}

test('lines of several services in one request keep their order, each under its own resource', () => {
  const draft = new RecordDraft()
  draft.origin = originOf({ service: 'file', host: 'h', scope: 's' })
  const writer = new RequestWriter()
  writer.open(Buffer.alloc(0), 1)
  for (const [body, service] of [
    ['a', ''],
    ['b', 'cart'],
    ['c', 'cart'],
    ['d', 'file'],
    ['e', 'pay'],
  ] as const) {
    line(draft, body, service)
    writer.add(draft)
  }
  expect(seen(writer.close())).toEqual([
    ['file', ['a']],
    ['cart', ['b', 'c']],
    ['file', ['d']],
    ['pay', ['e']],
  ])
})

const time = nanosOfMs(1_700_000_000_123)
const pushed = writeLogsRequest(
  { resource: { 'service.name': 'web', 'k8s.pod.name': 'p' }, scope: 'lib', scopeVersion: '2' },
  [
    {
      time,
      observed: nanosOfMs(1_700_000_000_456),
      severityNumber: 17,
      severityText: 'ERR',
      body: 'one',
      attributes: { n: 1, deep: { a: ['x'] } },
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
    },
    { time, observed: time, severityNumber: 0, severityText: '', body: { a: 1 }, attributes: {} },
  ],
)

test('OTLP that is taken apart and written again is what it was', () => {
  const batch = new LogBatch(noFilter, 5)
  readOtlpLogs(pushed, batch.draft, () => batch.add())
  const [request, ...rest] = batch.finish()
  expect(rest).toEqual([])
  expect(request?.lines).toBe(2)
  expect(protobufToJson('logs', request?.value ?? pushed.subarray(0, 0))).toEqual(
    protobufToJson('logs', pushed),
  )
})

test('records are dropped, moved to a topic and counted by rules', () => {
  let dropped = 0
  const filter: RecordFilter = {
    isEmpty: false,
    apply(draft) {
      const body = String(draft.body)
      if (body === 'b') dropped++
      draft.topic = body === 'c' ? 'audit' : ''
      return body !== 'b'
    },
    takeDropped: () => ({ noise: dropped }),
  }
  const batch = new LogBatch(filter, 1)
  for (const body of ['a', 'b', 'c']) {
    line(batch.draft, body)
    batch.add()
  }
  expect(batch.finish().map(({ lines, topic, dropped: rules }) => ({ lines, topic, rules }))).toEqual([
    { lines: 1, topic: '', rules: { noise: 1 } },
    { lines: 1, topic: 'audit', rules: undefined },
  ])
})

test('where everything was dropped an empty request says so', () => {
  const filter: RecordFilter = { isEmpty: false, apply: () => false, takeDropped: () => ({ all: 1 }) }
  const batch = new LogBatch(filter, 1)
  line(batch.draft, 'x')
  batch.add()
  expect(batch.finish()).toEqual([
    { signal: 'logs', value: Buffer.alloc(0), lines: 0, topic: '', dropped: { all: 1 } },
  ])
})
