import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../../../lib/base/index.ts'
import { ledgerHeaders, readLedgerHeaders } from '../../../lib/ledger/index.ts'
import { divideRecord } from '../../records/divide.ts'
import type { SpooledRecord } from '../../testing/read-spool.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { expectProof } from './testing/expect-proof.ts'
import { TestAgent, turnMs } from './testing/test-agent.ts'

/** More by hand: `MILLRACE_MODEL_RUNS=500 npx vitest run agent/sources/file/proof`. */
const runs = Number(process.env['MILLRACE_MODEL_RUNS'] ?? 5)

const secret = 'jane.doe@example.org'
const words = fc.constantFrom(
  'ok',
  'naïve',
  secret,
  'health check',
  '',
  'x'.repeat(100),
  '東京 😀',
  'key=1 b=2',
)
const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r\r\n', '\n\n', '\r')
const trace = 'Error: no\n    at f (a.js:1:2)\r\n    at g (b.js:3:4)\n'
const named = '{"log.record.original":"forged","service":"api","msg":"m"}\n'

const textPiece = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(words, lineEnd).map(([word, end]) => `${word}${end}`) },
  { weight: 1, arbitrary: fc.constantFrom(trace, named, 'no end', '\n', '\0', '\0'.repeat(70), '\ufeff') },
)
const bytePiece = fc.oneof(
  { weight: 4, arbitrary: textPiece.map(text => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 12 }).map(bytes => Buffer.from(bytes)) },
)

function time(i: number): string {
  return `2026-11-28T17:07:${String(i % 60).padStart(2, '0')}.123456789Z`
}

const part = fc.record({
  stream: fc.constantFrom('stdout', 'stderr'),
  isPart: fc.boolean(),
  text: fc.constantFrom(
    'ok',
    secret,
    'health check',
    'x'.repeat(70),
    '',
    '    at g (b.js:3:4)',
    'Error: no',
    '"\\',
  ),
})
const criPiece = fc.oneof(
  {
    weight: 12,
    arbitrary: part.map(
      ({ stream, isPart, text }) =>
        `${time(1)} ${stream} ${isPart ? 'P' : 'F'} ${text.replaceAll('\n', '')}\n`,
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('not of the runtime\r\n', 'no end', '\0\0') },
)
const dockerPiece = part.map(
  ({ stream, isPart, text }) =>
    `${JSON.stringify({ log: `${text}${isPart ? '' : '\n'}`, stream, time: time(2) })}\n`,
)

function utf16(isBig: boolean, piece: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  return piece.map(text => {
    const bytes = Buffer.from(text, 'utf16le')
    return isBig ? bytes.swap16() : bytes
  })
}

function latin1(text: string): Buffer {
  return Buffer.from([...text].map(letter => Math.min(letter.codePointAt(0) ?? 0, 0xe9)))
}

/** Some letters of two bytes. */
function shiftJis(text: string): Buffer {
  return Buffer.from(
    [...text].flatMap(letter => (letter < '\u0080' ? [...Buffer.from(letter)] : [0x93, 0x8c])),
  )
}

interface Kind {
  head?: Buffer
  piece: fc.Arbitrary<Buffer>
  extra?: object
}

const kinds: Record<string, Kind> = {
  'of any bytes': { piece: bytePiece },
  'with a mark': { head: Buffer.from('\ufeffa\n'), piece: bytePiece },
  'without joined lines': { piece: bytePiece, extra: { multiline: 'none', parse: 'none' } },
  'by a pattern': { piece: bytePiece, extra: { multiline: { continue: '^(x| )', timeoutMs: 500 } } },
  'in UTF-16': {
    head: Buffer.from('\ufeffa\n', 'utf16le'),
    piece: utf16(false, textPiece),
  },
  'in UTF-16, the other way round': {
    head: Buffer.from('\0a\0\n'),
    piece: utf16(true, textPiece),
    extra: { encoding: 'utf-16be' },
  },
  'in Latin 1': { piece: textPiece.map(latin1), extra: { encoding: 'windows-1252' } },
  'in Shift JIS': { piece: textPiece.map(shiftJis), extra: { encoding: 'shift_jis' } },
  'of a container': { piece: criPiece.map(text => Buffer.from(text)), extra: { format: 'cri' } },
  "of Docker's": { piece: dockerPiece.map(text => Buffer.from(text)), extra: { format: 'docker' } },
}

const ruleSets: Record<string, readonly object[] | undefined> = {
  none: undefined,
  'that drop, change and send elsewhere': [
    { type: 'drop', name: 'health', where: '|= "health"' },
    { type: 'redact', name: 'mail', kinds: ['email'] },
    { type: 'route', name: 'elsewhere', where: '|= "naïve"', topic: 'other' },
  ],
  'that keep back': [
    { type: 'join', name: 'indented', start: '^\\S' },
    { type: 'drop', name: 'health', where: '|= "health"' },
    { type: 'redact', name: 'mail', kinds: ['email'] },
  ],
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant('turn' as const) },
  { weight: 1, arbitrary: fc.constantFrom('quiet' as const, 'restart' as const) },
)

const cases = Object.entries(kinds).flatMap(([name, kind]) =>
  Object.entries(ruleSets).map(([rules, transforms]) => [name, rules, { ...kind, transforms }] as const),
)

/** A file that is written and read in turn. */
class Growing {
  content = Buffer.alloc(0)
  readonly #agent: TestAgent
  readonly #path: string
  readonly #clock: FakeClock

  constructor(agent: TestAgent, path: string, clock: FakeClock) {
    this.#agent = agent
    this.#path = path
    this.#clock = clock
  }

  async append(bytes: Buffer): Promise<void> {
    await appendFile(this.#path, bytes)
    this.content = Buffer.concat([this.content, bytes])
  }

  async turn(ms: number): Promise<void> {
    this.#clock.advance(ms)
    await this.#agent.readAll(this.#clock)
  }

  /** In two parts, so that it is read in the middle of something. */
  async step(bytes: Buffer, cut: number, then: 'turn' | 'quiet' | 'restart'): Promise<void> {
    await this.append(bytes.subarray(0, cut))
    await this.turn(turnMs)
    await this.append(bytes.subarray(cut))
    if (then === 'restart') await this.#agent.reopen()
    await this.turn(then === 'quiet' ? 6_000 : turnMs)
  }

  /** Lets everything come to rest, also within a letter. */
  async end(last: Buffer): Promise<void> {
    await this.append(last)
    for (const ms of [2_000, 6_000, 11_000]) await this.turn(ms)
  }
}

type Steps<A> = A extends fc.Arbitrary<infer T> ? T : never

test.each(cases)(
  'every byte of a file %s is accounted for, with rules %s',
  async (_, __, { head, piece, extra, transforms }) => {
    const pieces = fc.array(fc.tuple(fc.array(piece, { maxLength: 6 }), fc.nat(40), step), { maxLength: 8 })
    const end = fc.tuple(piece, fc.nat(3)).map(([bytes, cut]) => bytes.subarray(0, bytes.length - cut))
    const play = async (steps: Steps<typeof pieces>, last: Buffer): Promise<void> =>
      await inTemporaryFolder(async folder => {
        const clock = new FakeClock()
        const settings = { include: ['*.log'], extra: { maxLineBytes: 64, ...extra }, transforms }
        const agent = await TestAgent.open({ folder, clock, ...settings })
        const file = new Growing(agent, join(folder, 'a.log'), clock)
        try {
          await file.append(head ?? Buffer.from('a first line\n'))
          for (const [written, cut, then] of steps) await file.step(Buffer.concat(written), cut, then)
          await file.end(last)
          await expectAll(agent, file.content, transforms !== undefined)
        } finally {
          await agent.close()
        }
      })
    await fc.assert(fc.asyncProperty(pieces, end, play), { numRuns: runs })
  },
  600_000,
)

test('what a rule took out of a line is in no original of the line that a hole ended before it', async () => {
  await inTemporaryFolder(async folder => {
    const clock = new FakeClock()
    const transforms = [{ type: 'redact', name: 'mail', kinds: ['email'] }]
    const extra = { encoding: 'shift_jis' }
    const agent = await TestAgent.open({ folder, clock, include: ['*.log'], extra, transforms })
    const file = new Growing(agent, join(folder, 'a.log'), clock)
    try {
      await file.append(Buffer.concat([shiftJis('東 \r'), Buffer.alloc(70), Buffer.from(`${secret}\nok`)]))
      await file.end(Buffer.from('\n'))
      await expectAll(agent, file.content, true)
      expect((await agent.rows()).map(({ body }) => body)).toEqual(['東 ', '[redacted:email]', 'ok'])
    } finally {
      await agent.close()
    }
  })
})

async function expectAll(agent: TestAgent, content: Buffer, hasRules: boolean): Promise<void> {
  const records = (await agent.records()).filter(({ entry }) => entry.crc32c !== undefined)
  let at = 0
  for (const record of records) {
    expect(record.entry.from).toBe(at)
    at = record.entry.to
    expectProof(record, content)
    expectDivided(record, content)
    const { gaps = [] } = record.entry
    if (!hasRules) expect(gaps.filter(({ reason }) => reason !== 'cut' && reason !== 'nul-hole')).toEqual([])
    if (hasRules) expect(record.value.includes(secret)).toBe(false)
  }
  expect(at).toBe(content.length)
}

/** Sent line by line, a record says the same of the same bytes. */
function expectDivided({ entry, value }: SpooledRecord, content: Buffer): void {
  const lines = divideRecord('logs', { value, headers: ledgerHeaders(entry), timestampMs: 1 })
  let at = entry.from
  for (const line of lines) {
    const own = readLedgerHeaders(line.headers)
    if (own === undefined) throw new Error('a line has a ledger')
    expect(own.from).toBe(at)
    at = own.to
    expectProof({ entry: own, value: line.value, tenant: '' }, content)
  }
  expect([lines.length, at]).toEqual([Math.max(1, entry.lines), entry.to])
}
