import { describe, expect, it } from 'vitest'
import type { StatusAnswer } from '../../../query/index.ts'
import { plain } from '../../terminal/paint.ts'
import { findingLines } from './finding.ts'
import { judge } from './judge.ts'
import type { Look } from './look.ts'

const nowMs = 1_700_000_000_000
const ns = (ms: number) => `${ms}000000`
const well: StatusAnswer = {
  version: '1.0.0',
  roles: [{ role: 'store', ok: true, address: 'http://s', detail: 'ClickHouse' }],
  storeDisk: { path: '/data/store/', freeBytes: 5e9, totalBytes: 1e10, minFreeBytes: 134_217_728 },
  foreignRecords: 0,
  completeTo: ns(nowMs - 2000),
  missingHosts: [],
  lag: [],
  agents: [],
}
const why = { why: 'no answer' }
const seen = (query: StatusAnswer, more: Partial<Look> = {}): Look => ({
  nowMs,
  query: { value: query },
  agent: why,
  dirs: { value: [] },
  groups: { value: [] },
  letters: { value: { waiting: 0, isAll: true } },
  ...more,
})
const wrong = (look: Look) => judge(look).filter(({ verdict }) => verdict === 'wrong')

describe('what is wrong', () => {
  it('is nothing where all goes on', () => {
    expect(wrong(seen(well))).toEqual([])
  })

  it.each([
    [
      'a role that does not answer',
      { roles: [{ role: 'store', ok: false, address: 'http://s', detail: 'refused' }] },
      'refused',
    ],
    [
      'a full disk',
      { storeDisk: { path: '/data/store/', freeBytes: 1e8, totalBytes: 1e8, minFreeBytes: 134_217_728 } },
      '(100 %), /data/store/ of the store: the store takes no more below 134.2 MB',
    ],
    ['a host that fell silent', { missingHosts: ['db1'] }, 'db1 fell silent'],
    ['answers that are complete to long ago', { completeTo: ns(nowMs - 600_000) }, '10 m ago'],
  ])('is %s, with what to do', (_, change, words) => {
    const [finding] = wrong(seen({ ...well, ...change }))
    expect(finding?.detail).toContain(words)
    expect(finding?.remedy).toBeDefined()
  })

  it('is an agent that fell silent, by its name where another one of its host goes on', () => {
    const agents = [
      { agent: 'files', host: 'db1', missing: true, dropped: {} },
      { agent: 'journal', host: 'db1', missing: false, dropped: {} },
    ] as unknown as StatusAnswer['agents']
    const [finding] = wrong(seen({ ...well, agents, missingHosts: ['db1'] }))
    expect(finding?.detail).toContain('files on db1 fell silent')
  })

  it('is not an aggregator of which nothing is known, since the broker is asked for it', () => {
    const away = (role: string) => ({ role, ok: false, address: role, detail: 'no answer' })
    const found = judge(seen({ ...well, roles: [away('broker'), away('aggregator')] }))
    const of = (what: string) => found.find(finding => finding.what === what)
    expect(of('broker')?.verdict).toBe('wrong')
    expect(of('aggregator')).toEqual({
      what: 'aggregator',
      verdict: 'note',
      detail: 'not known while the broker does not answer: it is the broker that knows its members',
    })
    expect(wrong(seen({ ...well, roles: [away('aggregator')] }))[0]?.remedy).toContain('kill -CONT')
  })

  it('is a group that is far behind, but not one that nobody runs', () => {
    const lag = {
      topic: 't',
      partition: 0,
      committed: 1,
      startOffset: 0,
      endOffset: 9,
      lagRecords: 8,
      lagSeconds: 4000,
      members: [],
    }
    const { lagRecords, lagSeconds } = lag
    const type = 'consumer' as const
    const group = {
      group: 'g',
      type,
      state: 'Stable',
      members: 1,
      lag: [lag],
      hasCommitted: true,
      lagRecords,
      lagSeconds,
    }
    expect(wrong(seen(well, { groups: { value: [group] } }))[0]?.detail).toBe(
      'g: 1 member, 8 records, 1 h 6 m behind',
    )
    expect(wrong(seen(well, { groups: { value: [{ ...group, members: 0 }] } }))).toEqual([])
    expect(wrong(seen(well, { groups: { value: [{ ...group, hasCommitted: false }] } }))).toEqual([])
  })

  it('is not what waits for somebody to look at: dead letters, and records of no agent', () => {
    const look = seen({ ...well, foreignRecords: 3 }, { letters: { value: { waiting: 1, isAll: true } } })
    const notes = judge(look).filter(({ verdict, remedy }) => verdict === 'note' && remedy !== undefined)
    expect(wrong(look)).toEqual([])
    expect(notes.map(({ detail }) => detail)).toEqual([
      '3 records of the logs topic came from no agent: in answers, but without a ledger',
      '1 record could not be stored and waits',
      'no answer',
    ])
  })

  it('is a role that takes connections and says nothing, which is not to be started', () => {
    const late = { why: 'no answer within 4 s', isLate: true }
    const findings = judge({ ...seen(well, { agent: late }), query: late })
    expect(findings.map(({ what, verdict }) => [what, verdict])).toEqual([
      ['query', 'wrong'],
      ['agent here', 'wrong'],
    ])
    for (const { remedy } of findings) expect(remedy).toMatch(/^it takes connections and says nothing/)
  })

  it('does not keep silent about dead letters that are too many to count', () => {
    const said = (letters: Look['letters'], more: Partial<Look> = {}) =>
      judge(seen(well, { letters, ...more })).find(({ what }) => what === 'dead letters')?.detail
    expect(said({ value: { waiting: 100_000, isAll: false } })).toBe(
      'at least 100,000 records could not be stored and wait',
    )
    expect(said({ why: 'no answer within 4 s' })).toBe('cannot be counted: no answer within 4 s')
    expect(said({ why: 'no broker' }, { groups: why })).toBeUndefined()
  })

  it('is a store whose disk is full, and not one that does not run', () => {
    const full = { role: 'store', ok: false, address: 'http://s', detail: 'its disk is full' }
    const [finding] = wrong(seen({ ...well, roles: [full] }))
    expect(finding?.remedy).toContain('make room on its disk')
  })

  it('is told in lines, with the remedy below', () => {
    const lines = findingLines(
      [{ what: 'disk', verdict: 'wrong', detail: 'full\u001b[2J', remedy: 'free some' }],
      plain,
    )
    expect(lines).toBe('✗ disk  full\\x1b[2J\n        → free some\n')
  })
})
