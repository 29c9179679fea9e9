import { describe, expect, it } from 'vitest'
import { LedgerCheck } from './ledger.ts'

const entry = (from: number, to: number, generation = '1') => ({
  agent: 'a',
  source: '/var/log/x',
  generation,
  from,
  to,
  lines: 2,
  dropped: { sample: 1 },
})

describe('the ledger check', () => {
  it('finds nothing where ranges follow one another', () => {
    const check = new LedgerCheck()
    check.add(entry(0, 10))
    check.add(entry(10, 25))
    check.add(entry(0, 5, '2'))
    check.end()
    expect(check.findings).toEqual([])
    expect(check.totals).toEqual({
      records: 3,
      sources: 2,
      lines: 6,
      dropped: 3,
      droppedByRule: { sample: 3 },
      spoolFullRecords: 0,
      passedOverBytes: {},
    })
  })

  it('finds a gap at the start, a gap and an overlap', () => {
    const check = new LedgerCheck()
    check.add(entry(3, 10))
    check.add(entry(12, 20))
    check.add(entry(15, 30))
    check.end()
    expect(check.findings.map(f => [f.kind, f.where])).toEqual([
      ['overlap', 'bytes 15 to 20'],
      ['gap', 'bytes 0 to 3'],
      ['gap', 'bytes 10 to 12'],
    ])
  })

  it('finds nothing where what was set aside, or let go by a full spool, is told of later', () => {
    const check = new LedgerCheck()
    for (const [from, to] of [
      [0, 10],
      [20, 30],
      [40, 50],
      [10, 20],
      [30, 35],
      [35, 40],
    ] as const)
      check.add(entry(from, to))
    check.end()
    expect(check.findings).toEqual([])
  })

  it('finds of what comes late the bytes that were there, and those that still are not', () => {
    const check = new LedgerCheck()
    for (const [from, to] of [
      [0, 10],
      [20, 30],
      [5, 15],
    ] as const)
      check.add(entry(from, to))
    check.end()
    expect(check.findings.map(f => [f.kind, f.where])).toEqual([
      ['overlap', 'bytes 5 to 10'],
      ['gap', 'bytes 15 to 20'],
    ])
  })

  it('does not miss what retention took before the first record', () => {
    const check = new LedgerCheck()
    check.add(entry(300, 310), false)
    check.end()
    expect(check.findings).toEqual([])
  })
})
