import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../../query/index.ts'
import { readColumns, turned, writeColumns } from './columns.ts'
import { foldFrames, hiddenLines, textOf } from './fold.ts'
import { inlineFields } from './line-fields.ts'

let offset = 0
function line(body: string, more: Partial<LogLine> = {}): LogLine {
  const source = { topic: 't', partition: 0, offset: String(offset++), index: 0 }
  const empty = { level: 'info', severity: '', service: 'web', host: 'h', resource: {}, attributes: {} }
  return {
    id: String(offset),
    timestamp: '0',
    body,
    message: body,
    traceId: '',
    spanId: '',
    source,
    ...empty,
    ...more,
  }
}

describe('a stack trace that came in line by line', () => {
  const head = line('Error: refused')
  const frames = ['    at a (a.js:1)', '    at b (b.js:2)', 'Caused by: x', '\tat c'].map(body => line(body))
  const other = line('    at z', { service: 'shop' })

  it('is one entry in the order written, whichever way lines come', () => {
    const forward = foldFrames([head, other, ...frames, line('next')], 'forward')
    const backward = foldFrames([line('next'), ...frames.toReversed(), other, head], 'backward')
    expect(forward.map(entry => entry.frames.length)).toEqual([4, 0, 0])
    expect(backward.map(entry => entry.frames.length)).toEqual([0, 0, 4])
    for (const entry of [forward[0], backward[2]])
      expect(entry && textOf(entry)).toBe(
        'Error: refused\n    at a (a.js:1)\n    at b (b.js:2)\nCaused by: x\n\tat c',
      )
    expect(forward[0] && hiddenLines(forward[0])).toBe(4)
  })
})

describe('columns', () => {
  it('come back from the address as they were, whatever fields are called', () => {
    const column = fc.record({
      field: fc.string({ minLength: 1 }),
      width: fc.integer({ min: 40, max: 1200 }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(column, { selector: one => one.field }), columns => {
        expect(readColumns(writeColumns(columns))).toEqual(columns)
      }),
    )
  })

  it('are put in and taken out', () => {
    expect(writeColumns(turned(readColumns('level,service*200'), 'http.route'))).toBe(
      'level,service*200,http.route',
    )
    expect(writeColumns(turned(readColumns('level,service*200'), 'service'))).toBe('level')
  })
})

describe('fields behind a message', () => {
  it('are those that it does not say itself', () => {
    const attributes = {
      status: '502',
      route: '/cart',
      'log.file.path': '/x',
      took: '3',
      msg: 'served took=3',
    }
    const shown = inlineFields(line('served took=3', { attributes }), new Set(['route']))
    expect(shown.map(({ name, value }) => `${name}=${value}`)).toEqual(['status=502'])
    const chosen = inlineFields(line('served', { attributes, level: 'warn' }), new Set(), [
      'level',
      'took',
      'none',
    ])
    expect(chosen.map(({ name, value }) => `${name}=${value}`)).toEqual(['level=warn', 'took=3'])
  })
})
