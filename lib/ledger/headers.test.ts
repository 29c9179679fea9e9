import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LedgerEntry, ledgerHeaders, readLedgerHeaders } from './headers.ts'

const count = fc.integer({ min: 0, max: 2 ** 40 })
const anyEntry: fc.Arbitrary<LedgerEntry> = fc.record({
  agent: fc.string(),
  source: fc.string(),
  generation: fc.string(),
  from: count,
  to: count,
  lines: count,
  dropped: fc.dictionary(fc.constantFrom('cut', 'older', 'no=debug'), count, { noNullPrototype: true }),
  crc32c: fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined }),
  services: fc.option(
    fc.array(
      fc.record({ service: fc.string({ unit: 'grapheme' }), lines: fc.integer({ min: 1, max: 1e6 }) }),
    ),
    { nil: undefined },
  ),
  gaps: fc.option(
    fc.array(
      fc.record({
        row: count,
        bytes: count,
        reason: fc.string({ unit: 'grapheme' }),
        isChange: fc.boolean(),
      }),
      { minLength: 1 },
    ),
    { nil: undefined },
  ),
})

describe('the ledger in the headers of a record', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyEntry, entry => {
        expect(readLedgerHeaders(ledgerHeaders(entry))).toEqual(entry)
      }),
    )
  })

  it('says where bytes are in no row and which rows were changed', () => {
    const gaps = [
      { row: 3, bytes: 120, reason: 'health checks, all', isChange: false },
      { row: 5, bytes: 80, reason: 'redact', isChange: true },
    ]
    const entry = {
      agent: 'a',
      source: '/x',
      generation: 'g',
      from: 0,
      to: 9,
      lines: 6,
      dropped: {},
      crc32c: 0x1f,
      gaps,
    }
    const headers = Object.fromEntries(ledgerHeaders(entry).map(({ key, value }) => [key, value]))
    expect(headers['millrace.gaps']).toBe('3+120=health%20checks%2C%20all,5*80=redact')
    expect(headers['millrace.crc32c']).toBe('0000001f')
  })

  it.each([
    ['crc32c', 'xyz'],
    ['services', 'web'],
    ['gaps', '1-2=x'],
  ])('is refused where %s is not readable', (key, value) => {
    const headers = ledgerHeaders({
      agent: 'a',
      source: '',
      generation: '',
      from: 0,
      to: 0,
      lines: 0,
      dropped: {},
    })
    expect(() => readLedgerHeaders([...headers, { key: `millrace.${key}`, value }])).toThrow(
      `ledger header millrace.${key} cannot be read: '${value}'`,
    )
  })

  it('is nobody’s without an agent', () => {
    expect(readLedgerHeaders([{ key: 'other', value: 'x' }])).toBeUndefined()
  })
})
