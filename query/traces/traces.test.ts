import { describe, expect, it } from 'vitest'
import { parseTraceQl } from '../../lib/traceql/index.ts'
import { newestFirst, selectionOf } from './candidates.ts'
import { groupSql, SqlWriter } from './field-sql.ts'
import { conditionOfFilters, pipelineOf } from './filters.ts'
import { sampleOf } from './graph.ts'
import { parseLogfmt } from './logfmt.ts'
import { fieldOfTag } from './tags.ts'
import { traceIdOf } from './trace-by-id.ts'
import { measureSql } from './traceql-sql.ts'
import { typedValue } from './typed-value.ts'

describe('questions about traces', () => {
  it('reads attributes as people write them', () => {
    expect(parseLogfmt('a=1  b.c="x \\" y" d= e=/p?q')).toEqual({ a: '1', 'b.c': 'x " y', d: '', e: '/p?q' })
    expect(parseLogfmt('')).toEqual({})
    for (const wrong of ['a', 'a="b', '=b', 'a=b"c"'])
      expect(() => parseLogfmt(wrong)).toThrow('expected pairs')
  })

  it.each([
    ['200', 'int'],
    ['-5', 'int'],
    ['0', 'int'],
    ['007', 'string'],
    ['-0', 'string'],
    ['9223372036854775807', 'int'],
    ['9223372036854775808', 'string'],
    ['1.5', 'double'],
    ['1.0', 'string'],
    ['1e3', 'string'],
    ['true', 'bool'],
    ['True', 'string'],
    ['', 'string'],
    ['["a",1]', 'array'],
    ['[x]', 'string'],
    ['[{}]', 'string'],
  ])('takes the text %j for one of type %s', (text, type) => {
    expect(typedValue('a', text).type).toBe(type)
    expect(typedValue('service.name', text).type).toBe('string')
  })

  it('knows ids of every length', () => {
    expect([
      traceIdOf('AB'),
      traceIdOf('f'.repeat(32)),
      traceIdOf('f'.repeat(33)),
      traceIdOf('x'),
      traceIdOf(''),
    ]).toEqual([`${'0'.repeat(30)}ab`, 'f'.repeat(32), undefined, undefined, undefined])
  })

  it('names the field of a tag', () => {
    const attribute = (scope: string, name: string) => ({ kind: 'attribute', scope, ofParent: false, name })
    expect(fieldOfTag('resource.service.name')).toEqual(attribute('resource', 'service.name'))
    expect(fieldOfTag('.a')).toEqual(attribute('any', 'a'))
    expect(fieldOfTag('span."a b"')).toEqual(attribute('span', 'a b'))
    expect(fieldOfTag('http.route')).toEqual(attribute('any', 'http.route'))
    expect(fieldOfTag('name')).toEqual({ kind: 'intrinsic', name: 'name' })
  })

  it('asks filters and a query of the same span', () => {
    expect(pipelineOf('{ .a = 1 }', { operation: 'x' })).toEqual(
      parseTraceQl('{ name = "x" && .a = 1 }').pipeline,
    )
    expect(pipelineOf('{ .a } > { .b }', { status: 'error' })).toEqual(
      parseTraceQl('{ status = error } && ({ .a } > { .b })').pipeline,
    )
    expect(pipelineOf('', {})).toEqual(parseTraceQl('{}').pipeline)
  })

  it('understands tags that are no attributes', () => {
    const condition = (attributes: Record<string, string>) => conditionOfFilters({ attributes })
    const first = parseTraceQl('{ status = error && kind = client }').pipeline.first
    expect({ kind: 'spans', condition: condition({ error: 'true', 'span.kind': 'client' }) }).toEqual(first)
    expect(() => condition({ 'span.kind': 'x' })).toThrow('expected one of')
    expect(() => conditionOfFilters({ minDuration: '-1s' })).toThrow('expected a duration')
  })

  it('looks at the newest first, without gaps', () => {
    const hour = 3_600_000_000_000n
    const slices = newestFirst({ startNs: hour, endNs: 25n * hour })
    expect(slices[0]?.endNs).toBe(25n * hour)
    expect(slices.at(-1)?.startNs).toBe(hour)
    expect(slices.slice(1).map(({ endNs }) => endNs)).toEqual(
      slices.slice(0, -1).map(({ startNs }) => startNs),
    )
    expect(slices.length).toBeLessThan(8)
  })

  it('takes a part of many spans for all', () => {
    const dayNs = 86_400_000_000_000n
    expect(sampleOf({ startNs: 0n, endNs: dayNs }, 1000)).toMatchObject({ sql: '', params: {}, scale: 1 })
    const ofDay = sampleOf({ startNs: 0n, endNs: dayNs }, 10_000_000)
    expect([ofDay.scale, ofDay.params.steps, ofDay.params.everyTrace]).toEqual([20, 14n, undefined])
    const ofMinute = sampleOf({ startNs: 0n, endNs: 60_000_000_000n }, 10_000_000)
    expect([ofMinute.scale, ofMinute.params]).toEqual([20, { everyTrace: 20n }])
  })

  it('has no name of a field in SQL', () => {
    const odd = "x'] OR 1=1 --"
    for (const scope of ['any', 'span', 'resource', 'event', 'link'] as const) {
      const writer = new SqlWriter()
      const field = { kind: 'attribute', scope, ofParent: false, name: odd } as const
      for (const sql of [groupSql(field, writer), measureSql(field, writer)]) expect(sql).not.toContain('1=1')
      expect(Object.values(writer.params)).toContain(odd)
    }
  })

  it('says of a query with relations which traces it may take', () => {
    const { traceSql, isExact } = selectionOf(parseTraceQl('{ .a } !> { kind = client }').pipeline)
    expect(isExact).toBe(false)
    expect(traceSql?.match(/countIf/g)).toHaveLength(1)
    const both = selectionOf(parseTraceQl('{ .a } > { kind = client }').pipeline)
    expect(both.traceSql?.match(/countIf/g)).toHaveLength(2)
  })
})
