import { describe, expect, it } from 'vitest'
import { parseConfig } from './config.ts'
import { runsBroker, takenByBroker } from './own-broker.ts'

const configOf = (text: string) => parseConfig(text, { environment: {} })
const outside =
  'listeners: [{ name: outside, listen: "0.0.0.0:9093", advertise: "kafka.example.org:9093", sasl: [SCRAM-SHA-512] }]'

describe('our own broker under up', () => {
  it.each([
    '{}',
    'broker: { listen: 127.0.0.1:19092 }',
    'broker: { advertise: kafka.example.org:9092 }',
    `{ kafka: { brokers: ["kafka.example.org:9093"] }, broker: { ${outside} } }`,
    `{ kafka: { brokers: ["0.0.0.0:9093"] }, broker: { ${outside} } }`,
  ])('runs where one of its listeners is named: %s', text => {
    expect(runsBroker(configOf(text))).toBe(true)
  })

  it('does not run where another cluster is named', () => {
    expect(runsBroker(configOf('kafka: { brokers: [kafka1:9092] }'))).toBe(false)
  })

  it('tells the roles the ports that it took', () => {
    const config = configOf('broker: { listen: 127.0.0.1:0 }')
    expect(takenByBroker(config, { kafka: '127.0.0.1:4711', metrics: '127.0.0.1:1' })).toEqual([
      ['broker.listen', '"127.0.0.1:4711"'],
      ['kafka.brokers', '["127.0.0.1:4711"]'],
    ])
  })

  it('leaves the roles the name that the certificate is for', () => {
    const config = configOf(`{ kafka: { brokers: ["kafka.example.org:9093"] }, broker: { ${outside} } }`)
    expect(takenByBroker(config, { kafka: '127.0.0.1:9092', outside: '0.0.0.0:9093' })).toEqual([
      ['broker.listen', '"127.0.0.1:9092"'],
      ['broker.listeners[0].listen', '"0.0.0.0:9093"'],
      ['kafka.brokers', '["kafka.example.org:9093"]'],
    ])
  })
})
