import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LogRecordInput, levelOf, writeLogsRequest } from '../../lib/otlp/index.ts'
import { rollups } from '../../store/index.ts'
import type { UInt32Column, UInt64Column } from '../native/fixed.ts'
import { defaultSettings } from '../range/settings.ts'
import { rollUpLogs } from '../rows/log-rollup.ts'
import { LogRows } from '../rows/logs.ts'
import { RecordPosition } from '../rows/position.ts'
import { RetentionRules } from '../rows/retention.ts'
import { RangeBlocks, type TableBlock } from './blocks.ts'

const nowS = 1_763_862_000

const anyRecord: fc.Arbitrary<LogRecordInput> = fc.record({
  time: fc.record({ seconds: fc.integer({ min: nowS - 100, max: nowS + 100 }), nanos: fc.nat(999_999_999) }),
  observed: fc.constant({ seconds: nowS, nanos: 0 }),
  severityNumber: fc.nat(24),
  severityText: fc.constantFrom('', 'INFO', 'warning', 'odd'),
  body: fc.oneof(fc.string(), fc.integer(), fc.array(fc.string(), { maxLength: 3 })),
  attributes: fc.dictionary(
    fc.constantFrom('a', 'b', 'c.d'),
    fc.oneof(fc.string(), fc.integer(), fc.boolean()),
  ),
})
const anyRequest = fc.record({
  service: fc.constantFrom('web', 'cart', ''),
  host: fc.constantFrom('h1', 'h2'),
  records: fc.array(anyRecord, { maxLength: 8 }),
})
type Request = typeof anyRequest extends fc.Arbitrary<infer T> ? T : never

const encode = ({ service, host, records }: Request): Buffer =>
  writeLogsRequest({ resource: { 'service.name': service, 'host.name': host }, scope: 's' }, records)
const position = (offset: number) => new RecordPosition('otlp_logs', 2, offset, nowS * 1000, 'agent')
const makeBlocks = (signal: 'logs' | 'metrics' | 'traces' = 'logs') =>
  new RangeBlocks(signal, defaultSettings)
const bytesOf = (blocks: TableBlock[]) =>
  blocks.map(block => `${block.table} ${block.rows} ${Buffer.concat(block.pieces).toString('hex')}`)

describe('the blocks of a range', () => {
  it('are the same bytes for the same records, whatever the memory they are built in was used for', () => {
    const used = makeBlocks()
    fc.assert(
      fc.property(fc.array(anyRequest, { maxLength: 5 }), requests => {
        used.clear()
        const fresh = makeBlocks()
        for (const [offset, request] of requests.entries())
          for (const blocks of [used, fresh]) blocks.add(encode(request), position(offset))
        expect(bytesOf(used.finish())).toEqual(bytesOf(fresh.finish()))
      }),
    )
  })

  it('hold a record whole or not at all', () => {
    fc.assert(
      fc.property(anyRequest, fc.nat(200), (request, cut) => {
        const bytes = encode(request)
        const blocks = makeBlocks()
        blocks.add(bytes, position(0))
        const before = blocks.rows
        const damaged = Buffer.concat([bytes, bytes.subarray(0, Math.min(cut, bytes.length - 1))])
        let added = 0
        try {
          blocks.add(damaged, position(1))
          added = blocks.rows - before
        } catch {
          expect(blocks.rows).toBe(before)
        }
        blocks.add(bytes, position(2))
        expect(blocks.rows).toBe(before * 2 + added)
        // every column agrees on the number of rows, or this would fail
        blocks.finish()
      }),
    )
  })

  it('of other signals have notes among the logs', () => {
    for (const signal of ['metrics', 'traces'] as const) {
      const blocks = makeBlocks(signal)
      expect(() => blocks.add(Buffer.from([0x0a, 0x7f]), position(0))).toThrow('invalid protobuf')
      blocks.addNote(position(0), 'a note', 'why')
      expect(blocks.finish().map(block => block.table)).toEqual([
        'otel_logs',
        'log_rollup_10s',
        'log_rollup_1m',
        'log_rollup_5m',
        'log_rollup_1h',
        'log_patterns',
        'pattern_rollup_1m',
        'pattern_rollup_1h',
      ])
    }
  })
})

describe('log rollups', () => {
  it('count what is in the rows, window by window', () => {
    fc.assert(
      fc.property(fc.array(anyRequest, { maxLength: 5 }), requests => {
        const rows = new LogRows('default', new RetentionRules({ days: 30, rules: [] }))
        for (const [offset, request] of requests.entries()) rows.add(encode(request), position(offset))
        for (const { window, columns: all } of rollUpLogs(rollups.logs, rows, 7)) {
          const { seconds } = window
          const columns = all as unknown as Pick<LogRows['columns'], 'ServiceName' | 'Host' | 'Level'> & {
            Window: UInt32Column
            Lines: UInt64Column
          }
          const found = Array.from({ length: columns.Lines.rows }, (_, row) =>
            [
              columns.ServiceName.dictionary.text(columns.ServiceName.place(row)),
              columns.Host.dictionary.text(columns.Host.place(row)),
              columns.Level.dictionary.text(columns.Level.place(row)),
              columns.Window.at(row),
              columns.Lines.number(row),
            ].join(' '),
          )
          expect(found.sort()).toEqual(naiveRollup(requests, seconds))
        }
      }),
    )
  })
})

function naiveRollup(requests: readonly Request[], seconds: number): string[] {
  const counts = new Map<string, number>()
  for (const { service, host, records } of requests)
    for (const record of records) {
      const window = Math.floor(record.time.seconds / seconds) * seconds
      const key = `${service} ${host} ${levelOf(record.severityNumber, record.severityText)} ${window}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  return [...counts].map(([key, count]) => `${key} ${count}`).sort()
}
