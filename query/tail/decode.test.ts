import { expect, test } from 'vitest'
import { writeLogsRequest } from '../../lib/otlp/index.ts'
import { decodeLines } from './decode.ts'

const origin = {
  topic: 'millrace_logs',
  partition: 2,
  offset: 7,
  recordTimeMs: 1000,
  recordTenant: '',
  tenant: 'default',
}

test('live tail shows what a line says beside the line itself', () => {
  const time = { seconds: 1_795_885_646, nanos: 123_456_789 }
  const record = { time, observed: time, severityNumber: 17, severityText: 'error', body: '{"msg":"boom"}' }
  const request = writeLogsRequest({ resource: { 'service.name': 'shop' }, scope: 's' }, [
    { ...record, attributes: { msg: 'boom' } },
    { ...record, body: '\u001b[31mERROR\u001b[0m boom', attributes: {} },
  ])
  const lines = decodeLines(request, origin).map(({ line }) => line)
  expect(lines.map(({ body, message }) => ({ body, message }))).toEqual([
    { body: '{"msg":"boom"}', message: 'boom' },
    { body: '\u001b[31mERROR\u001b[0m boom', message: 'ERROR boom' },
  ])
  expect(lines[1]).toMatchObject({ id: '1795885646123456789-2-7-1', service: 'shop', level: 'error' })
})

test("a line is the tenant's whose record it is, else whose resource it is, else the one of the configuration", () => {
  const time = { seconds: 1_795_885_646, nanos: 0 }
  const record = { time, observed: time, severityNumber: 9, severityText: '', body: 'x', attributes: {} }
  const tenantOf = (resource: Record<string, string>, recordTenant = '') =>
    decodeLines(writeLogsRequest({ resource, scope: 's' }, [record]), { ...origin, recordTenant })[0]?.tenant
  expect([
    tenantOf({}),
    tenantOf({ 'millrace.tenant': 'acme' }),
    tenantOf({ 'millrace.tenant': 'acme' }, 'bmce'),
  ]).toEqual(['default', 'acme', 'bmce'])
})

test('a line says what made it, but of our own readers', () => {
  const time = { seconds: 1_795_885_646, nanos: 0 }
  const record = { time, observed: time, severityNumber: 9, severityText: '', body: 'x', attributes: {} }
  const scopeOf = (scope: string) => {
    const request = writeLogsRequest({ resource: {}, scope, scopeVersion: '1.2' }, [record])
    const { line } = decodeLines(request, origin)[0] ?? {}
    return [line?.scope, line?.scopeVersion]
  }
  expect(scopeOf('com.example.Cart')).toEqual(['com.example.Cart', '1.2'])
  expect(scopeOf('')).toEqual([undefined, '1.2'])
  expect(scopeOf('millrace.file')).toEqual([undefined, undefined])
})
