import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../../cli/config.ts'
import { securityOf, securityWarning } from './settings.ts'

const kafka = (text: string) => parseConfig(`kafka: ${text}`, { environment: {} }).kafka
const plain = 'sasl: { mechanism: PLAIN, username: ada, password: secret }'
const scram = 'sasl: { mechanism: SCRAM-SHA-512, username: ada, password: secret }'

describe('what the configuration says of coming in', () => {
  it('is nothing by default', () => {
    expect(securityOf(kafka('{}'))).toEqual({ tls: null, sasl: null })
  })

  it('is a warning where a password would cross a network in the clear', () => {
    const warning = securityWarning(kafka(`{ brokers: [127.0.0.1:9092, kafka1:9092], ${plain} }`))
    expect(warning).toContain('to kafka1:9092 in the clear: set kafka.tls')
    expect(warning).not.toContain('secret')
    expect(securityWarning(kafka(`{ brokers: [127.evil.example:9092], ${plain} }`))).toBeDefined()
  })

  it.each([
    `{ brokers: [kafka1:9092], tls: {}, ${plain} }`,
    `{ brokers: [kafka1:9092], ${scram} }`,
    `{ brokers: [127.0.0.1:9092, localhost:9092, "[::1]:9092"], ${plain} }`,
    '{ brokers: [kafka1:9092] }',
  ])('is none for %s', text => {
    expect(securityWarning(kafka(text))).toBeUndefined()
  })
})
