import { describe, expect, it } from 'vitest'
import { encodingFor } from './encoding.ts'
import { csvRow, exportFormats } from './export-formats.ts'
import { exportName } from './export-name.ts'

describe('an export', () => {
  it('is a file named by its range in UTC, in characters that every file system takes', () => {
    const at = (text: string) => BigInt(Date.parse(text)) * 1_000_000n
    const name = exportName(at('2026-11-30T10:00:00Z') + 7n, at('2026-11-30T11:30:00.999Z'), 'csv')
    expect(name).toBe('logs-2026-11-30T10-00-00Z-to-2026-11-30T11-30-00Z.csv')
    expect(exportName(0n, 2n ** 63n - 1n, 'log')).toMatch(/^[\w.-]+-to-2262-04-11T23-47-16Z\.log$/)
  })

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['gzip', 'gzip'],
    ['gzip, zstd;q=0', 'gzip'],
    ['zstd;q=0.1, GZIP;q=0.9', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=nonsense', undefined],
  ])('that %s accepts comes in %s', (accepted, encoding) => {
    expect(encodingFor(accepted)).toBe(encoding)
  })

  it('quotes what a table needs quoted', () => {
    expect(csvRow(['a', 'say "b"', 'c,d', 'e\nf', ''])).toBe('a,"say ""b""","c,d","e\nf",\r\n')
  })

  it('has a column for each field, empty where a line lacks it', () => {
    const line = { id: '1-0-0-0', timestamp: '1', level: 'info', attributes: { route: '/cart' } }
    const fields = ['route', 'level', 'nosuch', 'id']
    expect(exportFormats.csv.begin(fields)).toBe('id,timestamp,route,level,nosuch\r\n')
    expect(exportFormats.csv.line(line, fields)).toBe('1-0-0-0,1,/cart,info,\r\n')
    expect(exportFormats.csv.begin([])).toMatch(/^id,timestamp,level,service,host,message,body,/)
  })
})
