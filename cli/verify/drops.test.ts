import { describe, expect, it } from 'vitest'
import { addDrops, dropsText, noDrops } from './drops.ts'

describe('what the ledger says is missing', () => {
  it('keeps bytes and records apart, each under its own name', () => {
    const totals = noDrops()
    addDrops(totals, { 'health-checks': 100, cut: 137_856 })
    addDrops(totals, { 'health-checks': 30, sample: 20, 'nul-hole': 5_000 })
    addDrops(totals, { 'spool-full': 7, 'start-at-end': 2_005, older: 11, cut: 4 })
    expect(totals).toEqual({
      dropped: 150,
      droppedByRule: { 'health-checks': 130, sample: 20 },
      spoolFullRecords: 7,
      passedOverBytes: { cut: 137_860, 'nul-hole': 5_000, 'start-at-end': 2_005, older: 11 },
    })
    expect(dropsText(totals)).toBe(
      '150 records dropped by rules (health-checks 130, sample 20), 7 records dropped by a full spool, ' +
        '137860 bytes of cut lines, 5000 bytes of NUL holes, 2005 bytes before a start at the end, ' +
        '11 bytes of files older than ignoreOlder',
    )
  })

  it('says that no rule dropped anything', () => {
    expect(dropsText(noDrops())).toBe('0 records dropped by rules')
  })
})
