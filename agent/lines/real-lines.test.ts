import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { logMessage } from '../../lib/otlp/index.ts'
import { LineReader } from './testing/read-line.ts'

/** One line of some software and what is to be read from it. */
interface RealLine {
  kind: string
  line: string
  level: string
  /** RFC 3339; null: it has none. */
  time: string | null
  /** Those that the line itself names. */
  service?: string
  host?: string
  /** What people are shown, where that is not the line. */
  message?: string
  /** Some of its attributes. */
  fields?: Record<string, string>
}

const cases = readFileSync(new URL('./testing/real-lines.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as RealLine)

function nanosOf(time: string): bigint {
  const [, seconds = '', fraction = ''] = /^(.{19})(?:\.(\d+))?Z$/.exec(time) ?? []
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

const reader = new LineReader()
const read = (line: Buffer) => reader.read(line)

describe('a line of', () => {
  test.each(cases)('$kind: $line', ({ line, level, time, service, host, message, fields }) => {
    const log = read(Buffer.from(line))
    const body = line.replace(/^\ufeff/, '')
    expect(log.body).toBe(body)
    expect(log.level).toBe(level)
    expect(log.hasTime ? log.timestamp : null).toBe(time === null ? null : nanosOf(time))
    expect(log.service).toBe(service ?? 'file')
    expect(log.host).toBe(host ?? 'machine')
    expect(logMessage(log.attributes, log.body)).toBe(message ?? body)
    expect(log.attributes).toMatchObject(fields ?? {})
  })
})

test('whatever a line is cut to, what stands behind it in its buffer is not read', () => {
  const different: string[] = []
  for (const { line } of cases) {
    const bytes = Buffer.from(line)
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length)
      const alone = reader.request(cut, '', '')
      const rest = line.slice(cut.toString('latin1').length)
      for (const after of [rest, '0', 'Z', ':59 ', '] "GET / HTTP/1.1" 200 ', '"', '}', ' [7]: '])
        if (!reader.request(cut, '', after).equals(alone)) different.push(`${String(cut)}|${after}`)
    }
  }
  expect(different).toEqual([])
})

/** Logs of real systems, which this repository does not hold. */
const folder =
  process.env['MILLRACE_REAL_LOGS'] ?? join(import.meta.dirname, '../../../shared/data/real-logs')

interface Share {
  file: string
  lines: number
  time: number
  level: number
}

function shareOf(file: string): Share {
  const lines = gunzipSync(readFileSync(join(folder, file)))
    .toString('latin1')
    .trimEnd()
    .split('\n')
  const share: Share = { file, lines: lines.length, time: 0, level: 0 }
  for (const line of lines) {
    const log = read(Buffer.from(line, 'latin1'))
    if (log.hasTime) share.time++
    if (log.level !== 'unknown') share.level++
  }
  return share
}

describe.skipIf(!existsSync(folder))(
  'of the real logs (skipped where ../shared/data/real-logs is absent)',
  () => {
    test('time and level are read', () => {
      expect(['apache-access.log.gz', 'sshd-auth.log.gz', 'kafka-brokers.log.gz'].map(shareOf)).toEqual([
        { file: 'apache-access.log.gz', lines: 10_000, time: 10_000, level: 10_000 },
        // sshd, sudo and CRON say no level of most of what they log
        { file: 'sshd-auth.log.gz', lines: 7121, time: 7121, level: 193 },
        // all but the frames of stack traces
        { file: 'kafka-brokers.log.gz', lines: 24_863, time: 22_105, level: 22_105 },
      ])
    })
  },
)
