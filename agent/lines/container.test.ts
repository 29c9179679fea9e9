import { describe, expect, test } from 'vitest'
import { ContainerLine, unwrapCri, unwrapDocker } from './container.ts'

const seconds = Date.UTC(2026, 10, 28, 17, 7, 26) / 1000

function unwrap(how: typeof unwrapCri, text: string, around = ''): Record<string, unknown> | undefined {
  const out = new ContainerLine()
  const line = Buffer.from(text)
  const bytes = Buffer.from(around + text + around)
  const start = Buffer.byteLength(around)
  if (!how(bytes, start, start + line.length, out)) return undefined
  return {
    seconds: out.seconds,
    nanos: out.nanos,
    stream: out.stream,
    partial: out.partial,
    content: out.bytes.toString('utf8', out.start, out.end),
  }
}

describe('a line of the container runtime interface', () => {
  test.each([
    ['2026-11-28T17:07:26.123456789Z stdout F hello', 123456789, 'stdout', false, 'hello'],
    ['2026-11-28T18:07:26.5+01:00 stderr P half a ', 500_000_000, 'stderr', true, 'half a '],
    ['2026-11-28T17:07:26Z stdout F:a:b tagged', 0, 'stdout', false, 'tagged'],
    ['2026-11-28T17:07:26Z stdout F ', 0, 'stdout', false, ''],
    ['2026-11-28T17:07:26Z stdout F', 0, 'stdout', false, ''],
    ['2026-11-28T17:07:26Z stdout F   indented', 0, 'stdout', false, '  indented'],
    ['2026-11-28T17:07:26Z stderr F {"level":"error"}', 0, 'stderr', false, '{"level":"error"}'],
  ])('%s', (line, nanos, stream, partial, content) => {
    expect(unwrap(unwrapCri, line)).toEqual({ seconds, nanos, stream, partial, content })
    expect(unwrap(unwrapCri, line, 'F x')).toEqual({ seconds, nanos, stream, partial, content })
  })

  test.each([
    '',
    'hello',
    '2026-11-28T17:07:26Z',
    '2026-11-28T17:07:26Z stdout',
    '2026-11-28T17:07:26Z stdout X text',
    '2026-11-28T17:07:26Z stdout Found it',
    '2026-11-28T17:07:26Z stdouts F text',
    '2026-11-28T17:07:26Z INFO F text',
    'yesterday at noon, or so stdout F text',
  ])('is not %s', line => {
    expect(unwrap(unwrapCri, line)).toBeUndefined()
    expect(unwrap(unwrapCri, line, ' stdout F ')).toBeUndefined()
  })
})

describe("a line of Docker's json-file", () => {
  const time = '2026-11-28T17:07:26.123456789Z'
  test.each([
    [`{"log":"hello\\n","stream":"stdout","time":"${time}"}`, 'stdout', false, 'hello'],
    [`{"log":"half","stream":"stderr","time":"${time}"}`, 'stderr', true, 'half'],
    [`{"log":"\\n","stream":"stdout","time":"${time}"}`, 'stdout', false, ''],
    [`{"log":"","stream":"stdout","time":"${time}"}`, 'stdout', true, ''],
    [
      `{"log":"{\\"msg\\":\\"\\u00e9\\"}\\r\\n","stream":"stdout","time":"${time}"}`,
      'stdout',
      false,
      '{"msg":"é"}\r',
    ],
    [
      `{"log":"a\\n","stream":"stdout","attrs":{"log":"no","tag":"x"},"time":"${time}"}`,
      'stdout',
      false,
      'a',
    ],
    [`{"time":"${time}","stream":"stdout","log":"\\u001b[31mred\\n"}`, 'stdout', false, '\u001b[31mred'],
    [
      `{"log":"a backslash at the end \\\\n","stream":"stdout","time":"${time}"}`,
      'stdout',
      true,
      'a backslash at the end \\n',
    ],
  ])('%s', (line, stream, partial, content) => {
    const expected = { seconds, nanos: 123456789, stream, partial, content }
    expect(unwrap(unwrapDocker, line)).toEqual(expected)
    expect(unwrap(unwrapDocker, line, '"\\')).toEqual(expected)
  })

  test.each([
    [
      `{"log":"a\\n","stream":"stdout","attrs":{"log":"{no}","tag":"x"},"time":"${time}"}`,
      '{"log":"{no}","tag":"x"}',
    ],
    [`{"attrs":{},"log":"a\\n","stream":"stdout","time":"${time}","more":{"attrs":{"a":"b"}}}`, '{}'],
    [`{"log":"a\\n","stream":"stdout","more":[{"attrs":{"a":"b"}}],"time":"${time}"}`, ''],
    [`{"log":"a\\n","stream":"stdout","attrs":"none","time":"${time}"}`, ''],
  ])('has what is said of its container: %s', (line, attrs) => {
    const out = new ContainerLine()
    out.attrs = 'of the line before'
    expect(unwrapDocker(Buffer.from(line), 0, Buffer.byteLength(line), out)).toBe(true)
    expect(out.attrs).toBe(attrs)
  })

  test.each([
    '',
    '{',
    '{}',
    'hello',
    `{"log":"a\\n","time":"${time}"}`,
    `{"log":"a\\n","stream":"stdout"}`,
    `{"log":"a\\n","stream":"stdin","time":"${time}"}`,
    `{"log":"a\\n","stream":"stdout","time":"now"}`,
    `{"log":"a\\x","stream":"stdout","time":"${time}"}`,
    `{"log":"a\\n","stream":"stdout","time":"${time}"} `,
    `{"log":"a\\n","stream":"stdout","time":"${time}`,
  ])('is not %s', line => {
    expect(unwrap(unwrapDocker, line)).toBeUndefined()
  })
})
