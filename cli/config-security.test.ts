import { describe, expect, it } from 'vitest'
import { ConfigError } from '../lib/base/index.ts'
import { parseConfig } from './config.ts'

const parse = (kafka: string) => parseConfig(`kafka: ${kafka}`, { file: 'm.yaml', environment: {} }).kafka
const problemsOf = (work: () => unknown): string => {
  try {
    work()
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}
const problems = (kafka: string) => problemsOf(() => parse(kafka))
const sasl = 'mechanism: SCRAM-SHA-512, username: ada'

describe('how our own roles come into a cluster', () => {
  it('is plain and unnamed by default', () => {
    expect(parse('{}')).toMatchObject({ tls: null, sasl: null })
  })

  it('may be TLS with nothing but the authorities of the machine', () => {
    expect(parse('{ tls: {} }').tls).toEqual({ ca: null, cert: null, key: null, serverName: null })
  })

  it('takes the password itself, or a file that holds it', () => {
    expect(parse(`{ sasl: { ${sasl}, password: secret } }`).sasl).toMatchObject({ password: 'secret' })
    expect(parse(`{ sasl: { ${sasl}, passwordFile: /run/p } }`).sasl).toMatchObject({
      passwordFile: '/run/p',
    })
  })

  it('refuses two passwords and none, and says what to do', () => {
    expect(problems(`{ sasl: { ${sasl} } }`)).toBe(
      'm.yaml:1:10: kafka.sasl.password: found nothing, expected a password: set kafka.sasl.password, or kafka.sasl.passwordFile to a file that holds it',
    )
    expect(problems(`{ sasl: { ${sasl}, password: secret, passwordFile: /run/p } }`)).toContain(
      'kafka.sasl.passwordFile: found the text "/run/p", expected one password: remove either kafka.sasl.password or kafka.sasl.passwordFile',
    )
  })

  it('refuses a certificate without its key, and a key without its certificate', () => {
    expect(problems('{ tls: { cert: a.crt } }')).toContain(
      'kafka.tls.key: found nothing, expected kafka.tls.cert',
    )
    expect(problems('{ tls: { key: a.key } }')).toContain(
      'kafka.tls.cert: found nothing, expected kafka.tls.cert',
    )
  })

  it('knows the mechanisms, and asks about a slip of the finger', () => {
    expect(problems(`{ sasl: { mechanism: SCRAM, username: ada, password: x } }`)).toContain(
      'expected "PLAIN" or "SCRAM-SHA-256" or "SCRAM-SHA-512"',
    )
    expect(problems(`{ sasl: { ${sasl}, pasword: hush } }`)).toContain('did you mean password?')
    expect(problems(`{ sasl: { ${sasl}, pasword: hush } }`)).not.toContain('hush')
  })

  it('shows no password in what it says', () => {
    expect(problems(`{ sasl: { ${sasl}, password: 81549 } }`)).toContain(
      'kafka.sasl.password: found a number, expected a string',
    )
    const set = (assignment: string) => problemsOf(() => parseConfig('', { set: [assignment] }))
    expect(set('clickhouse.password=81549')).toBe(
      '--set clickhouse.password: clickhouse.password: found a number, expected a string',
    )
    expect(set('kafka.sasl.password=[hush')).toBe(
      '--set kafka.sasl.password: found a value that does not fit: put it in quotes',
    )
  })
})
