import { expect, test } from 'vitest'
import { nanosOfMs, writeLogsRequest } from '../../lib/otlp/index.ts'
import { linesOf } from './json-lines.ts'

test('a line of JSON has what its source says of the record, beside service and host', () => {
  const time = nanosOfMs(1_700_000_000_000)
  const record = {
    time,
    observed: time,
    severityNumber: 9,
    severityText: 'INFO',
    body: 'a',
    attributes: { k: 'v' },
  }
  const requestOf = (resource: Record<string, string>) => writeLogsRequest({ resource, scope: 's' }, [record])
  const lineOf = (resource: Record<string, string>) =>
    JSON.parse(linesOf([{ signal: 'logs', value: requestOf(resource) }], 0)) as object
  const base = {
    timestamp: '1700000000000000000',
    body: 'a',
    level: 'info',
    service: 'shop',
    host: 'h1',
    attributes: { k: 'v' },
  }
  const names = { 'service.name': 'shop', 'host.name': 'h1' }
  expect(lineOf(names)).toEqual(base)
  expect(lineOf({ ...names, 'k8s.pod.name': 'shop-1' })).toEqual({
    ...base,
    resource: { 'k8s.pod.name': 'shop-1' },
  })
})
