import { expect, test } from 'vitest'
import { writeLogsRequest } from '../../lib/otlp/index.ts'
import { decodeLines } from './decode.ts'

const origin = { topic: 'millrace_logs', partition: 2, offset: 7, recordTimeMs: 1000 }

test('live tail shows what a line says beside the line itself', () => {
  const time = { seconds: 1_795_885_646, nanos: 123_456_789 }
  const record = { time, observed: time, severityNumber: 17, severityText: 'error', body: '{"msg":"boom"}' }
  const request = writeLogsRequest({ resource: { 'service.name': 'shop' }, scope: 's' }, [
    { ...record, attributes: { msg: 'boom' } },
    { ...record, body: '\u001b[31mERROR\u001b[0m boom', attributes: {} },
  ])
  const lines = decodeLines(request, origin)
  expect(lines.map(({ body, message }) => ({ body, message }))).toEqual([
    { body: '{"msg":"boom"}', message: 'boom' },
    { body: '\u001b[31mERROR\u001b[0m boom', message: 'ERROR boom' },
  ])
  expect(lines[1]).toMatchObject({ id: '1795885646123456789-2-7-1', service: 'shop', level: 'error' })
})
