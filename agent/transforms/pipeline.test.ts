import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { type Clock, ConfigError } from '../../lib/base/index.ts'
import { checkRequest, decodeLogs, protobufToJson } from '../../lib/otlp/index.ts'
import { LineParser } from '../lines/line-parser.ts'
import { utc } from '../lines/time/zone.ts'
import { noFilter } from '../records/filter.ts'
import { LogBatch } from '../records/log-batch.ts'
import { draftOf, pipelineOf } from './testing/run-rules.ts'

describe('a pipeline', () => {
  it('counts for each rule what it matched, changed, dropped and saved', () => {
    const pipeline = pipelineOf([
      { type: 'remove', fields: ['debug'], where: 'debug != ""' },
      { type: 'drop', name: 'health', where: '|= "healthz"' },
      { type: 'drop', where: '|= "never"' },
      { type: 'drop', where: '|= "never"' },
    ])
    for (const line of ['debug=12345 a=b', 'x', 'GET /healthz', 'healthz']) pipeline.apply(draftOf(line))
    expect(pipeline.figures.map(({ cpuMs: _, ...rest }) => rest)).toEqual([
      { name: 'remove', matched: 1, changed: 1, dropped: 0, bytesSaved: 18 },
      { name: 'health', matched: 2, changed: 0, dropped: 2, bytesSaved: 19 },
      { name: 'drop', matched: 0, changed: 0, dropped: 0, bytesSaved: 0 },
      { name: 'drop-2', matched: 0, changed: 0, dropped: 0, bytesSaved: 0 },
    ])
  })

  it('says of each source what was dropped of it since it was asked last', () => {
    const pipeline = pipelineOf([
      { type: 'drop', name: 'a', where: '|= "a"' },
      { type: 'drop', name: 'b', where: '|= "b"' },
    ])
    const [one, other] = [pipeline.filter(), pipeline.filter()]
    for (const line of ['a', 'b', 'ab', 'c']) one.apply(draftOf(line))
    other.apply(draftOf('b'))
    expect(one.takeDropped()).toEqual({ a: 2, b: 1 })
    expect(one.takeDropped()).toEqual({})
    expect(other.takeDropped()).toEqual({ b: 1 })
    expect([one.isEmpty, pipelineOf([]).filter().isEmpty]).toEqual([false, true])
  })

  it('estimates the time of each rule from a sample', () => {
    let now = 0
    const clock: Clock = { nowMs: () => 0, monotonicMs: () => (now += 0.5) }
    const pipeline = pipelineOf([{ type: 'set', fields: { a: 'b' } }], { clock })
    for (let i = 0; i < 640; i++) pipeline.apply(draftOf('x'))
    expect(pipeline.figures[0]?.cpuMs).toBe(320)
  })

  it('gives out at the end of a request what a rule kept back for more', () => {
    const batch = new LogBatch(pipelineOf([{ type: 'join', start: '^\\S' }]).filter(), 0)
    for (const line of ['one', ' two', 'three']) {
      batch.draft.setBody(Buffer.from(line), 0, line.length)
      batch.add()
    }
    const [request, ...others] = batch.finish()
    expect(others).toEqual([])
    expect(request?.lines).toBe(2)
    const text = JSON.stringify(protobufToJson('logs', request?.value ?? Buffer.alloc(0)))
    expect(text).toContain('"one\\n two"')
    expect(text).toContain('"three"')
  })

  it('keeps back for each source what is its own', () => {
    const pipeline = pipelineOf([{ type: 'join', start: '^\\S' }])
    const [one, other] = [pipeline.filter(), pipeline.filter()]
    expect([one.apply(draftOf('a')), other.apply(draftOf(' b')), one.apply(draftOf(' c'))]).toEqual([
      false,
      false,
      false,
    ])
    const draft = draftOf('')
    expect([other.flush?.(draft), draft.body.toString(), other.flush?.(draft)]).toEqual([true, ' b', false])
    expect([one.flush?.(draft), draft.body.toString()]).toEqual([true, 'a\n c'])
  })

  it('counts what a rule drops of what another kept back', () => {
    const filter = pipelineOf([
      { type: 'join', start: '^\\S' },
      { type: 'drop', where: '|= "a"' },
    ]).filter()
    filter.apply(draftOf('a'))
    expect(filter.flush?.(draftOf(''))).toBe(false)
    expect(filter.takeDropped()).toEqual({ drop: 1 })
  })

  it('leaves a batch without rules as it is', () => {
    const batch = new LogBatch(noFilter, 0)
    batch.draft.setBody(Buffer.from('x'), 0, 1)
    batch.add()
    expect(batch.finish().map(request => request.lines)).toEqual([1])
  })
})

it('whatever comes in, what comes out is a request', () => {
  const rules = [
    { type: 'parse', format: 'json', from: 'a' },
    { type: 'parse', format: 'keyvalue', prefix: 'é.' },
    { type: 'rename', fields: { b: 'c', c: 'a', msg: 'body' } },
    { type: 'redact', kinds: ['card', 'email', 'bearer', 'cloud', 'iban'] },
    { type: 'set', fields: { d: '{{a}}{{b.c}}', a: '' } },
    { type: 'remove', fields: ['x*'], where: 'x != "" or c > 1' },
    { type: 'join', start: '^[a-f{]' },
  ]
  const keys = fc.constantFrom('a', 'b', 'c', 'x1', 'msg', 'b.c', 'level', 'ü')
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom('ada@example.com', '{"x1":"4111111111111111"}', 'a=b c="d'),
  )
  const values = fc.oneof(texts, fc.integer(), fc.double(), fc.array(texts), fc.dictionary(keys, texts))
  const lines = fc.oneof(
    fc.dictionary(keys, values).map(object => JSON.stringify(object)),
    texts,
  )
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 8 }), some => {
      const batch = new LogBatch(pipelineOf(rules).filter(), 0)
      const parser = new LineParser(batch.draft, 'auto', utc, () => 0)
      for (const line of some) {
        const bytes = Buffer.from(line)
        parser.read(bytes, 0, bytes.length, true, false)
        batch.add()
      }
      for (const { value, lines: count } of batch.finish())
        expect([checkRequest('logs', value), [...decodeLogs(value, 0)].length]).toEqual([count, count])
    }),
    { numRuns: 300 },
  )
}, 30_000)

describe('the configuration of rules', () => {
  const problems = (rules: string): string[] => {
    try {
      parseConfig(`agent:\n  transforms:\n${rules}`, { file: 'm.yaml' })
    } catch (error) {
      if (error instanceof ConfigError) return error.message.split('\n')
      throw error
    }
    return []
  }

  it.each([
    [
      '    - { type: drop, where: \'status < "400"\' }',
      'm.yaml:3:28: agent.transforms[0].where: found the text "status < \\"400\\"", expected a condition: column 10: < compares numbers, found a text: write status < 500 without quotes',
    ],
    [
      '    - { type: drop, where: "|~ `a(b`" }',
      'm.yaml:3:28: agent.transforms[0].where: found the text "|~ `a(b`", expected a condition: column 6: not a regular expression: a group is not closed: add a closing ), or write \\( for a parenthesis itself',
    ],
    ['    - { type: drop }', 'm.yaml:3:7: agent.transforms[0].where: found nothing, expected a string'],
    [
      '    - { type: dorp }',
      'm.yaml:3:15: agent.transforms[0].type: found the text "dorp", expected type: parse, set, rename, remove, keep, redact, drop, sample, throttle, dedupe, join, detect or route',
    ],
    [
      '    - { type: parse, format: regex, pattern: "(?P<a>x){1001}" }',
      'm.yaml:3:46: agent.transforms[0].pattern: found the text "(?P<a>x){1001}", expected a regular expression: column 9: {1001} is more than 1000 times',
    ],
    [
      '    - { type: parse, format: pattern, pattern: "<a><b>" }',
      'm.yaml:3:48: agent.transforms[0].pattern: found the text "<a><b>", expected a pattern: column 1: two places need a text between them',
    ],
    [
      '    - { type: parse, format: csv, columns: [a], delimitr: x }',
      'm.yaml:3:49: agent.transforms[0].delimitr: found an unknown key, did you mean delimiter?',
    ],
    [
      '    - { type: parse, format: json, columns: [a] }',
      'm.yaml:3:45: agent.transforms[0].columns: found a list, expected nothing: the format json has no columns',
    ],
    [
      '    - { type: parse, format: timestamp, formats: ["%Y-%q"] }',
      'm.yaml:3:51: agent.transforms[0].formats[0]: found the text "%Y-%q", expected auto, rfc3339, epoch, epoch_ms, epoch_us, epoch_ns or directives: %q is none of %Y %y %m %b %B %d %e %j %a %A %H %I %p %M %S %f %L %z %Z %s %n %t %%',
    ],
    [
      '    - { type: parse, format: json, zone: Mars }',
      'm.yaml:3:42: agent.transforms[0].zone: found the text "Mars", expected local, UTC, an offset as in +02:00, or a name as in Europe/Berlin',
    ],
    [
      '    - { type: redact, kinds: [card], action: hash }',
      'm.yaml:3:7: agent.transforms[0].hashKey: found nothing, expected a key of 16 characters or more',
    ],
    [
      '    - { type: redact, kinds: [card], action: hash, hashKey: short }',
      'm.yaml:3:61: agent.transforms[0].hashKey: found a string, expected at least 16 characters',
    ],
    [
      '    - { type: redact }',
      'm.yaml:3:7: agent.transforms[0]: found a section of keys, expected kinds or patterns to look for',
    ],
    [
      '    - { type: redact, patterns: [{ name: a, pattern: "x", group: g }] }',
      'm.yaml:3:66: agent.transforms[0].patterns[0].group: found the text "g", expected a group that the pattern has',
    ],
    [
      '    - { type: drop, name: a, where: "|= `x`" }\n    - { type: drop, name: a, where: "|= `y`" }',
      'm.yaml:4:27: agent.transforms[1].name: found the text "a", expected a name that no other rule has',
    ],
    [
      '    - { type: drop, name: cut, where: "|= `x`" }',
      'm.yaml:3:27: agent.transforms[0].name: found the text "cut", expected a name that the ledger does not use',
    ],
    [
      '    - { type: drop, name: "a,b", where: "|= `x`" }',
      'm.yaml:3:27: agent.transforms[0].name: found the text "a,b", expected a name of letters, digits, . _ and -',
    ],
    [
      '    - { type: route }',
      'm.yaml:3:7: agent.transforms[0]: found a section of keys, expected a topic or a tenant',
    ],
  ])('%s is refused', (rules, message) => {
    expect(problems(rules)).toEqual([message])
  })
})
