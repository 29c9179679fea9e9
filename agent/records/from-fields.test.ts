import { describe, expect, test } from 'vitest'
import { decodeLogs } from '../../lib/otlp/index.ts'
import { RecordDraft } from './draft.ts'
import { FieldsReader } from './from-fields.ts'
import { originOf } from './origin.ts'
import { RequestWriter } from './request-writer.ts'

const nowMs = Date.UTC(2026, 10, 28, 17, 10)

function read(fields: Record<string, unknown>) {
  const draft = new RecordDraft()
  draft.origin = originOf({ service: 'pushed', host: 'machine', scope: 'test' })
  new FieldsReader(draft, () => nowMs).read(fields)
  const out = new RequestWriter(1_024)
  out.open(Buffer.alloc(0), nowMs)
  out.add(draft)
  const [log] = decodeLogs(out.close(), nowMs)
  if (log === undefined) throw new Error('no record was written')
  return log
}

describe('a record that came as fields', () => {
  test.each([
    [{ 'dd.trace_id': '11803532876627986230', 'dd.span_id': '67667974448284343' }],
    [{ dd: { trace_id: 11803532876627986230n, span_id: 67667974448284343n } }],
  ])('has Datadog’s decimal ids for ids: %o', fields => {
    const log = read({ message: 'x', ...fields })
    expect([log.traceId, log.spanId]).toEqual(['0000000000000000a3ce929d0e0e4736', '00f067aa0ba902b7'])
  })

  test('is of the firewall that it came from, not of the service of its traffic', () => {
    const log = read({
      srcip: '10.0.0.5',
      service: 'HTTPS',
      app: 'Web',
      hostname: 'shop.example.com',
      devname: 'FGT-1',
    })
    expect(log).toMatchObject({ service: 'pushed', host: 'FGT-1', attributes: { service: 'HTTPS' } })
  })

  test.each([{ devid: 'd7' }, { srcip: '10.0.0.5' }, { devid: 'd7', devname: 'thermometer' }])(
    'is of the service that it names, where it is no firewall’s: %o',
    fields => {
      const log = read({ service: 'ingest', hostname: 'web-1', ...fields })
      expect(log).toMatchObject({ service: 'ingest', host: 'web-1' })
    },
  )
})
