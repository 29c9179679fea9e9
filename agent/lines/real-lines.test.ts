import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type DecodedLog, decodeLogs, logMessage } from '../../lib/otlp/index.ts'
import { RecordDraft } from '../records/draft.ts'
import { originOf } from '../records/origin.ts'
import { RequestWriter } from '../records/request-writer.ts'
import { LineParser } from './line-parser.ts'
import { utc } from './time/zone.ts'

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

const nowMs = Date.UTC(2026, 10, 28, 17, 10)
const cases = readFileSync(new URL('./testing/real-lines.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as RealLine)

interface Read extends DecodedLog {
  hasTime: boolean
}

function reader(): (bytes: Buffer) => Read {
  const draft = new RecordDraft()
  draft.origin = originOf({ service: 'file', host: 'machine', scope: 'millrace.file' })
  const parser = new LineParser(draft, 'auto', utc, () => nowMs)
  const out = new RequestWriter(65_536)
  return bytes => {
    // what stands around a line in its buffer must make no difference
    const around = Buffer.concat([Buffer.from('2026 {"'), bytes, Buffer.from(' UTC"}')])
    out.open(Buffer.alloc(0), nowMs)
    parser.read(around, 7, 7 + bytes.length, true, false)
    out.add(draft)
    const hasTime = draft.seconds >= 0
    const request = out.close()
    const [log] = decodeLogs(request, nowMs)
    out.reuse(request)
    if (log === undefined) throw new Error('no record was written')
    return { ...log, hasTime }
  }
}

function nanosOf(time: string): bigint {
  const [, seconds = '', fraction = ''] = /^(.{19})(?:\.(\d+))?Z$/.exec(time) ?? []
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

const read = reader()

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
