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
      expect(JSON.stringify(value).length).toBeLessThan(12_000)
      expect(value).toMatchObject({ format: 'text', cut: true, bytes: bytes.length })
    }
  })
})

describe('a record in a list of many', () => {
  const showing = { values, format: 'auto', signal: undefined } as const

  it('has its form, and the beginning of its texts and lists', async () => {
    const json = { id: 12345678901234567890n.toString(), text: 'x'.repeat(50_000), tail: 1 }
    const list = { items: Array.from({ length: 20_000 }, (_, i) => i) }
    for (const whole of [json, list]) {
      const bytes = Buffer.from(JSON.stringify(whole))
      const { value } = await toShown(message(bytes), showing, 100)
      expect(value).toMatchObject({ format: 'json', cut: true, bytes: bytes.length })
      expect(JSON.stringify(value).length).toBeLessThan(12_000)
      expect(Object.keys(value.value as object)[0]).toBe(Object.keys(whole)[0])
      const alone = await toShown(message(bytes), showing)
      expect(alone.value.cut).toBe(false)
      expect(JSON.stringify(alone.value.value)).toBe(JSON.stringify(whole))
    }
  })

  it('of OTLP is short though a line of it is long', async () => {
    const bytes = request('z'.repeat(150_000))
    const { value } = await toShown(message(bytes), { ...showing, signal: 'logs' }, 100)
    expect(value).toMatchObject({ format: 'otlp', cut: true })
    expect(JSON.stringify(value).length).toBeLessThan(12_000)
  })

  it('that is short is whole', async () => {
    const { value } = await toShown(message(Buffer.from('{"a":[1.10,true,null,"é"]}')), showing, 500)
    expect(value.cut).toBe(false)
    expect(JSON.stringify(value.value)).toBe('{"a":[1.10,true,null,"é"]}')
  })
})
