import { describe, expect, it } from 'vitest'
import { type TopicMessage, valueDecoder } from '../../../lib/kafka/admin/index.ts'
import { nanosOfMs, writeLogsRequest } from '../../../lib/otlp/index.ts'
import { toShown } from './shown.ts'

const values = valueDecoder(undefined)
const message = (value: Buffer): TopicMessage => ({
  topic: 'otlp_logs',
  partition: 0,
  offset: 1,
  timestampMs: 2,
  key: null,
  value,
  headers: [],
})
const request = (...bodies: string[]) => {
  const record = { time: nanosOfMs(0), observed: nanosOfMs(0), severityNumber: 9, severityText: 'INFO' }
  return writeLogsRequest(
    { resource: { 'service.name': 'web' }, scope: 's' },
    bodies.map(body => ({ ...record, body, attributes: {} })),
  )
}

describe('a record that is longer than its share of an answer', () => {
  const many = request(...Array.from({ length: 10_000 }, (_, i) => `line ${i} ${'x'.repeat(40)}`))

  it('of OTLP is shown with its first lines', async () => {
    const { value } = await toShown(message(many), { values, format: 'auto', signal: 'logs' }, 100)
    expect(value).toMatchObject({ format: 'otlp', cut: true, bytes: many.length })
    const text = JSON.stringify(value.value)
    expect(text).toContain('line 0 ')
    expect(text).not.toContain('line 9999 ')
  })

  it('is shown as its first bytes where it is something else, or one line alone is as long', async () => {
    for (const bytes of [Buffer.from('y'.repeat(400_000)), request('z'.repeat(400_000))]) {
      const { value } = await toShown(message(bytes), { values, format: 'auto', signal: 'logs' }, 100)
      expect(value).toMatchObject({ format: 'text', cut: true, bytes: bytes.length })
    }
  })
})
