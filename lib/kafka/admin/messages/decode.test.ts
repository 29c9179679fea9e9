import { describe, expect, it } from 'vitest'
import { nanosOfMs, writeLogsRequest } from '../../../otlp/index.ts'
import { decodeValue } from './decode.ts'
import { murmur2 } from './partitioner.ts'

describe('the value of a record', () => {
  it('is shown as what it is', () => {
    expect(decodeValue(null, 'auto')).toEqual({ format: 'null', value: null })
    expect(decodeValue(Buffer.from('{"a":1}'), 'auto')).toEqual({ format: 'json', value: { a: 1 } })
    expect(decodeValue(Buffer.from('{not json'), 'auto')).toEqual({ format: 'text', value: '{not json' })
    expect(decodeValue(Buffer.from('grüß\tdich\n'), 'auto')).toEqual({
      format: 'text',
      value: 'grüß\tdich\n',
    })
    expect(decodeValue(Buffer.from([0xff, 0x00]), 'auto')).toEqual({ format: 'hex', value: 'ff00' })
    expect(decodeValue(Buffer.from('a'), 'hex')).toEqual({ format: 'hex', value: '61' })
    expect(decodeValue(Buffer.from('a'), 'otlp')).toEqual({ format: 'hex', value: '61' })
  })

  it('is read as OTLP, also where nobody says so', () => {
    const record = { time: nanosOfMs(0), observed: nanosOfMs(0), severityNumber: 9, severityText: 'INFO' }
    const bytes = writeLogsRequest({ resource: {}, scope: 'test' }, [
      { ...record, body: 'disk full', attributes: {} },
    ])
    for (const found of [
      decodeValue(bytes, 'auto'),
      decodeValue(bytes, 'otlp'),
      decodeValue(bytes, 'auto', 'logs'),
    ])
      expect(found).toMatchObject({ format: 'otlp', signal: 'logs' })
    expect(JSON.stringify(decodeValue(bytes, 'auto').value)).toContain('disk full')
  })
})

describe('the partition of a key', () => {
  // from Kafka's own UtilsTest.testMurmur2
  it.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])("of %s is Kafka's", (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash)
  })
})
