import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordDraft } from '../../records/draft.ts'
import { describeDraft } from '../draft/describe.ts'
import { draftOf, pipelineOf, runRules } from '../testing/run-rules.ts'
import { TriggerScanner } from './triggers.ts'

const all = ['card', 'email', 'bearer', 'cloud', 'iban']
const body = (text: string, rule = {}) =>
  runRules([{ type: 'redact', kinds: all, ...rule }], [draftOf(text, 'none')])[0]?.body
const key = (length: number) => 'aB3dE6gH9kL2nP5rS8uV1xY4'.repeat(6).slice(0, length)

describe('cards', () => {
  it.each([
    ['paid with 4111111111111111.', 'paid with [redacted:card].'],
    ['4111 1111 1111 1111 and 5500-0000-0000-0004', '[redacted:card] and [redacted:card]'],
    ['card=378282246310005', 'card=[redacted:card]'],
    ['11111111-2222-3333-4444-555555555555', '11111111-2222-3333-4444-555555555555'],
    ['41111111-1111-1111-8111-111111111111', '41111111-1111-1111-8111-111111111111'],
    ['order-4111-1111-1111-1111', 'order-[redacted:card]'],
    ['4111 1111 1111 1111 123', '[redacted:card] 123'],
    ['{"n":4111111111111111,"s":"4111111111111111"}', '{"n":"[redacted:card]","s":"[redacted:card]"}'],
    ['[4111111111111111]', '["[redacted:card]"]'],
    ['a\\n4111111111111111', 'a\\n[redacted:card]'],
    ['6011111111111117', '[redacted:card]'],
    ['2223003122003222', '[redacted:card]'],
    ['3530111333300000', '[redacted:card]'],
  ])('%s', (text, expected) => {
    expect(body(text)).toBe(expected)
  })

  it.each([
    '4111111111111112',
    '1795885646123456789',
    'x4111111111111111',
    '4111111111111111x',
    '0.4111111111111111',
    '4111111111111111.5',
    '41111111111111111111',
    '2026-11-28 17:07:26',
    '4111  1111  1111  1111',
    'trace 41111111111111110000000000000000',
  ])('leaves %s', text => {
    expect(body(text)).toBe(text)
  })
})

describe('e-mail addresses', () => {
  it.each([
    ['to ada@example.com, bob.b+x@mail.example.co.uk.', 'to [redacted:email], [redacted:email].'],
    ['mailto:ada@example.com?x=1', 'mailto:[redacted:email]?x=1'],
    ['<ada@example.com>', '<[redacted:email]>'],
    ['/u?email=ada%40example.com&y', '/u?email=[redacted:email]&y'],
    ['{"to":"ada\\u0040example.com\\nbob@example.com"}', '{"to":"[redacted:email]\\n[redacted:email]"}'],
    ["o'brien@example.ie 'x@example.ie'", "[redacted:email] '[redacted:email]'"],
    ['jürgen@müller.de', '[redacted:email]'],
    ['a@b@example.com', 'a@[redacted:email]'],
    ['x@xn--mgbh0fb.xn--kgbechtv', '[redacted:email]'],
  ])('%s', (text, expected) => {
    expect(body(text)).toBe(expected)
  })

  it.each([
    'user@host',
    '@example.com',
    'a@b.1',
    'npm i @scope/name',
    'git@',
    'ada @example.com',
    'a@10.0.0.1',
  ])('leaves %s', text => {
    expect(body(text)).toBe(text)
  })
})

describe('bearer tokens', () => {
  it.each([
    ['Authorization: Bearer abc.DEF-123_~+/=', 'Authorization: Bearer [redacted:bearer]'],
    ['"authorization":"bearer secret"', '"authorization":"bearer [redacted:bearer]"'],
    ['got Bearer f00ba4 from', 'got Bearer [redacted:bearer] from'],
    ['{"h":"Bearer abc\\/d3f"}', '{"h":"Bearer [redacted:bearer]"}'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted:bearer]'],
    ['basic dXNlcjpwYXNz', 'basic [redacted:bearer]'],
    ['t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0xyz.c2lnbmF0dXJl;', 't=[redacted:bearer];'],
    ['Bearer%20abc123def', 'Bearer%20[redacted:bearer]'],
  ])('%s', (text, expected) => {
    expect(body(text)).toBe(expected)
  })

  it.each([
    'bearer authentication failed',
    'Basic authentication is off',
    'forbearer 12345678',
    'Bearer abc',
    'eyJabc',
  ])('leaves %s', text => {
    expect(body(text)).toBe(text)
  })
})

describe('cloud keys', () => {
  it.each([
    ['AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE', 'AWS_ACCESS_KEY_ID=[redacted:cloud]'],
    [`aws_secret_access_key = ${key(40)}`, 'aws_secret_access_key = [redacted:cloud]'],
    [`{"SecretAccessKey":"${key(40)}"}`, '{"SecretAccessKey":"[redacted:cloud]"}'],
    [`key AIza${key(35)}`, 'key [redacted:cloud]'],
    [`AccountKey=${key(86)}==;EndpointSuffix=x`, 'AccountKey=[redacted:cloud];EndpointSuffix=x'],
    [`?sv=1&sig=${key(43)}%3D&se=2`, '?sv=1&sig=[redacted:cloud]&se=2'],
    [`abc8Q~${key(34)}`, '[redacted:cloud]'],
    [`ghp_${key(36)}`, '[redacted:cloud]'],
    [`token github_pat_${key(60)}`, 'token [redacted:cloud]'],
    ['xoxb-123456789012-abcdefABCDEF', '[redacted:cloud]'],
    [
      'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
      'https://hooks.slack.com/services/[redacted:cloud]',
    ],
    [
      'k: "-----BEGIN PRIVATE KEY-----\\nMIIB\\n-----END PRIVATE KEY-----\\n", n: 1',
      'k: "[redacted:cloud]\\n", n: 1',
    ],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIB', '[redacted:cloud]'],
  ])('%s', (text, expected) => {
    expect(body(text)).toBe(expected)
  })

  it.each([
    'AKIAIOSFODNN7EXAMPLEX',
    'AKIAIOSFODNN7',
    'XAKIAIOSFODNN7EXAMPLE',
    'ghp_short',
    '-----BEGIN CERTIFICATE-----',
  ])('leaves %s', text => {
    expect(body(text)).toBe(text)
  })
})

describe('IBANs', () => {
  it.each([
    ['to DE89370400440532013000 now', 'to [redacted:iban] now'],
    ['GB82 WEST 1234 5698 7654 32', '[redacted:iban]'],
    ['iban=NO9386011117947', 'iban=[redacted:iban]'],
    ['"MT84MALT011000012345MTLCAST001S"', '"[redacted:iban]"'],
  ])('%s', (text, expected) => {
    expect(body(text)).toBe(expected)
  })

  it.each([
    'DE89370400440532013001',
    'XX89370400440532013000',
    'DE8937040044053201300',
    'DE893704004405320130000',
  ])('leaves %s', text => {
    expect(body(text)).toBe(text)
  })
})

describe('the rule', () => {
  it('works on the body and on all attributes, numbers too', () => {
    const line =
      '{"user":{"mail":"ada\\u0040example.com"},"card":4111111111111111,"msg":"by ada@example.com","n":7}'
    const [record] = runRules([{ type: 'redact', kinds: ['card', 'email'] }], [line])
    expect(record?.body).toBe(
      '{"user":{"mail":"[redacted:email]"},"card":"[redacted:card]","msg":"by [redacted:email]","n":7}',
    )
    expect(record?.attributes).toEqual({
      'user.mail': '[redacted:email]',
      card: '[redacted:card]',
      msg: 'by [redacted:email]',
      n: '7',
    })
  })

  it('takes lists apart', () => {
    const [record] = runRules([{ type: 'redact', kinds: ['email'] }], ['{"to":["ada@example.com",[1,"x"]]}'])
    expect(record?.attributes).toEqual({ to: '["[redacted:email]",[1,"x"]]' })
  })

  it('puts a keyed hash, the same for the same secret', () => {
    const hashKey = 'sixteen letters or more'
    const rule = { action: 'hash', hashKey }
    const digest = (text: string) => createHmac('sha256', hashKey).update(text).digest('hex').slice(0, 16)
    const card = `[card:${digest('4111111111111111')}]`
    expect(body('4111 1111 1111 1111 4111111111111111', rule)).toBe(`${card} ${card}`)
    expect(body('ADA@Example.com', rule)).toBe(`[email:${digest('ada@example.com')}]`)
  })

  it('takes own patterns, whole or one group of them', () => {
    const patterns = [
      { name: 'password', pattern: '(?i)pass(?:word)?=(?P<value>\\S+)', group: 'value' },
      { name: 'order', pattern: 'O-\\d{4}' },
    ]
    const rules = { kinds: [], patterns, marker: '<{{kind}}>' }
    expect(body('é user=ada Password=s3cret! O-1234 O-5678', rules)).toBe(
      'é user=ada Password=<password> <order> <order>',
    )
    expect(body('nothing', rules)).toBe('nothing')
  })

  it('works on the fields named alone', () => {
    const rules = [{ type: 'redact', kinds: ['email'], fields: ['user.*'] }]
    const line = '{"user":{"mail":"ada@example.com"},"msg":"ada@example.com"}'
    expect(runRules(rules, [line])).toMatchObject([
      { body: line, attributes: { 'user.mail': '[redacted:email]', msg: 'ada@example.com' } },
    ])
  })
})

describe('a line of 256 KiB takes no long time, made as it may be', () => {
  const length = 262_144
  it.each([
    '- ',
    'A ',
    '1 2-',
    '@',
    'a@b.',
    'eyJ-',
    'eyJabcdefghijk.',
    'bearer ',
    'AKIAIOSFODNN7EXAMPLE ',
    'sig=',
    'Q~',
    '4111 1111 1111 1111 ',
    'DE89370400440532013000 ',
    '-----BEGIN ',
    'ada@example.com ',
    'secret_access_key=',
  ])('%j', piece => {
    const text = piece.repeat(Math.ceil(length / piece.length))
    const patterns = [{ name: 'own', pattern: '(a+)+$|x\\d{3}' }]
    const started = performance.now()
    body(text, { patterns })
    expect(performance.now() - started).toBeLessThan(1500)
  })
})

it('a text of any characters around a secret hides it from nobody', () => {
  const around = fc.string({ unit: fc.constantFrom(' ', ',', '"', '\n', ':', '(', '=', 'ü '), maxLength: 40 })
  const secrets = fc.constantFrom(
    '4111 1111 1111 1111',
    'ada@example.com',
    'DE89370400440532013000',
    'AKIAIOSFODNN7EXAMPLE',
  )
  fc.assert(
    fc.property(around, secrets, around, (before, secret, after) => {
      expect(body(`x${before} ${secret} ${after}y`)).not.toContain(secret)
    }),
  )
})

it('the scanner finds what includes would', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '@'), maxLength: 12 })
  const groups = fc.array(
    fc.array(
      letters.filter(t => t !== ''),
      { minLength: 1, maxLength: 3 },
    ),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(groups, letters, fc.boolean(), (texts, text, isUpper) => {
      const bytes = Buffer.from(isUpper ? text.toUpperCase() : text)
      const expected = texts.map(group => group.some(each => text.includes(each)))
      const found = new TriggerScanner(texts).scan(bytes, 0, bytes.length)
      expect(texts.map((_, i) => (found & (1 << i)) !== 0)).toEqual(expected)
    }),
    { numRuns: 1000 },
  )
})

describe('a line whose attributes are looked at with its body', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '4111111111111111',
      '4111-1111-1111-1111',
      '411111111111',
      'ada@example.com',
      'ada\\u0040example.com',
      '@',
      'x',
      'Bearer ',
      key(24),
      'ghp_',
      `AKIA${'ABCDEFGHIJKLMNOP'}`,
      'DE89 3704 0044 0532 0130 00',
      '\u001b[31m',
      '-----BEGIN RSA PRIVATE KEY-----',
      '\\n',
      '.',
      ' ',
    ),
    fc.string({ maxLength: 4 }).map(text => JSON.stringify(text).slice(1, -1)),
  )
  const text = fc.array(piece, { maxLength: 4 }).map(pieces => pieces.join(''))
  const scalar = fc.oneof(
    text.map(value => `"${value}"`),
    fc.constantFrom('4111111111111111', '-4111111111111111', '4111111111111.111e3', '12', 'null', 'true'),
  )
  const value = fc.oneof(
    { weight: 4, arbitrary: scalar },
    fc.array(scalar, { maxLength: 2 }).map(items => `[${items.join(',')}]`),
    fc.tuple(text, scalar).map(([name, inner]) => `{"${name}":${inner}}`),
  )
  const line = fc
    .array(fc.tuple(fc.oneof(text, fc.constantFrom('service', 'host', 'msg', 'time', 'level')), value), {
      maxLength: 5,
    })
    .map(members => `{${members.map(([name, inner]) => `"${name}":${inner}`).join(',')}}`)

  it('loses the same secrets as where each is looked at by itself', () => {
    // the lines of a key are looked for from its first on: each way has its own
    const rules = [1, 2].map(() => pipelineOf([{ type: 'redact', kinds: all }]))
    const redacted = (way: number, draft: RecordDraft) => {
      rules[way]?.apply(draft)
      return describeDraft(draft)
    }
    fc.assert(
      fc.property(line, json => {
        const apart = draftOf(json)
        apart.isVerbatim = false
        expect(redacted(0, draftOf(json))).toEqual(redacted(1, apart))
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['{"a":"b","n":1,"list":["x"]}', true],
    ['{"a":"b\\n"}', false],
    ['{"a":["\\u0040"]}', false],
    ['{"a":{"b":1}}', false],
    ['\u001b[32m{"a":"b"}', false],
    ['a=1 b=2', false],
    ['plain', false],
  ])('%s', (json, expected) => {
    expect(draftOf(json).isVerbatim).toBe(expected)
  })
})
